import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { freshAssembly } from '../../../infra/local/assembly.ts';
import { startStack } from '../../../infra/local/start.ts';
import type { AtpView } from '../../../lib/view.ts';
import { givenDirectory } from '../../support/bundle.ts';
import { Deadlines, soon } from '../../support/deadlines.ts';
import { givenProcess, isGone, main } from '../../support/stack-process.ts';

const SECONDS = 5;
const MANY = 10;

/** The build takes its time, once. */
beforeAll(() => void freshAssembly(() => undefined), 180_000);

type Pending = { started: string[]; owing: string[]; lastDueAt: number };

/** ATPs whose deadlines run and have one thing to say: started without a directive, and closed and owing. */
const givenPending = async ({ given }: Deadlines, count: number): Promise<Pending> => {
  const many = Array.from({ length: count });
  const owing = await Promise.all(many.map(() => given.owing()));
  const started = await Promise.all(many.map(() => given.started()));
  return { started, owing, lastDueAt: Date.now() + SECONDS * 1_000 };
};

/** One escalation of each start; one notification and one review of each closure; and nothing runs any more. */
const expectFiredOnce = async (deadlines: Deadlines, { started, owing }: Pending): Promise<void> => {
  for (const atpId of started) await deadlines.escalated(atpId);
  for (const atpId of owing) await soon(async () => (await deadlines.atp(atpId)).followUpAtpId !== undefined);
  const reviews: AtpView[] = (await deadlines.service.done('pm-1', 'atp_list', { type: 'review', limit: 100 })).atps;
  for (const atpId of [...started, ...owing]) {
    const told = [...(await deadlines.written(atpId)), ...(await deadlines.written(atpId, 'HITLNotification'))];
    expect(told).toHaveLength(1);
    await deadlines.delivered(told[0]?.messageId ?? '');
    expect((await deadlines.atp(atpId)).deadlines).toBeUndefined();
    const own = reviews.filter(({ sourceAtpId }) => sourceAtpId === atpId);
    expect(own).toHaveLength(owing.includes(atpId) ? 1 : 0);
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
