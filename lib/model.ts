/** The vocabulary of the service: enumerations of contract v1 and the records the flows work on. No behaviour. */

/** Roles a credential can have. */
export const callerRoles = ['@pm', '@dev', '@operator', '@sre', '@qa'] as const;
/** `@system` is the service itself, `@pager` the intake of pages: they write, but hold no token. */
export const roles = [...callerRoles, '@system', '@pager'] as const;
export const statuses = [
  'Queued',
  'InProgress',
  'Blocked',
  'Complete',
  'Deployed',
  'Rejected',
  'Closed',
  'Deferred',
] as const;
export const stages = ['backlog', 'plan', 'implement', 'review', 'test', 'hitl', 'done'] as const;
export const priorities = ['P0-Critical', 'P1-High', 'P2-Normal', 'P3-Low'] as const;
export const atpTypes = ['hotfix', 'emergency', 'review', 'bugfix', 'standard'] as const;
export const messageTypes = [
  'Directive',
  'EmergencyDirective',
  'Handoff',
  'HITLNotification',
  'Escalation',
  'Decision',
  'Blocker',
  'Update',
  'Rejection',
] as const;
export const artifactTypes = [
  'PMVerificationReport',
  'CompletionReport',
  'QATestReport',
  'IncidentReport',
  'PostmortemReport',
  'Other',
] as const;
export const incidentCategories = [
  'production-down',
  'production-degraded',
  'customer-impact',
  'active-exploit',
  'data-integrity',
  'can-wait',
  'non-production',
  'feature-request',
  'nice-to-have',
] as const;
/** Kinds of subscriber that a publication is meant for: queues and endpoints, and the two ways to people. */
export const channels = ['machine', 'email', 'sms'] as const;
export const checklistStates = ['open', 'done', 'not-applicable'] as const;
/** What a reviewer says: the first three of a test by `@qa`, the others of a code review. */
export const verdicts = ['pass', 'minor-fix', 'escalate', 'approved', 'changes-requested'] as const;
/** Whether closing needs a passed test by `@qa`; with `pm-decision` `@pm` has to say which of the others. */
export const qaSettings = ['always', 'pm-decision', 'never'] as const;
/** Of a page, as the Events API v2 of PagerDuty has them. */
export const severities = ['critical', 'error', 'warning', 'info'] as const;
export const persistModes = ['db', 'file', 'both'] as const;
/** Reads over GET: each path, and the tool whose answer it gives. */
export const readRoutes = [
  { path: '/atps', tool: 'atp_list' },
  { path: '/atps/{atpId}', tool: 'atp_get' },
  { path: '/inbox', tool: 'message_list' },
] as const;
/** All of one incident, to be read or kept: no tool answers it. */
export const reportPath = '/atps/{atpId}/report';
/** How another ATP stands to the one that is reported. */
export const relations = ['review', 'incident', 'earlier', 'dependency', 'linked'] as const;
/** What a report may have no room for: texts, and whole records. */
export const leftOutKinds = ['notes', 'body', 'content', 'records'] as const;
export const toolNames = [
  'atp_set',
  'atp_create',
  'atp_change_status',
  'atp_close',
  'handoff',
  'message_send',
  'message_ack',
  'artifact_create',
  'checklist_update',
  'atp_get',
  'atp_list',
  'message_list',
  'artifact_get',
  'flow_get',
] as const;

export type CallerRole = (typeof callerRoles)[number];
export type Role = (typeof roles)[number];
export type Status = (typeof statuses)[number];
export type Stage = (typeof stages)[number];
export type Priority = (typeof priorities)[number];
export type AtpType = (typeof atpTypes)[number];
export type MessageType = (typeof messageTypes)[number];
export type ArtifactType = (typeof artifactTypes)[number];
export type IncidentCategory = (typeof incidentCategories)[number];
export type Channel = (typeof channels)[number];
export type ChecklistState = (typeof checklistStates)[number];
export type Verdict = (typeof verdicts)[number];
export type QaSetting = (typeof qaSettings)[number];
export type Severity = (typeof severities)[number];
export type PersistMode = (typeof persistModes)[number];
export type ToolName = (typeof toolNames)[number];
export type ObligationKind = 'hitlNotification' | 'followUp';

