/** What callers may want of an ATP, sensible or not. Each wish makes its call from the state it meets. */

import { type MessageType, type QaSetting, statuses, type ToolName } from '../../lib/model.ts';
import { gatesOf } from './flows.ts';
import { handoffText } from './input.ts';
import type { Body, ModelAtp, World } from './world.ts';

/** `n` chooses among variants; `fresh` is an id that nothing has, as long as a play may have more ATPs. */
export type Scene = { world: World; atp: ModelAtp | undefined; atpId: string; n: number; fresh: string };
export type Wish = (scene: Scene) => { tool: ToolName; body: Body };

export const pick = <T>(n: number, first: T, ...more: readonly T[]): T =>
  [first, ...more][n % (more.length + 1)] ?? first;

const why = { notes: 'It still answers 500.' };
const maybeWhy = (n: number): Body => pick<Body>(n, why, why, {});

const move =
  (tool: 'atp_set' | 'atp_change_status', status: string): Wish =>
  ({ atpId, n }) => ({ tool, body: { atpId, status, ...maybeWhy(n), ...pick(n, {}, {}, {}, { stage: 'plan' }) } });

const send =
  (messageType: MessageType, ...to: readonly [string, ...string[]]): Wish =>
  ({ atpId, n }) => ({
    tool: 'message_send',
    body: {
      atpId,
      messageType,
      toAgent: pick(n, ...to),
      subject: 'On the checkout',
      body: messageType === 'Handoff' ? handoffText : 'What there is to say.',
      ...pick(n, {}, {}, {}, { priority: 'P1-High' }, { priority: 'P0-Critical' }, { requiresAck: n % 2 === 0 }),
    },
  });

const artifact =
  (artifactType: string, verdict?: string): Wish =>
  ({ atpId, n }) => ({
    tool: 'artifact_create',
    body: {
      atpId,
      artifactType,
      title: 'Looked at',
      content: n % 5 === 1 ? 'Regression test: test/totals.test.ts' : 'The graphs are flat.',
      ...(verdict && { verdict }),
      ...(verdict === 'pass' && n % 5 > 1 && { regressionTest: 'test/totals.test.ts' }),
    },
  });

const gates = ({ atp, n }: Scene, held: boolean): Body => {
  const type = n % 7 === 0 ? 'emergency' : (atp?.type ?? 'hotfix');
  const [first = 'fixesIssue', ...more] = gatesOf[type].length > 0 ? gatesOf[type] : gatesOf.hotfix;
  return { gates: { [first]: held, ...Object.fromEntries(more.map((name) => [name, true])) } };
};

const start =
  (more: (scene: Scene) => Body): Wish =>
  (scene) => ({
    tool: 'atp_set',
    body: { atpId: scene.fresh, status: 'InProgress', title: 'It is down', ...more(scene) },
  });

const queue =
  (type: string, more: (scene: Scene) => Body = () => ({})): Wish =>
  (scene) => ({ tool: 'atp_create', body: { atpId: scene.fresh, type, title: 'Look into it', ...more(scene) } });

const set =
  (more: (scene: Scene) => Body): Wish =>
  (scene) => ({ tool: 'atp_set', body: { atpId: scene.atpId, ...more(scene) } });

const close =
  (more: (scene: Scene) => Body): Wish =>
  (scene) => ({ tool: 'atp_close', body: { atpId: scene.atpId, ...more(scene) } });

const letterAt = ({ atp }: Scene, wanted: (place: number) => boolean): Body => {
  const ids = atp?.messages.flatMap(({ id }, place) => (id && wanted(place) ? [id] : [])) ?? [];
  return { messageId: ids.at(-1) ?? `msg_${atp?.id ?? 'nothing'}_01JD0000000000000000000000` };
};
const acknowledge =
  (wanted: (scene: Scene, place: number) => boolean): Wish =>
  (scene) => ({ tool: 'message_ack', body: letterAt(scene, (place) => wanted(scene, place)) });

const itemOf = ({ atp, n }: Scene, state?: string): string => {
  const items = Object.entries(atp?.checklist ?? { 'root-cause': { state: 'open' } });
  const wanted = items.filter(([, entry]) => state === undefined || entry.state === state);
  return pick(n, wanted[0] ?? items[0], ...wanted.slice(1))?.[0] ?? 'root-cause';
};
const answer =
  (more: (scene: Scene) => Body): Wish =>
  (scene) => ({ tool: 'checklist_update', body: { atpId: scene.atpId, item: itemOf(scene, 'open'), ...more(scene) } });

const anyId = ({ world, n }: Scene): string =>
  pick(n, 'nothing', ...Object.keys(world.atps), ...Object.keys(world.atps));
const qa: readonly [QaSetting, QaSetting, QaSetting] = ['always', 'pm-decision', 'never'];
const lists = { completed: ['Rolled back'], evidence: ['Tests pass'] };

const moves = Object.fromEntries(
  statuses.flatMap((status) => [
    [`set ${status}`, move('atp_set', status)],
    [`change ${status}`, move('atp_change_status', status)],
  ]),
) as Record<`${'set' | 'change'} ${(typeof statuses)[number]}`, Wish>;

