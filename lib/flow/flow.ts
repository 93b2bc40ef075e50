import type {
  ArtifactType,
  Atp,
  AtpType,
  Gates,
  Incident,
  MessageType,
  ObligationKind,
  Principal,
  Priority,
  QaSetting,
  Role,
  Status,
  Timeouts,
  ToolName,
  Verdict,
} from '../model.ts';
import type { Code } from '../refusal.ts';

/** What of a call a guard may weigh, beside the attributes of the ATP that it declares. */
export type StepCall = {
  principal: Principal;
  notes?: string | undefined;
  gates?: Gates | undefined;
  alertOverride?: string | undefined;
  incident?: Incident | undefined;
  messageId?: string | undefined;
  regressionTest?: string | undefined;
};

/**
 * A predicate that names its refusal and the attributes it looks at. The write of a step is conditioned on these
 * attributes being unchanged since the read. Without a `call` (to list what is permitted now) a guard weighs the
 * state alone.
 */
export type Guard = {
  name: string;
  code: Code;
  /** The rule, as docs and `flow_get` show it. */
  rule: string;
  reads: readonly (keyof Atp)[];
  passes: (atp: Atp, call?: StepCall) => boolean;
  /** The field of the input that it asks for. */
  field?: string;
  /** For the refused caller: what is true and what to call instead. */
  detail: (atp: Atp, call: StepCall) => string;
};

/** The type keeps a guard to the attributes it declares. */
export const guard = <K extends keyof Atp>(spec: {
  name: string;
  code: Code;
  rule: string;
  reads: readonly K[];
  passes: (atp: Pick<Atp, K>, call?: StepCall) => boolean;
  field?: string;
  detail: (atp: Pick<Atp, K>, call: StepCall) => string;
}): Guard => spec;

/**
 * How long an ATP may wait for something before the service acts, as `@system`. It runs as long as `waitsFor` answers
 * the same name, and starts anew with another: that is all there is to setting and disarming it.
 */
export type Deadline = {
  name: string;
  /** What is waited for, and for how long, as docs show it. */
  rule: string;
  reads: readonly (keyof Atp)[];
  waitsFor: (atp: Atp) => string | undefined;
  /** When it passes, in epoch milliseconds, for a wait that began or last fired at `since`; undefined: never. */
  due: (atp: Atp, since: number, firing: number, timeouts: Timeouts) => number | undefined;
  /** After so many nothing more is said. */
  firings: number;
  /** What the operator reads; without it the service meets what a closed ATP owes. */
  escalation?: (atp: Atp, told: { waited: string; firing: number }) => { subject: string; body: string };
};

/** The type keeps a deadline to the attributes it declares. */
export const deadline = <K extends keyof Atp>(
  spec: Omit<Deadline, 'reads' | 'waitsFor'> & {
    reads: readonly K[];
    waitsFor: (atp: Pick<Atp, K>) => string | undefined;
  },
): Deadline => spec;

/** What a step does to the ATP beside changing its status; see `draftTransition` in plan/transition.ts. */
export type Effects = {
  stamps?: readonly ('acknowledgedAt' | 'completedAt' | 'deployedAt' | 'reworkedAt' | 'closedAt')[];
  /** Attributes that stop being true. */
  forgets?: readonly (keyof Atp)[];
  /** The caller becomes the owner of the fix. */
  takesOwnership?: true;
  owes?: readonly ObligationKind[];
  /** What a closed ATP still owes, and this step meets. */
  meets?: ObligationKind;
  /** The service notifies the operator in the same transaction. */
  tellsOperator?: true;
  /** It goes on in another flow. */
  becomes?: AtpType;
  /** What the artifact attests, for closing to ask for. */
  attests?: 'gates' | 'qaVerdict' | 'codeReviewVerdict';
  /** The caller tells another role in the same transaction. */
  sends?: { messageType: MessageType; toAgent: Role };
};

/** One row of a flow. `from` null: the ATP is new. `from` equal to `to`: a step that leaves the status as it is. */
export type Transition = {
  step: string;
  from: Status | null;
  to: Status;
  roles: readonly Role[];
  /** The doors to this step, the most fitting first. */
  tools: readonly ToolName[];
  /** Through `artifact_create`: which artifact takes it. */
  artifact?: { artifactType: ArtifactType; verdict?: Verdict };
  /** Through `atp_set`: which setting it decides. */
  decides?: 'qa';
  guards: readonly Guard[];
  effects: Effects;
  /** Why an agent would take it now. */
  why: string;
  /** Whether `next` offers it, where being permitted does not make it useful. */
  offeredWhen?: (atp: Atp) => boolean;
  /** The arguments that `next` already knows; `atpId` alone where left out. */
  input?: (atp: Atp) => Record<string, unknown>;
};

export type Flow = {
  type: AtpType;
  /** Heading of the flow in notices and docs. */
  title: string;
  defaultPriority: Priority;
  defaultDirectivePriority: Priority;
  /** The type of directive that `next` names. */
  directiveType: 'Directive' | 'EmergencyDirective';
  /** Names of the quality gates that a report attests; none where the flow has no report. */
  gates: readonly string[];
  /** What a new ATP of the flow has to answer, item by item, unless its source says otherwise. */
  checklist: readonly string[];
  /** What the review of a closed ATP of this flow has to answer. */
  reviewChecklist?: readonly string[];
  /** Its directives stand first in an inbox, and others to the same role wait while it is open. */
  takesPrecedence?: true;
  /** The one priority that its handoffs have. */
  handoffPriority?: Priority;
  /** What its creator may set, with the defaults. */
  settings?: { qa: QaSetting; codeReview: boolean };
  deadlines: readonly Deadline[];
  transitions: readonly Transition[];
};