/** One credential holder. Several principals may share a role. */
export type Principal = { role: Role; name: string };
export type Gates = Record<string, boolean>;

export type Incident = {
  environment?: string;
  category?: IncidentCategory;
  summary?: string;
  reporter?: string;
  url?: string;
};

/** Something a closed ATP still owes. Times are ISO 8601 UTC with milliseconds, as everywhere. */
export type Obligation = {
  state: 'open' | 'met';
  dueAt: string;
  metAt?: string;
  metBy?: Principal;
  messageId?: string;
};
export type ChecklistEntry = { state: ChecklistState; note?: string; linkedAtpId?: string };
/** The newest directive to a role; `open` while it waits for acknowledgement. */
export type DirectiveMark = { messageId: string; priority: Priority; open: boolean; sentAt: string };

/**
 * A deadline that runs on an ATP. `waitsFor` names what is waited for: another wait has another name. Without `dueAt`
 * everything it has to say was said.
 */
export type DeadlineMark = { waitsFor: string; since: string; firings: number; dueAt?: string };
/** A message of the queue of timers: the deadline of that name, if it is still due at that time. */
export type Timer = { atpId: string; deadline: string; dueAt: string };

/** Seconds that each deadline leaves; `fix` and `review` by flow, where one that is not named has none. */
export type Timeouts = {
  /** An unacknowledged P0 directive, and a start without a directive. */
  acknowledgement: number;
  /** A fix without a sign of life from its owner. */
  fix: { [type in AtpType]?: number };
  /** A completed fix that is neither closed nor sent back. */
  verification: number;
  /** What a closed ATP owes. */
  obligation: number;
  /** The review of a closed ATP of that flow. */
  review: { [type in AtpType]?: number };
  /** Between two reminders of an overdue review. */
  reminder: number;
  /** The link by which the operator answers a question. */
  decision: number;
};

/** What endpoints outside are told of: docs/webhooks.md. */
export const webhookEvents = [
  'atp.opened',
  'atp.acknowledged',
  'atp.completed',
  'atp.closed',
  'atp.escalated',
] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** The newest verdict since the last `Complete`, and the report that gives it. */
export type VerdictMark = { verdict: Verdict; artifactId: string; regressionTest?: string };

export const pagerSources = ['events', 'pagerduty', 'alertmanager', 'grafana', 'cloudwatch', 'generic'] as const;
export type PagerSource = (typeof pagerSources)[number];

/** Names an episode of an alert: `episode` is a hash of the source's own name for it, which may be of any length. */
export type EpisodeRef = { integrationId: string; episode: string };
export type PageMark = EpisodeRef & { source: PagerSource; service?: string; severity?: Severity };
/** An episode of an alert, the ATP it opened, and whether the source still fires; `closed`: the ATP was closed before. */
export type Episode = EpisodeRef & { atpId: string; state: 'firing' | 'resolved' | 'closed'; openedAt: string };

/** ATPs by id, as the keys of a map attribute: see lib/flow/dependencies.ts. */
export type AtpSet = Record<`#${string}`, true>;

/** An ATP as the table holds it. What callers see of it is `AtpView` (lib/view.ts). */
export type Atp = {
  atpId: string;
  type: AtpType;
  status: Status;
  stage: Stage;
  title?: string;
  notes?: string;
  priority: Priority;
  createdAt: string;
  createdBy: Principal;
  updatedAt: string;
  /** The `@dev` principal that took the newest directive. */
  owner?: Principal;
  /** When the owner last wrote anything on it. */
  ownerSeenAt?: string;
  evidence?: string[];
  incident?: Incident;
  drill?: boolean;
  acknowledgedAt?: string;
  completedAt?: string;
  deployedAt?: string;
  /** When it was last sent back. */
  reworkedAt?: string;
  closedAt?: string;
  gates?: Gates;
  summary?: string;
  sourceAtpId?: string;
  followUpAtpId?: string;
  dueAt?: string;
  /** By item name, so that two items can be answered at once without either write losing the other. */
  checklist?: Record<string, ChecklistEntry>;
  hitlNotification?: Obligation;
  followUp?: Obligation;
  /** By receiving role. */
  directives: Record<string, DirectiveMark>;
  /** The handoff of the present completion; gone with rework. */
  handoffMessageId?: string;
  /** The newest report since the last `Complete`; gone with each new `Complete` and with rework. */
  reportArtifactId?: string;
  reportGates?: Gates;
  /** Settings of flows that have them; see `Flow.settings`. */
  qa?: QaSetting;
  codeReview?: boolean;
  /** Gone with each new `Complete` and with rework. */
  qaVerdict?: VerdictMark;
  codeReviewVerdict?: VerdictMark;
  /** ATPs this one waits for, and ATPs that wait for this one: both sides, so that closing needs no second read. */
  dependencies?: string[];
  openDependencies: AtpSet;
  dependents: AtpSet;
  /** The page that opened it. */
  page?: PageMark;
  /** While the source of the page still fires. */
  alertFiring?: boolean;
  /** When the source said that it no longer does. */
  alertResolvedAt?: string;
  /** The ATP that an earlier episode of the same alert opened. */
  previousAtpId?: string;
  /** By name of the deadline; see lib/flow/deadlines.ts. */
  deadlines: Record<string, DeadlineMark>;
};

