import { createHmac } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { localAws } from '../../infra/local/aws.ts';
import { planDeadline } from '../../lib/flow/plan/deadline.ts';
import type { Timer } from '../../lib/model.ts';
import { isSignedByGrafana } from '../../lib/pager/grafana.ts';
import { enqueue, type TimerQueue } from '../../lib/timer/queue.ts';
import { workOff } from '../../lib/timer/work-off.ts';
import { timerOf } from '../support/firing.ts';
import { Given, newId, Service, timeouts } from '../support/service.ts';
import { readWhole } from '../support/timeline.ts';
import { GivenTimerQueue } from '../support/timer-queue.ts';

const SKEW_MS = 120_000;
/** A queue waits for whole seconds. */
const ROUNDING_MS = 1_000;
/** How far ahead of the true time a function's clock is. */
const clocks = [-SKEW_MS, 0, SKEW_MS];

let service: Service;
let given: Given;
let timers: GivenTimerQueue;
let queue: TimerQueue;
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  // loads the handlers: their modules are not to be loaded under another clock
  await given.owing();
  timers = await GivenTimerQueue.create();
  queue = { sqs: new SQSClient({ ...localAws, endpoint: timers.endpoint }), url: timers.url };
});
afterAll(() => timers.close());

/** What a function does whose clock shows this time, in milliseconds since the epoch. */
const at = async <T>(now: number, run: () => Promise<T>): Promise<T> => {
  const clock = vi.spyOn(Date, 'now').mockReturnValue(now);
  try {
    return await run();
  } finally {
    clock.mockRestore();
  }
};

const combinations = clocks.flatMap((tool) =>
  clocks.flatMap((notifier) => clocks.map((timer) => ({ tool, notifier, timer }))),
);
type Clocks = (typeof combinations)[number];

/** A timer received at this time by a function of that clock: whether it failed, and how long the queue holds it back. */
const received = async (timer: Timer, now: number): Promise<{ failed: string[]; again: number | undefined }> => {
  const record = { messageId: 'one', body: JSON.stringify(timer) };
  const surroundings = { table: service.table, queue, timeouts, webhooks: false, plan: planDeadline };
  const failed = await at(now, () => workOff([record], surroundings, 'request'));
  return { failed, again: timers.sent()[0]?.delaySeconds };
};

/** The true time at which it fires, from when it is handed over: the queue waits by no clock but its own. */
const firedAt = async (timer: Timer, handedOver: number, ahead: Clocks): Promise<number> => {
  await enqueue(queue, [timer], handedOver + ahead.notifier);
  let now = handedOver;
  for (let wait = timers.sent()[0]?.delaySeconds; wait !== undefined; ) {
    now += wait * 1_000;
    const { failed, again } = await received(timer, now + ahead.timer);
    expect(failed).toEqual([]);
    wait = again;
  }
  return now;
};

const actionsOf = async (atpId: string): Promise<string[]> =>
  (await readWhole(service, atpId)).timeline.map(({ action }) => action);

describe('given functions whose clocks are two minutes off, to either side', () => {
  test.each(combinations)(
    'when a deadline runs by %j, then it fires once, never before its own clock says so',
    async (ahead) => {
      const start = Date.now();
      const atpId = newId();
      await at(start + ahead.tool, () => given.started(atpId));
      const timer = await timerOf(service, atpId, 'directive');
      const fired = await firedAt(timer, start, ahead);
      const due = Date.parse(timer.dueAt);
      expect(fired + ahead.timer).toBeGreaterThanOrEqual(due);
      expect(Math.abs(fired - due)).toBeLessThanOrEqual(SKEW_MS + ROUNDING_MS);
      expect(await received(timer, fired + ahead.timer)).toEqual({ failed: [], again: undefined });
      expect(await actionsOf(atpId)).toEqual(['start', 'escalate']);
    },
  );

  test.each(clocks)(
    'when what a closed ATP owes comes due by a clock %i ms ahead, then it is met once, after its closure',
    async (timer) => {
      const start = Date.now();
      const atpId = await at(start + SKEW_MS, () => given.owing());
      const owed = await timerOf(service, atpId, 'obligations');
      const fired = await firedAt(owed, start, { tool: SKEW_MS, notifier: -SKEW_MS, timer });
      await received(owed, fired + timer);
      const { atp, timeline } = await readWhole(service, atpId);
      expect(timeline.filter(({ action }) => action === 'meetObligations')).toHaveLength(1);
      expect(timeline.at(-1)?.action).toBe('meetObligations');
      expect(timeline.map(({ at: time }) => time)).toEqual(timeline.map(({ at: time }) => time).toSorted());
      expect(atp.followUpAtpId).toBeDefined();
    },
  );

  test.each([
    [SKEW_MS, -SKEW_MS, 0],
    [-SKEW_MS, SKEW_MS, -SKEW_MS],
    [0, SKEW_MS, -SKEW_MS],
  ])('when each step is taken by another, %i, %i, %i ms ahead, then the timeline keeps its order', async (...ahead) => {
    const start = Date.now();
    const atpId = newId();
    let step = 0;
    const next = <T>(run: () => Promise<T>): Promise<T> => at(start + (ahead[step++ % 3] ?? 0), run);
    await next(() => given.started(atpId));
    const messageId = await next(() => given.directive(atpId));
    await next(() => service.done('dev-1', 'message_ack', { messageId }));
    const handoff = { atpId, completed: ['Rolled back'], evidence: ['Tests pass'] };
    await next(() => service.done('dev-1', 'handoff', handoff));
    const report = { atpId, artifactType: 'PMVerificationReport', title: 'Held', content: 'All gates hold.' };
    await next(() => service.done('pm-1', 'artifact_create', report));
    await next(() => service.done('pm-1', 'atp_close', { atpId }));
    expect(await actionsOf(atpId)).toEqual(['start', 'direct', 'acknowledge', 'handoff', 'report', 'close']);
  });

  test('when a call is repeated by another clock, then it is one all the same, and its credential holds', async () => {
    for (const first of clocks) {
      for (const second of clocks) {
        const start = Date.now();
        const body = { atpId: newId(), status: 'InProgress', title: 'Checkout answers 500' };
        const headers = { 'idempotency-key': newId() };
        const call = () => service.call('pm-1', 'atp_set', body, headers);
        const answer = await at(start + first, call);
        expect(answer.status).toBe(200);
        const again = await at(start + second, call);
        expect(again).toEqual({ ...answer, headers: { ...answer.headers, 'idempotent-replayed': 'true' } });
      }
    }
  });

  test.each(clocks)('when a page is signed by the clock of its source, then one %i ms ahead takes it', (ahead) => {
    const [secret, timestamp] = ['secret', String(Math.floor(Date.now() / 1_000))];
    const body = Buffer.from('{}');
    const signature = createHmac('sha256', secret).update(`${timestamp}:`).update(body).digest('hex');
    const nowMs = Date.now() + ahead;
    expect(isSignedByGrafana(signature, body, [secret], { timestamp, nowMs })).toBe(true);
  });
});
