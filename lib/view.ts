import { titleOf } from './flow/brief.ts';
import { flowOf } from './flow/flows.ts';
import { nextCalls } from './flow/permit.ts';
import type { Answer } from './flow/write.ts';
import type { Artifact, Atp, ChecklistEntry, Gates, Message, NextCall, Obligation, ObligationKind } from './model.ts';

type Inner =
  | 'checklist'
  | 'hitlNotification'
  | 'followUp'
  | 'directives'
  | 'handoffMessageId'
  | 'reportArtifactId'
  | 'reportGates'
  | 'openDependencies'
  | 'dependents'
  | 'alertFiring';

/** An ATP as callers see it (contract section 2). */
export type AtpView = Omit<Atp, Inner | 'title'> & {
  title: string;
  gates?: Gates;
  checklist?: ({ item: string } & ChecklistEntry)[];
  obligations?: ({ kind: ObligationKind } & Obligation)[];
};
export type MessageView = Omit<Message, 'urgency'>;

/** The answer of a writing call. */
export type AnswerView = {
  atp: AtpView;
  message?: MessageView;
  artifact?: Artifact;
  followUp?: AtpView;
  created?: boolean;
  next: NextCall[];
  endOfMessage?: true;
};

export const atpView = (atp: Atp): AtpView => {
  const {
    checklist,
    hitlNotification,
    followUp,
    directives: _directives,
    handoffMessageId: _handoff,
    reportArtifactId: _report,
    reportGates: _reportGates,
    openDependencies: _open,
    dependents: _dependents,
    alertFiring: _firing,
    ...shown
  } = atp;
  const obligations = Object.entries({ hitlNotification, followUp }).flatMap(([kind, obligation]) =>
    obligation ? [{ kind: kind as ObligationKind, ...obligation }] : [],
  );
  return {
    ...shown,
    title: titleOf(atp),
    ...(checklist && { checklist: flowOf(atp).checklist.flatMap((item) => entryOf(item, checklist[item])) }),
    ...(obligations.length > 0 && { obligations }),
  };
};

/** In the order of the flow's table: a map of the table's has none. */
const entryOf = (item: string, entry: ChecklistEntry | undefined) => (entry ? [{ item, ...entry }] : []);

export const messageView = ({ urgency: _, ...shown }: Message): MessageView => shown;

export const answerView = ({ atp, message, followUp, ...rest }: Answer): AnswerView => ({
  atp: atpView(atp),
  ...(message && { message: messageView(message) }),
  ...(followUp && { followUp: atpView(followUp) }),
  ...rest,
  next: [...nextCalls(atp), ...(followUp ? nextCalls(followUp) : [])],
});
