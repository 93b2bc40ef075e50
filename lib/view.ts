import { inFlowOrder, titleOf } from './flow/brief.ts';
import { inListOrder } from './flow/checklist.ts';
import { runningDeadlines } from './flow/deadlines.ts';
import { waitsFor } from './flow/emergencies.ts';
import { flowOf } from './flow/flows.ts';
import { nextCalls } from './flow/permit.ts';
import type { Answer } from './flow/write.ts';
import type {
  Artifact,
  Atp,
  ChecklistEntry,
  Emergencies,
  Event,
  Message,
  NextCall,
  Obligation,
  ObligationKind,
} from './model.ts';

/** What callers see of a record, in this order; all else of the table stays inside. */
const shown = {
  atp: [
    'atpId',
    'type',
    'status',
    'stage',
    'title',
    'notes',
    'priority',
    'drill',
    'createdAt',
    'createdBy',
    'updatedAt',
    'owner',
    'evidence',
    'incident',
    'acknowledgedAt',
    'completedAt',
    'deployedAt',
    'closedAt',
    'qa',
    'codeReview',
    'qaVerdict',
    'codeReviewVerdict',
    'gates',
    'summary',
    'alertFiring',
    'alertResolvedAt',
    'previousAtpId',
    'sourceAtpId',
    'followUpAtpId',
    'dependencies',
    'dueAt',
  ],
  message: [
    'messageId',
    'atpId',
    'fromAgent',
    'toAgent',
    'messageType',
    'priority',
    'subject',
    'body',
    'options',
    'recommendation',
    'linkExpiresAt',
    'decision',
    'inReplyTo',
    'option',
    'requiresAck',
    'drill',
    'waitsFor',
    'sentAt',
    'sentBy',
    'acknowledgedAt',
    'acknowledgedBy',
    'supersededAt',
    'publishedAt',
  ],
  artifact: [
    'artifactId',
    'atpId',
    'artifactType',
    'title',
    'content',
    'persist',
    'fileKey',
    'gates',
    'verdict',
    'regressionTest',
    'drill',
    'createdAt',
    'createdBy',
  ],
  event: ['at', 'role', 'principal', 'action', 'from', 'to', 'notes', 'messageId', 'artifactId', 'drill'],
} as const;

const pick = <T extends object, const Name extends string>(record: T, names: readonly Name[]) =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = (record as Record<string, unknown>)[name];
      return value === undefined ? [] : [[name, value]];
    }),
  ) as Pick<T, Extract<Name, keyof T>>;

/** An ATP as callers see it (contract section 2). */
export type AtpView = Pick<Atp, Exclude<(typeof shown.atp)[number], 'title'>> & {
  title: string;
  checklist?: ({ item: string } & ChecklistEntry)[];
  obligations?: ({ kind: ObligationKind } & Obligation)[];
  deadlines?: { deadline: string; dueAt: string; firings: number }[];
};
export type MessageView = Pick<Message, (typeof shown.message)[number]>;
export type ArtifactView = Artifact & { content?: string };

/** The answer of a writing call. */
export type AnswerView = {
  atp: AtpView;
  message?: MessageView;
  artifact?: ArtifactView;
  followUp?: AtpView;
  created?: boolean;
  next: NextCall[];
  endOfMessage?: true;
};

export const atpView = (atp: Atp): AtpView => {
  const { checklist, hitlNotification, followUp } = atp;
  const obligations = Object.entries({ hitlNotification, followUp }).flatMap(([kind, obligation]) =>
    obligation ? [{ kind: kind as ObligationKind, ...obligation }] : [],
  );
  const deadlines = runningDeadlines(flowOf(atp).deadlines, atp);
  return {
    ...pick({ ...atp, title: titleOf(atp), ...(atp.gates && { gates: inFlowOrder(atp.gates, atp) }) }, shown.atp),
    ...(checklist && {
      checklist: inListOrder(Object.keys(checklist)).flatMap((item) => entryOf(item, checklist[item])),
    }),
    ...(obligations.length > 0 && { obligations }),
    ...(deadlines.length > 0 && { deadlines }),
  };
};

const entryOf = (item: string, entry: ChecklistEntry | undefined) => (entry ? [{ item, ...entry }] : []);

/** With the emergencies that are open, a directive says which of them it waits for. */
export const messageView = (message: Message, emergencies: Emergencies = {}): MessageView => {
  const before = waitsFor(message, emergencies);
  return pick(before ? { ...message, waitsFor: before } : message, shown.message);
};
export const artifactView = (artifact: ArtifactView): ArtifactView => pick(artifact, shown.artifact);
export const eventView = (event: Event): Event => pick(event, shown.event);

export const answerView = ({ atp, message, artifact, followUp, ...rest }: Answer): AnswerView => ({
  atp: atpView(atp),
  ...(message && { message: messageView(message) }),
  ...(artifact && { artifact: artifactView(artifact) }),
  ...(followUp && { followUp: atpView(followUp) }),
  ...rest,
  next: [...nextCalls(atp), ...(followUp ? nextCalls(followUp) : [])],
});
