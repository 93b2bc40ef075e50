import type { Atp, AtpBrief, Gates } from '../model.ts';
import { flowOf } from './flows.ts';

const TITLE_LIMIT = 200;

type Titled = { [K in 'title' | 'incident' | 'notes']?: Atp[K] | undefined } & Pick<Atp, 'atpId'>;

/** An ATP without a title is titled by its incident's summary, else its notes' first line, else its id. */
export const titleOf = ({ title, incident, notes, atpId }: Titled): string =>
  title ?? firstLine(incident?.summary) ?? firstLine(notes) ?? atpId;

const firstLine = (text: string | undefined): string | undefined => {
  const line = text
    ?.split(/[\r\n]+/)
    .map((each) => each.replaceAll('\t', ' ').trim())
    .find((each) => each !== '');
  return line && clipped(line);
};

/** At most 200 code points, as any title. */
export const clipped = (text: string): string => {
  const points = [...text];
  return points.length <= TITLE_LIMIT ? text : `${points.slice(0, TITLE_LIMIT - 1).join('')}…`;
};

/** In the order of the flow's table, foreign ones by name: a map of the table's has no order. */
export const inFlowOrder = (gates: Gates, { type }: Pick<Atp, 'type'>): Gates => {
  const names = flowOf({ type }).gates;
  return Object.fromEntries(
    Object.entries(gates).toSorted(
      ([one], [other]) => names.indexOf(one) - names.indexOf(other) || one.localeCompare(other),
    ),
  );
};

export const briefOf = (atp: Atp): AtpBrief => ({
  title: titleOf(atp),
  type: atp.type,
  status: atp.status,
  priority: atp.priority,
  createdAt: atp.createdAt,
  ...(atp.owner && { owner: atp.owner }),
  ...(atp.incident?.environment && { environment: atp.incident.environment }),
  ...(atp.incident?.url && { url: atp.incident.url }),
  ...(atp.summary && { summary: atp.summary }),
  ...(atp.drill && { drill: true }),
});