export type Message = {
  messageId: string;
  atpId: string;
  fromAgent: Role;
  toAgent: Role;
  messageType: MessageType;
  priority: Priority;
  subject: string;
  body: string;
  requiresAck: boolean;
  sentAt: string;
  sentBy: Principal;
  acknowledgedAt?: string;
  acknowledgedBy?: Principal;
  /** A newer directive to the same role, or the closure of the ATP, took this one out of the inbox. */
  supersededAt?: string;
  publishedAt?: string;
  /** Of a question to `@operator`: what there is to choose from, and what whoever asks would choose. */
  options?: string[];
  recommendation?: string;
  /** Until when the link in its email decides, and what of the ATP it is bound to: see `versionOf` in lib/flow/question.ts. */
  linkExpiresAt?: string;
  atpVersion?: string;
  decision?: Decided;
  /** Of a `Decision` that answers a question: the question, and what of its options was chosen. */
  inReplyTo?: string;
  option?: string;
  /** Emergencies that the receiver is to see to first; never stored, since it ends with them. */
  waitsFor?: string[];
  drill?: boolean;
  /** Place in an inbox: see `urgency` in lib/flow/messages.ts. */
  urgency: string;
};

/** What became of a question, and the `Decision` that says so. */
export type Decided = { option: string; messageId: string; decidedAt: string; decidedBy: Principal };

export type Artifact = {
  artifactId: string;
  atpId: string;
  artifactType: ArtifactType;
  title: string;
  persist: PersistMode;
  fileKey?: string;
  gates?: Gates;
  verdict?: Verdict;
  regressionTest?: string;
  drill?: boolean;
  createdAt: string;
  createdBy: Principal;
};

/** The ATP as it was when a message on it was written: what a notice says of it. */
export type AtpBrief = {
  title: string;
  type: AtpType;
  status: Status;
  priority: Priority;
  createdAt: string;
  owner?: Principal;
  environment?: string;
  url?: string;
  summary?: string;
  drill?: boolean;
};

/** A line of the timeline. */
export type Event = {
  at: string;
  role: Role;
  principal: string;
  action: string;
  from?: Status;
  to?: Status;
  notes?: string;
  messageId?: string;
  artifactId?: string;
  drill?: boolean;
};

/** Emergencies that are open and have directed these roles, by `entryOf` their ids (lib/flow/dependencies.ts). */
export type Emergencies = Record<`#${string}`, Role[]>;

/**
 * A call that the flow permits now, for one role. `input` holds the arguments already known, `needs` names those that
 * the caller writes.
 */
export type NextCall = {
  tool: ToolName;
  role: Role;
  why: string;
  input?: Record<string, unknown>;
  needs?: string[];
};

/** A message that gives options to choose from. */
export type Question = Message & { options: string[]; recommendation: string };

export const isDirective = (type: MessageType): boolean => type === 'Directive' || type === 'EmergencyDirective';
export const isClosed = (status: Status): boolean => status === 'Closed' || status === 'Rejected';
export const isQuestion = (message: object): message is Question =>
  'options' in message && message.options !== undefined;
