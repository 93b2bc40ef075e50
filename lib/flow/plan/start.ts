import type { Atp, AtpType, Incident, NextCall, Priority, QaSetting, Stage, Status } from '../../model.ts';
import { Refusal } from '../../refusal.ts';
import { titleOf } from '../brief.ts';
import type { Call } from '../call.ts';
import { Draft } from '../draft.ts';
import type { Transition } from '../flow.ts';
import { findFlow, flowOf } from '../flows.ts';
import { misfit } from '../guards.ts';
import { type Door, refuse, refuseClosed, rowFor } from '../permit.ts';
import type { Attributes, Plan, Snapshot } from '../write.ts';
import { newAtp } from './new-atp.ts';
import { applyEffects, planTransition, stageFor, tellOperator } from './transition.ts';

export type AtpSetInput = {
  atpId: string;
  status?: Status | undefined;
  title?: string | undefined;
  notes?: string | undefined;
  stage?: Stage | undefined;
  priority?: Priority | undefined;
  incident?: Incident | undefined;
  evidence?: string[] | undefined;
  type?: AtpType | undefined;
  drill?: boolean | undefined;
  qa?: QaSetting | undefined;
};

/** `atp_set`: starts what is new, moves what is known to a status, or corrects it. */
export const planSet = (input: AtpSetInput, snapshot: Snapshot, call: Call): Plan => {
  const atp = snapshot.atp(input.atpId);
  refuseMisfit(input, atp, call);
  if (!atp) return planStart(input, call);
  if (input.qa !== undefined && atp.qa === undefined) throw noSetting(atp.type);
  refuseClosed(atp, call.principal);
  if (isRaise(atp, input)) return planStep(atp, { tool: 'atp_set', becomes: input.type }, input, call);
  refuseChangeOfKind(atp, input, call);
  if (decidesQa(atp, input)) return planStep(atp, { tool: 'atp_set', decides: 'qa' }, input, call);
  if (!input.status) return planCorrection(atp, input, call);
  return planStep(atp, { tool: 'atp_set', to: input.status }, input, call);
};

/** A step, and what `@pm` corrects with it. */
const planStep = (atp: Atp, door: Door, input: AtpSetInput, call: Call): Plan => {
  const { title, priority, incident, qa } = input;
  const corrections = given({ title, priority, qa, incident: incident && { ...atp.incident, ...incident } });
  if (Object.keys(corrections).length > 0) {
    rowFor(atp, door, call.principal);
    refuseOthers(atp, call);
  }
  return planTransition(atp, door, input, call, corrections);
};

/** A setting that is given as it stands decides nothing. */
const decidesQa = (atp: Atp, { qa }: AtpSetInput): boolean => qa !== undefined && qa !== atp.qa;

/** Another type, asked for by itself, where the flow has a step that leads there. */
const isRaise = (atp: Atp, { type, status, drill }: AtpSetInput): boolean =>
  type !== undefined &&
  type !== atp.type &&
  status === undefined &&
  (drill === undefined || drill === Boolean(atp.drill)) &&
  flowOf(atp).transitions.some(({ effects }) => effects.becomes === type);

const given = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));

/** The row that starts an ATP of this type through `atp_set`. */
const startRow = (type: AtpType): Transition | undefined =>
  findFlow(type)?.transitions.find(({ from, tools }) => from === null && tools.includes('atp_set'));

/** What is described must be an incident, for a new ATP and for a known one alike. */
const refuseMisfit = (
  { incident, type = 'hotfix', atpId, title, notes }: AtpSetInput,
  known: Atp | undefined,
  { principal }: Call,
): void => {
  const unread = {} as Atp;
  const failed = startRow(type)?.guards.find((guard) => !guard.passes(unread, { principal, incident }));
  if (!failed) return;
  const flow = misfit(incident)?.flow;
  const text = notes ?? incident?.summary;
  const input = {
    type: flow,
    ...(!known && { atpId }),
    title: titleOf({ atpId, title, incident, notes }),
    ...(text && { notes: text }),
  };
  throw new Refusal(failed.code, failed.detail(unread, { principal, incident }), {
    next: [{ tool: 'atp_create', role: '@pm', why: `Queues it as a ${flow}, as it stands.`, input }],
  });
};

