/** The tools that keep artifacts and answer checklists, as the contract has them. */

import type { AtpType, Gates, Role, Verdict } from '../../lib/model.ts';
import { Edit } from './edit.ts';
import { gatesOf } from './flows.ts';
import { answer, knownAtp, type Made, type Request } from './request.ts';
import { weighGates } from './step.ts';
import { type Answered, isOver, type ModelAtp, refuseIf } from './world.ts';

type Report = {
  artifactType: string;
  verdict?: Verdict;
  gates?: Gates;
  regressionTest?: string;
  content: string;
};

const tests = ['pass', 'minor-fix', 'escalate'] as const;
const reviews = ['approved', 'changes-requested'] as const;
const verdictsOf = (type: AtpType, artifactType: string): readonly Verdict[] => {
  if (artifactType === 'QATestReport' && (type === 'bugfix' || type === 'standard')) return tests;
  return artifactType === 'Other' && type === 'standard' ? reviews : [];
};

const isTest = (verdict: Verdict | undefined): boolean => tests.some((each) => each === verdict);

export const artifactCreate = (request: Request): Made => {
  const { doer } = request;
  const report = request.body as Report;
  const atp = knownAtp(request);
  const verdicts = verdictsOf(atp.type, report.artifactType);
  refuseIf(report.verdict !== undefined && !verdicts.includes(report.verdict), 'INVALID_INPUT');
  const isVerification = report.artifactType === 'PMVerificationReport';
  if (isVerification) weighGates(atp, report.gates);
  refuseIf(isOver(atp), 'ATP_CLOSED');
  const verdict = report.verdict ?? (verdicts === tests ? 'pass' : undefined);
  if (isVerification) return verified(request, atp, report.gates);
  if (verdict) return judged(request, atp, report, verdict);
  const after = kept(new Edit(atp, doer), report.artifactType).tell('artifact').done();
  return { atps: [after], answer: answer(after) };
};

const kept = (edit: Edit, artifact: string): Edit => edit.set({ artifacts: [...edit.atp.artifacts, artifact] });

const verified = ({ doer }: Request, atp: ModelAtp, gates: Gates | undefined): Made => {
  const { type, status } = atp;
  const reportable = (status === 'Complete' && type !== 'review') || status === 'Deployed';
  refuseIf(!reportable, 'INVALID_TRANSITION');
  refuseIf(doer.role !== '@pm', 'ROLE_NOT_PERMITTED');
  const attested = gates ?? Object.fromEntries(gatesOf[type].map((name) => [name, true]));
  const after = kept(new Edit(atp, doer), 'PMVerificationReport').set({ report: attested }).tell('report').done();
  return { atps: [after], answer: answer(after) };
};

const steps: Record<Verdict, string> = {
  pass: 'test-passed',
  'minor-fix': 'test-found-minor',
  escalate: 'test-escalated',
  approved: 'review-approved',
  'changes-requested': 'review-found',
};

const judged = ({ doer, names }: Request, atp: ModelAtp, report: Report, verdict: Verdict): Made => {
  refuseIf(atp.status !== 'Complete', 'INVALID_TRANSITION');
  const judges: readonly Role[] = isTest(verdict) ? ['@qa'] : ['@dev', '@pm'];
  refuseIf(!judges.includes(doer.role), 'ROLE_NOT_PERMITTED');
  const named = report.regressionTest !== undefined || /^Regression test: \S/m.test(report.content);
  refuseIf(verdict === 'pass' && !named, 'INVALID_INPUT');
  refuseIf(!isTest(verdict) && doer.role === '@dev' && atp.owner === doer.name, 'ROLE_NOT_PERMITTED');
  const edit = kept(new Edit(atp, doer), `${report.artifactType} ${verdict}`);
  const back = verdict === 'minor-fix' || verdict === 'changes-requested';
  if (back) edit.move('InProgress').sendBack();
  else edit.set(isTest(verdict) ? { qaVerdict: verdict } : { codeReviewVerdict: verdict });
  const message = told(edit, verdict, names.messageId);
  const after = edit.tell(steps[verdict], { from: 'Complete', to: edit.atp.status }).done();
  return { atps: [after], answer: answer(after, { ...(message && { message }) }) };
};

const told = (edit: Edit, verdict: Verdict, id: string | undefined) => {
  if (verdict === 'minor-fix') return edit.send({ type: 'Rejection', to: '@dev', priority: 'P2-Normal', id });
  return verdict === 'escalate' ? edit.send({ type: 'Blocker', to: '@pm', priority: 'P2-Normal', id }) : undefined;
};

export const checklistUpdate = (request: Request): Made => {
  const { doer } = request;
  const { item, state, note, linkedAtpId } = request.body as Answered & { item: string };
  const atp = knownAtp(request);
  if (linkedAtpId) knownAtp(request, linkedAtpId);
  refuseIf(atp.checklist && !(item in atp.checklist), 'INVALID_INPUT');
  refuseIf(isOver(atp), 'ATP_CLOSED');
  refuseIf(atp.type !== 'review' || atp.status !== 'InProgress', 'INVALID_TRANSITION');
  refuseIf(doer.role !== '@dev' && doer.role !== '@pm', 'ROLE_NOT_PERMITTED');
  const entry: Answered = { state, ...(note && { note }), ...(linkedAtpId && { linkedAtpId }) };
  const after = new Edit(atp, doer)
    .set({ checklist: { ...atp.checklist, [item]: entry } })
    .tell('answer')
    .done();
  return { atps: [after], answer: answer(after) };
};
