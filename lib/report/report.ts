import type { Atp, Event, leftOutKinds, PageMark, relations } from '../model.ts';
import type { ArtifactView, AtpView, MessageView } from '../view.ts';

/** Another ATP that an incident leads to; `review` is its own, `incident` what a review is of. */
export type Related = { relation: (typeof relations)[number] } & Pick<
  AtpView,
  'atpId' | 'type' | 'status' | 'title' | 'createdAt' | 'closedAt' | 'dueAt' | 'checklist'
>;

/** A call that brings what is left out. */
export type Fetch = { tool: 'atp_get' | 'artifact_get'; input: { [argument: string]: string } };

/**
 * What an answer has no room for: of a text all but its beginning, of records all that come behind. `kept` and `bytes`
 * are UTF-8 bytes of the text; without `bytes` it was not read.
 */
export type LeftOut = {
  what: (typeof leftOutKinds)[number];
  at?: string;
  messageId?: string;
  artifactId?: string;
  kept?: number;
  bytes?: number;
  fetch: Fetch;
};

/** Seconds from the opening of an ATP. */
export type Times = { acknowledged?: number; completed?: number; deployed?: number; closed?: number };

/** All that is kept of one incident. */
export type Report = {
  atp: AtpView;
  page?: Pick<PageMark, 'source' | 'service' | 'severity'>;
  secondsTo: Times;
  timeline: Event[];
  messages: MessageView[];
  artifacts: ArtifactView[];
  related: Related[];
  leftOut?: LeftOut[];
};

export const timesOf = ({ createdAt, acknowledgedAt, completedAt, deployedAt, closedAt }: Atp): Times => {
  const stamps = { acknowledged: acknowledgedAt, completed: completedAt, deployed: deployedAt, closed: closedAt };
  return Object.fromEntries(
    Object.entries(stamps).flatMap(([name, at]) =>
      at ? [[name, (Date.parse(at) - Date.parse(createdAt)) / 1_000]] : [],
    ),
  );
};