const startOf = (atpId: string): NextCall[] => [
  { tool: 'atp_set', role: '@pm', why: 'Starts a hotfix.', input: { atpId, status: 'InProgress' } },
];

const planStart = (input: AtpSetInput, call: Call): Plan => {
  const { atpId, status, type = 'hotfix' } = input;
  const flow = findFlow(type);
  const row = startRow(type);
  if (!flow || !row || row.to !== status) {
    throw new Refusal(
      'INVALID_TRANSITION',
      `${atpId} does not exist. To start a hotfix, @pm calls atp_set with status InProgress (type emergency for Severity 1); all else is queued with atp_create. atp_list shows what exists.`,
      { next: startOf(atpId) },
    );
  }
  if (!row.roles.includes(call.principal.role)) {
    throw new Refusal(
      'ROLE_NOT_PERMITTED',
      `Only @pm starts a ${type}; you are ${call.principal.role}. Tell @pm what you saw.`,
      { next: startOf(atpId) },
    );
  }
  const { title, notes, incident, evidence, drill, qa, priority = flow.defaultPriority, stage } = input;
  if (qa) throw noSetting(type);
  const atp = newAtp(
    {
      atpId,
      type,
      status: row.to,
      stage: stageFor(row.to, stage),
      priority,
      title,
      notes,
      incident,
      evidence,
      ...(drill && { drill }),
    },
    call,
    call.clock,
  );
  const draft = Draft.ofNew(atp, call, call.clock);
  applyEffects(draft, row.effects, call);
  const message = row.effects.tellsOperator && tellOperator(draft, row, notes, call);
  return draft.toPlan({ action: row.step, to: row.to, ...(notes && { notes }) }, { created: true, message });
};

const noSetting = (type: AtpType): Refusal => {
  const message = `a ${type} has no such setting; leave it out`;
  return new Refusal('INVALID_INPUT', `qa: ${message}.`, { issues: [{ path: 'qa', message }] });
};

const planCorrection = (atp: Atp, input: AtpSetInput, call: Call): Plan => {
  refuseOthers(atp, call);
  const { title, notes, priority, incident, evidence } = input;
  const changes = given({
    title,
    notes,
    priority,
    evidence,
    incident: incident && { ...atp.incident, ...incident },
  });
  const names = Object.keys(changes);
  if (names.length === 0) return { writes: [], answer: { atp } };
  const draft = Draft.of(atp, call).set(changes);
  if (incident) draft.relyOn('incident');
  return draft.toPlan({ action: 'correct', notes: `corrected ${names.join(', ')}` });
};

const refuseOthers = (atp: Atp, { principal }: Call): void => {
  if (principal.role === '@pm') return;
  throw refuse(
    'ROLE_NOT_PERMITTED',
    `Only @pm corrects title, notes, priority or incident; you are ${principal.role}. Send @pm an Update with message_send instead.`,
    atp,
    principal,
  );
};

/** The flow of an ATP, and whether it is an exercise, are settled at its start. */
const refuseChangeOfKind = (atp: Atp, { type, drill, status }: AtpSetInput, { principal }: Call): void => {
  if (status === 'InProgress' && atp.status === 'InProgress') return;
  if ((type === undefined || type === atp.type) && (drill === undefined || drill === Boolean(atp.drill))) return;
  throw refuse(
    'INVALID_TRANSITION',
    `${atp.atpId} is a ${atp.type}${atp.drill ? ' drill' : ''} and stays one; leave type and drill out.`,
    atp,
    principal,
  );
};