export const wishes = {
  ...moves,
  'start a hotfix': start(({ n }) =>
    pick(n, {}, {}, { incident: { category: 'production-down', environment: 'prod' } }),
  ),
  'start an emergency': start(() => ({ type: 'emergency' })),
  'start a drill': start(({ n }) => ({ drill: true, ...pick(n, {}, { type: 'emergency' }) })),
  'start what is no incident': start(({ n }) => ({
    incident: pick<Body>(n, { category: 'can-wait' }, { environment: 'staging' }),
  })),
  'start in another status': start(({ n }) =>
    pick<Body>(n, { status: 'Queued' }, { status: undefined }, { type: 'bugfix' }),
  ),
  'queue a review': queue('review'),
  'queue the review of it': queue('review', ({ atpId }) => ({ sourceAtpId: atpId })),
  'queue the review named in notes': queue('review', ({ atpId, n }) => ({
    atpId: undefined,
    notes: `Follow-up from ${pick(n, 'hotfix ', 'emergency ', '')}${atpId}.`,
  })),
  'queue a bugfix': queue('bugfix'),
  'queue a bugfix that waits': queue('bugfix', (scene) => ({ dependencies: [anyId(scene)] })),
  'queue a standard ATP': queue('standard', ({ n }) => ({ qa: pick(n, ...qa), codeReview: n % 2 === 0 })),
  'queue a standard ATP that waits': queue('standard', (scene) => ({ dependencies: [scene.atpId, anyId(scene)] })),
  'queue a hotfix': queue('hotfix'),
  'queue a bugfix with a setting': queue('bugfix', () => ({ qa: 'never' })),
  'queue a bugfix with a source': queue('bugfix', ({ atpId }) => ({ sourceAtpId: atpId })),
  correct: set(({ n }) =>
    pick<Body>(n, { title: 'A better title' }, { priority: 'P1-High' }, why, { evidence: ['A graph'] }, {}),
  ),
  'correct the incident': set(({ n }) => ({
    incident: pick<Body>(n, { summary: 'Locks' }, { category: 'nice-to-have' }),
  })),
  'correct and move': set(({ n }) => ({
    title: 'Moved',
    status: pick(n, 'Complete', 'InProgress', 'Rejected', 'Queued'),
    ...why,
  })),
  raise: set(({ n }) => ({ type: 'emergency', ...pick<Body>(n, {}, {}, {}, { title: 'All of it' }, { qa: 'never' }) })),
  'change its kind': set(({ n }) => pick<Body>(n, { type: 'review' }, { drill: true }, { type: 'hotfix' })),
  'decide on qa': set(({ n }) => ({ qa: pick(n, 'never', 'always', 'pm-decision') })),
  close: close(({ n }) => pick<Body>(n, {}, { summary: 'Rolled back.' })),
  'close with gates': close((scene) => gates(scene, true)),
  'close with a gate that fails': close((scene) => gates(scene, false)),
  'close over the alert': close(() => ({ alertOverride: 'The probe is broken.' })),
  'close with words': close(({ n, fresh, atpId }) => ({
    notification: { subject: 'Over' },
    followUp: { title: 'What happened', ...pick<Body>(n, {}, { atpId: fresh }, { atpId }) },
  })),
  'change to Closed over the alert': ({ atpId }) => ({
    tool: 'atp_change_status',
    body: { atpId, status: 'Closed', alertOverride: 'The probe is broken.' },
  }),
  handoff: ({ atpId, n }) => ({
    tool: 'handoff',
    body: { atpId, ...lists, ...pick<Body>(n, {}, {}, {}, { priority: 'P1-High' }, { priority: 'P0-Critical' }) },
  }),
  'handoff of nothing': ({ atpId }) => ({ tool: 'handoff', body: { atpId, completed: ['All'] } }),
  direct: send('Directive', '@dev'),
  'direct another': send('Directive', '@qa', '@sre', '@operator'),
  'direct at once': send('EmergencyDirective', '@dev', '@sre', '@dev'),
  'send a Handoff': send('Handoff', '@pm'),
  notify: send('HITLNotification', '@operator'),
  escalate: send('Escalation', '@operator'),
  decide: send('Decision', '@pm', '@dev', '@qa'),
  'send a Blocker': send('Blocker', '@pm'),
  'send an Update': send('Update', '@pm', '@pm', '@dev'),
  'send a Rejection': send('Rejection', '@dev'),
  'acknowledge the directive': acknowledge(({ atp }, place) => atp?.directives['@dev']?.place === place),
  'acknowledge the other directive': acknowledge(({ atp, n }, place) =>
    pick(n, '@qa', '@sre').includes(
      Object.entries(atp?.directives ?? {}).find(([, each]) => each.place === place)?.[0] ?? '?',
    ),
  ),
  'acknowledge any': acknowledge(({ atp, n }, place) => place === n % (atp?.messages.length ?? 1)),
  'acknowledge nothing': acknowledge(() => false),
  report: artifact('PMVerificationReport'),
  'report with gates': (scene) => {
    const { tool, body } = artifact('PMVerificationReport')(scene);
    return { tool, body: { ...body, ...gates(scene, scene.n % 3 > 0) } };
  },
  'test: pass': artifact('QATestReport', 'pass'),
  'test: minor fix': artifact('QATestReport', 'minor-fix'),
  'test: escalate': artifact('QATestReport', 'escalate'),
  'test without a verdict': artifact('QATestReport'),
  'review: approve': artifact('Other', 'approved'),
  'review: changes': artifact('Other', 'changes-requested'),
  'keep an artifact': artifact('CompletionReport'),
  answer: answer(({ n }) => ({ state: pick(n, 'done', 'not-applicable'), note: 'Looked at.' })),
  'answer with a link': answer((scene) => ({ state: 'done', linkedAtpId: anyId(scene) })),
  'answer with nothing': answer(() => ({ state: 'done' })),
  'answer another item': answer(({ n }) => ({ item: pick(n, 'impact', 'code-review'), state: 'done', note: 'Seen.' })),
  'open an item again': answer((scene) => ({ item: itemOf(scene, 'done'), state: 'open' })),
} satisfies Record<string, Wish>;

export type WishName = keyof typeof wishes;
export const wishNames = Object.keys(wishes) as WishName[];
