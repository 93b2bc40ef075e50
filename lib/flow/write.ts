import type { Artifact, Atp, AtpBrief, Event, Message } from '../model.ts';

/** What a plan may read: the records of the call's one consistent read. */
export type Snapshot = {
  atp: (atpId: string) => Atp | undefined;
  message: (messageId: string) => Message | undefined;
};

export type Record =
  | { kind: 'atp'; value: Atp }
  | { kind: 'event'; atpId: string; ulid: string; value: Event }
  /** With `brief` the message is published. */
  | { kind: 'message'; value: Message; brief?: AtpBrief }
  | { kind: 'artifact'; value: Artifact }
  | { kind: 'content'; artifactId: string; content: string };

export type RecordRef = { kind: 'atp'; atpId: string } | { kind: 'message'; messageId: string };

/** Attribute values by name; `/` steps into a map (`checklist/root-cause`). */
export type Attributes = { [path: string]: unknown };

/**
 * One action of a transaction. `label` names what it stands for, in the log of a lost race.
 * A created record must not exist yet. A changed one must still hold what `expect` says of each attribute,
 * `undefined` meaning that there is none.
 */
export type Write =
  | { label: string; create: Record }
  | { label: string; change: RecordRef; set: Attributes; remove: readonly string[]; expect: Attributes };

/** What a plan answers, before it is laid out for callers (lib/view.ts). */
export type Answer = {
  atp: Atp;
  message?: Message;
  artifact?: Artifact & { content?: string };
  followUp?: Atp;
  created?: boolean;
  endOfMessage?: true;
};

export type Plan = { writes: readonly Write[]; answer: Answer };

/** The path's parts. Neither attribute names nor ids contain a slash. */
export const pathOf = (path: string): string[] => path.split('/');
