import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshAssembly } from '../../infra/local/assembly.ts';
import { type RunningStack, startStack } from '../../infra/local/start.ts';
import { createGovernance, type Governance } from '../../lib/client.ts';
import { drainedIds } from '../support/drained.ts';
import { until } from '../support/until.ts';

const ATPS = 12;
const READERS = ['OutboxNotify', 'OutboxQueueEvents'];

describe('given a notifier that is killed again and again, and an SNS that refuses for a while', () => {
  let data: string;
  let stack: RunningStack;
  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'outbox-'));
    stack = await startStack({ assembly: freshAssembly(() => undefined), data, port: 0 });
  }, 120_000);
  afterAll(async () => {
    await stack?.stop();
    rmSync(data, { recursive: true, force: true });
  });

  const restartReaders = () => Promise.all(READERS.map((reader) => stack.functionNamed(reader).restart()));
  const as = (label: string): Governance => createGovernance({ url: stack.url, token: stack.tokens[label] ?? '' });

  const directed = async (atpId: string): Promise<string> => {
    await as('@pm').atp_set({ atpId, status: 'InProgress' });
    const letter = {
      atpId,
      toAgent: '@dev',
      messageType: 'Directive',
      subject: 'Fix it',
      body: 'It is broken.',
    } as const;
    return (await as('@pm').message_send(letter)).message.messageId;
  };
  const rejected = async (atpId: string): Promise<string> => {
    const answer = await as('@pm').atp_change_status({ atpId, status: 'Rejected', notes: 'A drill of the outbox.' });
    return answer.message?.messageId ?? '';
  };

  it('when directives and closures are written meanwhile, then each notice arrives, none without its message', async () => {
    const ids = Array.from({ length: ATPS }, (_, position) => `AT-${position}`);
    stack.messaging.refusePublications(true);
    const directives = await Promise.all(ids.map(directed));
    await restartReaders();
    const notices = await Promise.all(ids.map(rejected));
    await restartReaders();
    stack.messaging.refusePublications(false);
    await restartReaders();

    const { endpoint, queues } = stack.sqs;
    const arrived = { directives: new Set<string>(), hitl: new Set<string>() };
    await until(async () => {
      for (const queue of ['directives', 'hitl'] as const) {
        for (const id of await drainedIds(endpoint, queues[queue])) arrived[queue].add(id);
      }
      return arrived.directives.size >= ATPS && arrived.hitl.size >= ATPS;
    });
    expect([...arrived.directives].sort()).toEqual(directives.sort());
    expect([...arrived.hitl].sort()).toEqual(notices.sort());
    await until(async () => {
      const read = await Promise.all(ids.map((atpId) => as('@operator').atp_get({ atpId })));
      return read.flatMap(({ messages }) => messages).every(({ publishedAt }) => publishedAt !== undefined);
    });
  }, 120_000);

  it('when the stack ends before it could publish, then the next start on the same data does', async () => {
    stack.messaging.refusePublications(true);
    const messageId = await directed('AT-unpublished');
    await stack.stop();
    stack = await startStack({ assembly: freshAssembly(() => undefined), data, port: 0 });
    const arrived = new Set<string>();
    await until(async () => {
      for (const id of await drainedIds(stack.sqs.endpoint, stack.sqs.queues.directives)) arrived.add(id);
      return arrived.has(messageId);
    });
    expect([...arrived]).toEqual([messageId]);
  }, 120_000);
});
