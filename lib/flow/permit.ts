import {
  type Atp,
  type AtpType,
  isClosed,
  type NextCall,
  type Principal,
  type Role,
  type Status,
  type ToolName,
} from '../model.ts';
import { type Code, type Current, Refusal } from '../refusal.ts';
import type { StepCall, Transition } from './flow.ts';
import { flowOf } from './flows.ts';
import type { Snapshot } from './write.ts';

/**
 * The calls that the flow permits now, for every role, in the order of the table. Guards are weighed on the state
 * alone; steps of the service itself are left out.
 */
export const nextCalls = (atp: Atp): NextCall[] => {
  const offered = flowOf(atp).transitions.filter(
    (row) =>
      row.from === atp.status && (row.offeredWhen?.(atp) ?? true) && row.guards.every((guard) => guard.passes(atp)),
  );
  return offered.flatMap((row) =>
    row.roles.filter(isCaller).map((role) => ({
      tool: row.tools[0] as ToolName,
      role,
      why: whyNow(row, role, atp),
      input: row.input?.(atp) ?? { atpId: atp.atpId },
      ...needsOf(row),
    })),
  );
};

/** What a call of the tool says in the words of its caller. */
const ownWords: Partial<Record<ToolName, readonly string[]>> = {
  message_send: ['subject', 'body'],
  handoff: ['completed', 'evidence'],
  artifact_create: ['title', 'content'],
  atp_create: ['title'],
  checklist_update: ['state', 'note'],
};

const needsOf = ({ tools: [tool], guards }: Transition): { needs?: string[] } => {
  const needs = [...((tool && ownWords[tool]) ?? []), ...guards.flatMap(({ field }) => field ?? [])];
  return needs.length > 0 ? { needs } : {};
};

/** Who owns it is told to those who do not; what `@pm` decides next depends on whether the alert still fires. */
const whyNow = ({ why, guards }: Transition, role: Role, { alertFiring, alertResolvedAt, owner }: Atp): string => {
  if (owner && guards.some(({ code }) => code === 'NOT_OWNER')) return `${why} (Only ${owner.name}, who owns it, may.)`;
  if (role !== '@pm') return why;
  if (alertFiring) return `${why} (The alert still fires at its source: closing waits for it, or needs alertOverride.)`;
  return alertResolvedAt ? `${why} (The alert resolved at its source at ${alertResolvedAt}.)` : why;
};

const isCaller = (role: Role): boolean => role !== '@system' && role !== '@pager';

const currentOf = (atp: Atp, principal: Principal): Current => ({
  status: atp.status,
  role: principal.role,
  type: atp.type,
  ...(atp.owner && { owner: atp.owner }),
});

export const knownAtp = (snapshot: Pick<Snapshot, 'atp'>, atpId: string): Atp => {
  const atp = snapshot.atp(atpId);
  if (atp) return atp;
  throw new Refusal(
    'NOT_FOUND',
    `There is no ATP ${atpId}. atp_list shows what exists; atp_set with status InProgress starts a hotfix.`,
  );
};

/** A refusal that says what is true now and what is permitted instead; `field` is the one of the input at fault. */
export const refuse = (code: Code, detail: string, atp: Atp, principal: Principal, field?: string): Refusal =>
  new Refusal(code, detail, {
    current: currentOf(atp, principal),
    next: nextCalls(atp),
    ...(field && { issues: [{ path: field, message: detail }] }),
  });

/** What the caller can do instead, in a sentence: for details that name no call of their own. */
export const insteadOf = (atp: Atp, { role }: Principal): string => {
  const next = nextCalls(atp);
  const own = next.filter((call) => call.role === role).map(named);
  if (own.length > 0) return `You can call ${[...new Set(own)].join(', ')} now; next has the arguments.`;
  return next[0] ? `Nothing here is yours to do now: ${next[0].role} goes on with ${named(next[0])}.` : '';
};

const named = ({ tool, input: { status, messageType, artifactType, type } = {} }: NextCall): string => {
  const what = status ?? messageType ?? artifactType ?? type;
  return what ? `${tool} (${what})` : tool;
};

