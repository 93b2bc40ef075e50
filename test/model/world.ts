/**
 * What a model of the service holds: written by hand from the contract, and by nothing of lib/flow. Worlds are never
 * changed, so that a search may try one call after another from the same one. Time is a count of writes.
 */

import type {
  AtpType,
  CallerRole,
  ChecklistState,
  Gates,
  Incident,
  MessageType,
  Priority,
  QaSetting,
  Role,
  Stage,
  Status,
  ToolName,
  Verdict,
} from '../../lib/model.ts';

export const people = {
  'pm-1': '@pm',
  'pm-2': '@pm',
  'dev-1': '@dev',
  'dev-2': '@dev',
  'qa-1': '@qa',
  'sre-1': '@sre',
  'operator-1': '@operator',
} as const satisfies Record<string, CallerRole>;
export type Who = keyof typeof people;
export const everybody = Object.keys(people) as Who[];

/** Who does something: a person, or the service. */
export type Doer = { role: Role; name: string };
export const doerOf = (who: Who): Doer => ({ role: people[who], name: who });
export const system: Doer = { role: '@system', name: 'system' };

export type Letter = {
  /** Unknown of a notice that the service sends beside a step: no answer names it. */
  id?: string;
  type: MessageType;
  from: Role;
  to: Role;
  priority: Priority;
  requiresAck: boolean;
  sentAt: number;
  acknowledgedBy?: string;
  superseded?: true;
};

/** A deadline that runs: for what, how often it spoke, and whether it will again. */
export type Mark = { waitsFor: string; firings: number; due: boolean };
export type Owed = { state: 'open' | 'met'; by?: string };
export type Answered = { state: ChecklistState; note?: string; linkedAtpId?: string };

export type ModelAtp = {
  id: string;
  type: AtpType;
  status: Status;
  stage: Stage;
  title?: string;
  notes?: string;
  priority: Priority;
  drill?: true;
  createdBy: string;
  evidence?: readonly string[];
  incident?: Incident;
  owner?: string;
  acknowledged?: true;
  completedAt?: number;
  deployedAt?: number;
  closed?: true;
  handedOff?: true;
  report?: Gates;
  gates?: Gates;
  summary?: string;
  qa?: QaSetting;
  codeReview?: boolean;
  qaVerdict?: Verdict;
  codeReviewVerdict?: Verdict;
  sourceId?: string;
  followUpId?: string;
  dependencies?: readonly string[];
  /** Of these, the ones that are not closed; and the ATPs that wait for this one. */
  waitsOn: readonly string[];
  dependents: readonly string[];
  checklist?: Readonly<Record<string, Answered>>;
  owes?: { hitlNotification: Owed; followUp: Owed };
  alertFiring?: true;
  /** By role, the place of its newest directive among the messages, and whether that waits. */
  directives: Readonly<Record<string, { place: number; open: boolean }>>;
  messages: readonly Letter[];
  artifacts: readonly string[];
  timeline: readonly string[];
  deadlines: Readonly<Record<string, Mark>>;
  /** The number of writes, as a clock. */
  clock: number;
  ownerSeenAt: number;
  reworkedAt: number;
};

/** A call as it is made, or a timer as it fires: with the mark that it was set for. */
export type Call = { who: Who; tool: ToolName; body: Body; key?: string; turn?: string };
export type Body = { readonly [field: string]: unknown };
export type Firing = { timer: { atpId: string; deadline: string; dueAt: string }; mark: Mark | undefined };
export type Act = Call | Firing;
export const isFiring = (act: Act): act is Firing => 'timer' in act;

export type World = {
  atps: Readonly<Record<string, ModelAtp>>;
  /** The closed ATP by credential and turn. */
  turns: Readonly<Record<string, string>>;
  /** The request by credential and key, and its answer. */
  keys: Readonly<Record<string, { request: string; answer: Answer }>>;
};
export const emptyWorld: World = { atps: {}, turns: {}, keys: {} };

/** Of an answer what callers rely on; `names` are the ids that only the service can know. */
export type Answer = {
  outcome: string;
  atpId?: string;
  message?: Letter;
  followUpId?: string;
  created?: boolean;
  endOfMessage?: true;
  replayed?: true;
};
export type Names = { messageId?: string | undefined; atpId?: string | undefined; followUpId?: string | undefined };

export const isOver = ({ status }: ModelAtp): boolean => status === 'Closed' || status === 'Rejected';
export const isDirectiveType = (type: MessageType): boolean => type === 'Directive' || type === 'EmergencyDirective';
export const isIncident = ({ type }: ModelAtp): boolean => type === 'hotfix' || type === 'emergency';

export class Refused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}
export const refuseIf = (condition: boolean | undefined, code: string): void => {
  if (condition) throw new Refused(code);
};

export const without = <T extends object, K extends keyof T>(from: T, ...names: readonly K[]): T => {
  const left = { ...from };
  for (const name of names) delete left[name];
  return left;
};
export const withAtp = (world: World, atp: ModelAtp): World => ({ ...world, atps: { ...world.atps, [atp.id]: atp } });
