import fc from 'fast-check';
import type { StepCall } from '../../lib/flow/flow.ts';
import {
  type Atp,
  atpTypes,
  checklistStates,
  incidentCategories,
  type Obligation,
  type Principal,
  pagerSources,
  priorities,
  qaSettings,
  roles,
  stages,
  statuses,
  verdicts,
} from '../../lib/model.ts';

const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,12}$/);
const time = fc
  .integer({ min: Date.UTC(2020, 0), max: Date.UTC(2040, 0) })
  .map((milliseconds) => new Date(milliseconds).toISOString());
const text = fc.string({ maxLength: 30, unit: 'grapheme' });
/** Few names, so that caller and owner are often the same. */
const principal: fc.Arbitrary<Principal> = fc.record({
  role: fc.constantFrom(...roles),
  name: fc.constantFrom('dev-1', 'dev-2', 'pm-1'),
});
const gates = fc.dictionary(fc.constantFrom('fixesIssue', 'noObviousBreakage', 'revertible'), fc.boolean());
const idSet = fc.dictionary(id, fc.constant<true>(true), { maxKeys: 3 });
const incident = fc.record(
  {
    environment: fc.constantFrom('production', 'PROD', 'staging', ''),
    category: fc.constantFrom(...incidentCategories),
    summary: text,
    reporter: text,
    url: fc.webUrl(),
  },
  { requiredKeys: [] },
);
/** Few ids, so that a call's message is often the newest directive. */
const messageId = fc.constantFrom('msg_1', 'msg_2', 'msg_3');
const directive = fc.record({ messageId, priority: fc.constantFrom(...priorities), open: fc.boolean(), sentAt: time });
const checklistEntry = fc.record(
  { state: fc.constantFrom(...checklistStates), note: text, linkedAtpId: id },
  { requiredKeys: ['state'] },
);
const obligation: fc.Arbitrary<Obligation> = fc.record(
  { state: fc.constantFrom('open' as const, 'met' as const), dueAt: time, metAt: time, metBy: principal },
  { requiredKeys: ['state', 'dueAt'] },
);

const verdictMark = fc.record(
  { verdict: fc.constantFrom(...verdicts), artifactId: id, regressionTest: text },
  { requiredKeys: ['verdict', 'artifactId'] },
);
const deadlineMark = fc.record(
  { waitsFor: text, since: time, firings: fc.nat({ max: 5 }), dueAt: time },
  { requiredKeys: ['waitsFor', 'since', 'firings'] },
);

type Arbitraries<T> = { [K in keyof Required<T>]: fc.Arbitrary<Required<T>[K]> };

const attributes: Arbitraries<Atp> = {
  atpId: id,
  type: fc.constantFrom(...atpTypes),
  status: fc.constantFrom(...statuses),
  stage: fc.constantFrom(...stages),
  title: text,
  notes: text,
  priority: fc.constantFrom(...priorities),
  createdAt: time,
  createdBy: principal,
  updatedAt: time,
  owner: principal,
  ownerSeenAt: time,
  evidence: fc.array(text, { maxLength: 3 }),
  incident,
  drill: fc.boolean(),
  acknowledgedAt: time,
  completedAt: time,
  deployedAt: time,
  reworkedAt: time,
  closedAt: time,
  gates,
  summary: text,
  sourceAtpId: id,
  followUpAtpId: id,
  dueAt: time,
  checklist: fc.dictionary(fc.constantFrom('root-cause', 'permanent-fix', 'documentation'), checklistEntry),
  hitlNotification: obligation,
  followUp: obligation,
  directives: fc.dictionary(fc.constantFrom('@dev', '@qa', '@sre'), directive),
  handoffMessageId: id,
  reportArtifactId: id,
  reportGates: gates,
  qa: fc.constantFrom(...qaSettings),
  codeReview: fc.boolean(),
  qaVerdict: verdictMark,
  codeReviewVerdict: verdictMark,
  dependencies: fc.array(id, { maxLength: 3 }),
  openDependencies: idSet,
  dependents: idSet,
  page: fc.record({ integrationId: id, episode: id, source: fc.constantFrom(...pagerSources) }),
  alertFiring: fc.boolean(),
  alertResolvedAt: time,
  previousAtpId: id,
  deadlines: fc.dictionary(fc.constantFrom('acknowledgement@dev', 'fix', 'review'), deadlineMark),
};

const always = [
  'atpId',
  'type',
  'status',
  'stage',
  'priority',
  'createdAt',
  'createdBy',
  'updatedAt',
  'directives',
  'openDependencies',
  'dependents',
  'deadlines',
] as const;

/** Any ATP the table could hold, and many it could not: every attribute on its own. */
export const arbitraryAtp = fc.record(attributes, { requiredKeys: [...always] }) as fc.Arbitrary<Atp>;

/** Any call a guard may weigh. */
export const arbitraryCall: fc.Arbitrary<StepCall> = fc.record(
  { principal, notes: text, gates, alertOverride: text, incident, messageId, regressionTest: text },
  { requiredKeys: ['principal'] },
);
