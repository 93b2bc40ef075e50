/** The five flows, by hand from contract section 4 and the issue: what leads where, who takes it, and what must be true. */

import type { AtpType, Gates, Priority, Role, Status } from '../../lib/model.ts';
import { type Doer, type ModelAtp, refuseIf } from './world.ts';

export const gatesOf: Record<AtpType, readonly string[]> = {
  hotfix: ['fixesIssue', 'noObviousBreakage', 'revertible'],
  emergency: ['bleedingStopped', 'rollbackPossible', 'blastRadiusVerified'],
  review: [],
  bugfix: [],
  standard: [],
};

export const reviewOf = {
  hotfix: [
    'root-cause',
    'permanent-fix',
    'test-coverage',
    'documentation',
    'process-improvement',
    'code-review',
    'full-verification',
  ],
  emergency: ['timeline', 'root-cause', 'impact', 'resolution', 'prevention', 'action-items'],
} as const;

export const usualPriority = (type: AtpType): Priority =>
  type === 'hotfix' || type === 'emergency' ? 'P0-Critical' : 'P2-Normal';

export type StepInput = {
  notes?: string | undefined;
  gates?: Gates | undefined;
  alertOverride?: string | undefined;
};
type Guard = (atp: ModelAtp, doer: Doer, input: StepInput) => void;
/** `step` is what the timeline calls it. By a message only `@dev` completes. */
export type Move = { step: string; roles: readonly Role[]; guards: readonly Guard[] };
type Moves = { [from in Status]?: { [to in Status]?: Move } };

const acknowledged: Guard = (atp) => refuseIf(!atp.acknowledged, 'NOT_ACKNOWLEDGED');
const owns: Guard = (atp, { name }) => refuseIf(atp.owner !== name, 'NOT_OWNER');
const answered: Guard = (atp) =>
  refuseIf(!atp.acknowledged && atp.directives['@dev'] !== undefined, 'NOT_ACKNOWLEDGED');
const noOtherOwns: Guard = ({ owner }, { name }) => refuseIf(owner !== undefined && owner !== name, 'NOT_OWNER');
const saysWhy: Guard = (_, __, { notes }) => refuseIf(!notes, 'INVALID_INPUT');
const handedOff: Guard = (atp) => refuseIf(!atp.handedOff, 'HANDOFF_MISSING');
const reported: Guard = (atp) => refuseIf(!atp.report, 'REPORT_MISSING');
const gatesHold: Guard = ({ report = {} }, _, { gates = {} }) =>
  refuseIf([...Object.values(report), ...Object.values(gates)].includes(false), 'GATE_FAILED');
const dependsOnNone: Guard = ({ waitsOn }) => refuseIf(waitsOn.length > 0, 'DEPENDENCY_OPEN');
const alertIsOver: Guard = (atp, _, input) => refuseIf(atp.alertFiring && !input.alertOverride, 'ALERT_STILL_FIRING');
const allAnswered: Guard = ({ checklist = {} }) =>
  refuseIf(
    Object.values(checklist).some(({ state }) => state === 'open'),
    'CHECKLIST_OPEN',
  );
const codeReviewed: Guard = (atp) => refuseIf(atp.codeReview && !atp.codeReviewVerdict, 'REPORT_MISSING');
const tested: Guard = (atp) => refuseIf(atp.qa !== 'never' && !atp.qaVerdict, 'REPORT_MISSING');
const passed: Guard = (atp) => refuseIf(atp.qa !== 'never' && atp.qaVerdict !== 'pass', 'GATE_FAILED');

const move = (step: string, roles: readonly Role[], ...guards: readonly Guard[]): Move => ({ step, roles, guards });
const pm = ['@pm'] as const;
const dev = ['@dev'] as const;

const rework = move('rework', pm, saysWhy);
const reject = move('reject', pm, saysWhy);
const fixed = move('complete', dev, acknowledged, owns);
const verified = move('close', pm, handedOff, reported, gatesHold, dependsOnNone, alertIsOver);

const work: Moves = {
  Queued: { InProgress: move('begin', pm) },
  InProgress: {
    Complete: move('complete', dev, answered, noOtherOwns),
    Blocked: move('block', dev, noOtherOwns, saysWhy),
  },
  Blocked: { InProgress: move('unblock', dev, noOtherOwns) },
};

const defer = move('defer', pm);
export const moves: Record<AtpType, Moves> = {
  hotfix: { InProgress: { Complete: fixed, Rejected: reject }, Complete: { InProgress: rework, Closed: verified } },
  emergency: {
    InProgress: { Complete: fixed, Rejected: reject },
    Complete: { Deployed: move('deploy', ['@sre'], handedOff), InProgress: rework },
    Deployed: { Closed: verified, InProgress: rework },
  },
  review: {
    Queued: { InProgress: move('begin', pm) },
    InProgress: { Complete: move('complete', ['@dev', '@pm']) },
    Complete: { Closed: move('close', pm, allAnswered, dependsOnNone), InProgress: move('reopen', pm, saysWhy) },
  },
  bugfix: {
    ...work,
    Complete: {
      InProgress: rework,
      Closed: move('close', pm, handedOff, tested, passed, dependsOnNone, alertIsOver),
    },
  },
  standard: {
    Queued: { ...work.Queued, Rejected: reject, Deferred: defer },
    InProgress: { ...work.InProgress, Rejected: reject, Deferred: defer },
    Blocked: { ...work.Blocked, Rejected: reject, Deferred: defer },
    Complete: {
      InProgress: rework,
      Rejected: reject,
      Closed: move('close', pm, handedOff, codeReviewed, tested, passed, dependsOnNone),
    },
    Deferred: { Queued: move('resume', pm) },
  },
};

/** A further handoff of what is complete already; a review has none. */
export const handsOffAgain = (atp: ModelAtp): Move | undefined =>
  atp.type === 'review'
    ? undefined
    : move('handoff', dev, ...(isWork(atp) ? [answered, noOtherOwns] : [acknowledged, owns]));

const isWork = ({ type }: ModelAtp): boolean => type === 'bugfix' || type === 'standard';
