import { expect } from 'vitest';
import type { Body, Service } from './service.ts';

type Line = { at: string; action: string; from?: string; to?: string; messageId?: string; artifactId?: string };
/** All that is told of an ATP. */
export type Told = { atp: Body; timeline: Line[]; messages: Body[]; artifacts: Body[] };

/** An ATP with everything of it, over all its pages. */
export const read = async (service: Service, atpId: string): Promise<Told> => {
  const told: Told = { atp: undefined, timeline: [], messages: [], artifacts: [] };
  let cursor: string | undefined;
  do {
    const page: Body = await service.done('pm-1', 'atp_get', { atpId, ...(cursor && { cursor }) });
    told.atp ??= page.atp;
    told.timeline.push(...page.timeline);
    told.messages.push(...page.messages);
    told.artifacts.push(...page.artifacts);
    cursor = page.cursor;
  } while (cursor);
  return told;
};

/**
 * Holds a timeline to what it tells of: statuses follow one another without gap to the present one, and every message
 * and artifact has the one line that made it. Answers what was told.
 */
export const readWhole = async (service: Service, atpId: string): Promise<Told> => {
  const told = await read(service, atpId);
  const { atp, timeline, messages, artifacts } = told;
  let status: string | undefined;
  for (const { from, to } of timeline) {
    if (from !== undefined) expect(from).toBe(status);
    status = to ?? status;
  }
  expect(atp.status).toBe(status);
  const made = timeline.filter(({ action }) => action !== 'acknowledge' && action !== 'release');
  expect(made.flatMap(({ messageId }) => messageId ?? []).sort()).toEqual(
    messages.map((each) => each.messageId).sort(),
  );
  expect(made.flatMap(({ artifactId }) => artifactId ?? []).sort()).toEqual(
    artifacts.map((each) => each.artifactId).sort(),
  );
  return told;
};
