import type { Atp, AtpType, Incident, Priority, Stage, Status } from '../../model.ts';
import { Refusal } from '../../refusal.ts';
import { type Call, iso } from '../call.ts';
import { Draft, eventWrite } from '../draft.ts';
import { findFlow } from '../flows.ts';
import { misfit, qualifiesAsIncident } from '../guards.ts';
import { refuse, refuseClosed } from '../permit.ts';
import type { Plan, Snapshot, Write } from '../write.ts';
import { planTransition, stageFor } from './transition.ts';

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
};

/** `atp_set`: starts what is new, moves what is known to a status, or corrects it. */
export const planSet = (input: AtpSetInput, snapshot: Snapshot, call: Call): Plan => {
  refuseMisfit(input, call);
  const atp = snapshot.atp(input.atpId);
  if (!atp) return planStart(input, call);
  refuseClosed(atp, call.principal);
  refuseChangeOfKind(atp, input, call);
  const { title, priority, incident } = input;
  const corrections = { title, priority, incident };
  if (!input.status) return planCorrection(atp, input, call);
  const door = { tool: 'atp_set', to: input.status } as const;
  const plan = planTransition(atp, door, input, call, corrections);
  if (Object.values(corrections).some((value) => value !== undefined)) refuseOthers(atp, call);
  return plan;
};

const refuseMisfit = ({ incident, type }: AtpSetInput, { principal }: Call): void => {
  if (!incident || !misfit(incident) || type === 'review' || type === 'bugfix' || type === 'standard') return;
  const stub = {} as Atp;
  throw new Refusal('NOT_A_HOTFIX', qualifiesAsIncident.detail(stub, { principal, incident }));
};

const planStart = (input: AtpSetInput, call: Call): Plan => {
  const { atpId, status, type = 'hotfix' } = input;
  const flow = findFlow(type);
  const row = flow?.transitions.find(
    ({ from, to, tools }) => from === null && to === status && tools.includes('atp_set'),
  );
  if (!flow || !row) {
    throw new Refusal(
      'INVALID_TRANSITION',
      `${atpId} does not exist. A new hotfix starts with status InProgress; reviews are queued with atp_create.`,
      { next: [{ tool: 'atp_set', role: '@pm', why: 'Starts a hotfix.', input: { atpId, status: 'InProgress' } }] },
    );
  }
  if (!row.roles.includes(call.principal.role)) {
    throw new Refusal(
      'ROLE_NOT_PERMITTED',
      `Only @pm starts a ${type}; you are ${call.principal.role}. Tell @pm what you saw.`,
      {
        current: { role: call.principal.role },
      },
    );
  }
  const { title, notes, incident, evidence, drill, priority = flow.defaultPriority, stage } = input;
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
  return {
    writes: [
      creation(atp),
      eventWrite(call, atpId, call.clock, { action: row.step, to: row.to, ...(notes && { notes }) }),
    ],
    answer: { atp, created: true },
  };
};

type NewAtp = { [K in keyof Atp]?: Atp[K] | undefined } & Pick<Atp, 'atpId' | 'type' | 'status' | 'stage' | 'priority'>;

export const newAtp = (attributes: NewAtp, call: Call, at: number): Atp => ({
  ...(Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as typeof attributes &
    Atp),
  createdAt: iso(at),
  createdBy: call.principal,
  updatedAt: iso(at),
  directives: {},
  openDependencies: attributes.openDependencies ?? {},
  dependents: {},
});

export const creation = (atp: Atp): Write => ({
  label: `creation of ${atp.atpId}`,
  create: { kind: 'atp', value: atp },
});

const planCorrection = (atp: Atp, input: AtpSetInput, call: Call): Plan => {
  refuseOthers(atp, call);
  const { title, notes, priority, incident, evidence } = input;
  const changes = Object.entries({ title, notes, priority, incident, evidence }).filter(
    ([, value]) => value !== undefined,
  );
  if (changes.length === 0) return { writes: [], answer: { atp } };
  return new Draft(atp, call)
    .set(Object.fromEntries(changes))
    .toPlan({ action: 'correct', notes: `corrected ${changes.map(([name]) => name).join(', ')}` });
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