/** Whatever the ATP, or if there is none: what is permitted in it is told where there is one. */
export const refuseSelfMessage = (atp: Atp | undefined, principal: Principal, toAgent: Role): void => {
  if (principal.role !== toAgent) return;
  const detail = `You are ${toAgent}, and what goes to your own role, a handoff among it, is refused: it goes to another role, or into the notes of your next step.`;
  throw atp
    ? refuse('SELF_MESSAGE', `${detail} ${insteadOf(atp, principal)}`.trim(), atp, principal)
    : new Refusal('SELF_MESSAGE', detail);
};

export const refuseClosed = (atp: Atp, principal: Principal): void => {
  if (!isClosed(atp.status)) return;
  throw refuse(
    'ATP_CLOSED',
    `${atp.atpId} is ${atp.status}; nothing more happens to it but what it still owes. A new incident needs a new ATP: atp_set with a new atpId.`,
    atp,
    principal,
  );
};

/** How a step is asked for: through which tool, and to which status, flow or with which artifact, as the tool has it. */
export type Door = { tool: ToolName; to?: Status; becomes?: AtpType } & Pick<Transition, 'artifact' | 'decides'>;

const opens = ({ tool, to, becomes, artifact, decides }: Door, row: Transition): boolean =>
  row.tools.includes(tool) &&
  (to === undefined || row.to === to) &&
  row.effects.becomes === becomes &&
  row.decides === decides &&
  row.artifact?.artifactType === artifact?.artifactType &&
  row.artifact?.verdict === artifact?.verdict;

/** The row for a step through `tool` to status `to`, or the refusal that names what stands in its way. */
export const permit = (atp: Atp, door: Door, call: StepCall): Transition => {
  const row = rowFor(atp, door, call.principal);
  const failed = row.guards.find((guard) => !guard.passes(atp, call));
  if (failed) throw refuse(failed.code, failed.detail(atp, call), atp, call.principal, failed.field);
  return row;
};

/** The row, whatever its guards say: the flow has the step, and gives it to the caller's role. */
export const rowFor = (atp: Atp, door: Door, principal: Principal): Transition => {
  refuseClosed(atp, principal);
  const rows = flowOf(atp).transitions.filter((row) => row.from === atp.status && opens(door, row));
  if (rows.length === 0) throw unlisted(atp, door, principal);
  const row = rows.find(({ roles }) => roles.includes(principal.role));
  if (row) return row;
  const [{ step } = { step: '' }] = rows;
  const allowed = [...new Set(rows.flatMap(({ roles }) => roles.filter(isCaller)))].join(' or ');
  throw refuse(
    'ROLE_NOT_PERMITTED',
    `The ${atp.type} flow gives this step (${step} from ${atp.status}) to ${allowed}; you are ${principal.role}. ${insteadOf(atp, principal)}`.trim(),
    atp,
    principal,
  );
};

/** No row leads there: a start of what has started, or a step the flow does not have. */
const unlisted = (atp: Atp, { tool, to: asked }: Door, principal: Principal): Refusal => {
  const to = asked ?? atp.status;
  const restarts =
    asked === 'InProgress' && atp.status === 'InProgress' && (tool === 'atp_set' || tool === 'atp_change_status');
  const instead = insteadOf(atp, principal);
  if (restarts)
    return refuse('ALREADY_EXISTS', `${atp.atpId} exists and is InProgress already. ${instead}`.trim(), atp, principal);
  const targets = [
    ...new Set(
      flowOf(atp)
        .transitions.filter((row) => row.from === atp.status && row.to !== atp.status)
        .map(({ to }) => to),
    ),
  ];
  const onward = targets.length > 0 ? `From there it goes to ${targets.join(' or ')}.` : 'It goes nowhere from there.';
  const step =
    to === atp.status
      ? `${tool} does not fit ${atp.atpId} now: it is ${atp.status}.`
      : `The ${atp.type} flow has no step from ${atp.status} to ${to} through ${tool}.`;
  return refuse('INVALID_TRANSITION', `${step} ${onward} ${instead}`.trim(), atp, principal);
};
