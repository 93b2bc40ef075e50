import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { freshAssembly } from '../../../infra/local/assembly.ts';
import { startStack } from '../../../infra/local/start.ts';
import { givenDirectory } from '../../support/bundle.ts';
import { Deadlines, soon } from '../../support/deadlines.ts';
import { givenProcess, isGone, main } from '../../support/stack-process.ts';

const SECONDS = 6;
const MANY = 10;

/** The build takes its time, once. */
beforeAll(() => void freshAssembly(() => undefined), 180_000);

type Pending = { directed: string[]; owing: string[]; lastDueAt: number };

/** ATPs whose deadlines run: each with a directive that nobody acknowledges, or closed and owing. */
const givenPending = async ({ given }: Deadlines, count: number): Promise<Pending> => {
  const many = Array.from({ length: count });
  const owing = await Promise.all(many.map(() => given.owing()));
  const directed = (await Promise.all(many.map(() => given.directed()))).map(({ atpId }) => atpId);
  return { directed, owing, lastDueAt: Date.now() + SECONDS * 1_000 };
};

/** All fire, each once: three escalations of a directive; one notification and one review of a closure. */
const expectFiredOnce = async (deadlines: Deadlines, { directed, owing }: Pending): Promise<void> => {
  for (const atpId of directed) {
    const escalations = await deadlines.escalated(atpId, 3);
    expect(escalations.map(({ body }) => /escalation (\d) of 3/.exec(body)?.[1])).toEqual(['1', '2', '3']);
    for (const { messageId } of escalations) await deadlines.delivered(messageId);
  }
  for (const atpId of owing) {
    await soon(async () => (await deadlines.atp(atpId)).followUpAtpId !== undefined);
    expect(await deadlines.written(atpId, 'HITLNotification')).toHaveLength(1);
    const reviews = (await deadlines.service.done('pm-1', 'atp_list', { type: 'review', limit: 100 })).atps;
    expect(reviews.filter(({ sourceAtpId }: { sourceAtpId: string }) => sourceAtpId === atpId)).toHaveLength(1);
  }
};

describe('given a stack with timers that are pending', () => {
  const timeouts = { acknowledgement: SECONDS, obligation: SECONDS };
  const start = async (data: string) => {
    const stack = await startStack({ assembly: freshAssembly(() => undefined), data, port: 0, timeouts });
    onTestFinished(stack.stop);
    return { stack, deadlines: await Deadlines.of(stack) };
  };

  test('when it is stopped, and started again before they are due, then they fire, each once', async () => {
    const data = givenDirectory();
    const { stack, deadlines } = await start(data);
    const pending = await givenPending(deadlines, 1);
    await stack.stop();
    await expectFiredOnce((await start(data)).deadlines, pending);
  });

  test('when it is stopped, and started again after they were due, then they fire, each once', async () => {
    const data = givenDirectory();
    const { stack, deadlines } = await start(data);
    const pending = await givenPending(deadlines, 1);
    await stack.stop();
    await soon(() => Date.now() > pending.lastDueAt + 1_000);
    await expectFiredOnce((await start(data)).deadlines, pending);
  });
});

describe('given the process of a stack with many timers that are pending', () => {
  const args = [main, '--ack-timeout', String(SECONDS), '--obligation-timeout', String(SECONDS)];

  test('when it is killed outright, before they are due and again when they are, then they fire, each once', async () => {
    const first = await givenProcess({ args });
    const { data } = first;
    const pending = await givenPending(await Deadlines.of({ ...first.stack, data }), MANY);
    first.child.kill('SIGKILL');
    await soon(() => isGone(first));

    const second = await givenProcess({ args, data });
    const { service } = await Deadlines.of({ ...second.stack, data });
    const isOwing = async (atpId: string): Promise<boolean> =>
      (await service.done('pm-1', 'atp_get', { atpId })).atp.followUpAtpId === undefined;
    // As soon as the first of them has fired, others are being worked on.
    await soon(async () => !(await Promise.all(pending.owing.map(isOwing))).every(Boolean));
    second.child.kill('SIGKILL');
    await soon(() => isGone(second));

    const third = await givenProcess({ args, data });
    await expectFiredOnce(await Deadlines.of({ ...third.stack, data }), pending);
  });
});
