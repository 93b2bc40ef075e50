import type {
  Artifact,
  Atp,
  AtpBrief,
  Emergencies,
  Episode,
  EpisodeRef,
  Event,
  Message,
  Timer,
  WebhookEvent,
} from '../model.ts';

/** What a plan may read: the records of the call's one consistent read. */
export type Snapshot = {
  atp: (atpId: string) => Atp | undefined;
  message: (messageId: string) => Message | undefined;
  emergencies: () => Emergencies;
  episode: (ref: EpisodeRef) => Episode | undefined;
};

export type NewRecord =
  | { kind: 'atp'; value: Atp }
  /** With `timers`, what it tells of set them off; with `webhook`, endpoints outside are told of it. */
  | { kind: 'event'; atpId: string; ulid: string; value: Event; timers?: readonly Timer[]; webhook?: WebhookEvent }
  /** With `brief` the message is published. */
  | { kind: 'message'; value: Message; brief?: AtpBrief }
  | { kind: 'artifact'; value: Artifact }
  | { kind: 'content'; artifactId: string; content: string }
  | { kind: 'episode'; value: Episode };

export type RecordRef =
  | { kind: 'atp'; atpId: string }
  | { kind: 'message'; messageId: string }
  | ({ kind: 'episode' } & EpisodeRef);

/** Attribute values by name; `/` steps into a map (`checklist/root-cause`). */
export type Attributes = { [path: string]: unknown };

/**
 * One action of a transaction. `label` names what it stands for, in the log of a lost race.
 * A created record must not exist yet. A changed one must still hold what `expect` says of each attribute,
 * `undefined` meaning that there is none, and nothing greater than `atMost` says.
 */
export type Write =
  | { label: string; create: NewRecord }
  /** The one record of all open emergencies: made with the first, and changed without a condition. */
  | { label: string; emergencies: { set: Attributes; remove: readonly string[] } }
  | {
      label: string;
      change: RecordRef;
      set: Attributes;
      remove: readonly string[];
      expect: Attributes;
      atMost?: { [path: string]: string };
    };

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

/** Two records contradict each other: a transaction is half visible. The record is to be read again. */
export class Unsettled extends Error {
  override readonly name = 'Unsettled';
  readonly ref: RecordRef;

  constructor(ref: RecordRef) {
    super('a record was read before the transaction that wrote it was settled');
    this.ref = ref;
  }
}

/** The path's parts. Neither attribute names nor ids contain a slash. */
export const pathOf = (path: string): string[] => path.split('/');
