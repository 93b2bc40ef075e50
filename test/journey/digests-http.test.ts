import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshAssembly } from '../../infra/local/assembly.ts';
import { type RunningStack, startStack } from '../../infra/local/start.ts';
import { createGovernance, type Governance } from '../../lib/client.ts';
import { drainedIds } from '../support/drained.ts';
import { type Mailbox, mailboxOf } from '../support/mailbox.ts';
import { until } from '../support/until.ts';

const FLOOD = 200;
const INCIDENTS = 50;
const TIMEOUT_MS = 120_000;
/** Each look reads hundreds of files. */
const PATIENT = { patienceMs: 60_000, everyMs: 250 };

/** A stack of its own, whose digests are a second apart. */
const givenStack = () => {
  const data = mkdtempSync(join(tmpdir(), 'digests-'));
  let stack: RunningStack;
  beforeAll(async () => {
    stack = await startStack({ assembly: freshAssembly(() => undefined), data, port: 0, digestInterval: 1 });
  }, TIMEOUT_MS);
  afterAll(async () => {
    await stack?.stop();
    rmSync(data, { recursive: true, force: true });
  });
  const as = (label: string): Governance => createGovernance({ url: stack.url, token: stack.tokens[label] ?? '' });
  const machines: { [topic in 'directives' | 'hitl']: string[] } = { directives: [], hitl: [] };
  return {
    get stack() {
      return stack;
    },
    as,
    /** What the queue of a topic got since the beginning, each message as often as it came. */
    told: async (topic: 'directives' | 'hitl'): Promise<string[]> => {
      machines[topic].push(...(await drainedIds(stack.sqs.endpoint, stack.sqs.queues[topic])));
      return machines[topic];
    },
    started: (atpId: string) => as('@pm').atp_set({ atpId, status: 'InProgress', title: 'Checkout answers 500' }),
    escalated: async (atpId: string): Promise<string> => {
      const letter = {
        atpId,
        toAgent: '@operator',
        messageType: 'Escalation',
        subject: 'Help',
        body: 'More fails.',
      } as const;
      return (await as('@dev').message_send(letter)).message.messageId;
    },
    directed: async (atpId: string): Promise<string> => {
      const letter = {
        atpId,
        toAgent: '@dev',
        messageType: 'Directive',
        subject: 'Fix it',
        body: 'It fails.',
      } as const;
      return (await as('@pm').message_send(letter)).message.messageId;
    },
  };
};

const emailed = ({ single, digests }: Mailbox): Set<string> => new Set([...single, ...digests.flat()]);
const atpIdOf = (messageId: string): string => messageId.slice('msg_'.length, -27);
const range = (count: number): number[] => Array.from({ length: count }, (_, position) => position);

describe('given a flood of notices', () => {
  const given = givenStack();

  test(
    'when they are of one incident, then machines and SMS get each once, email two and the rest in digests',
    async () => {
      await given.started('AT-flood');
      const ids: string[] = [];
      for (const _ of range(FLOOD / 4))
        ids.push(...(await Promise.all(range(4).map(() => given.escalated('AT-flood')))));
      await until(async () => (await given.told('hitl')).length >= FLOOD, PATIENT);
      // Email waits: machines and phones do not.
      const phones = mailboxOf(given.stack).sms;
      expect((await given.told('hitl')).toSorted()).toEqual(ids.toSorted());
      expect(phones).toHaveLength(FLOOD);
      for (const text of phones) expect(text.length).toBeLessThanOrEqual(160);

      await until(() => emailed(mailboxOf(given.stack)).size >= FLOOD, PATIENT);
      const { single, digests } = mailboxOf(given.stack);
      expect(single).toHaveLength(2);
      expect([...single, ...digests.flat()].toSorted()).toEqual(ids.toSorted());
      expect(digests.length).toBeLessThan(20);
      await until(async () => {
        const { messages } = await given.as('@operator').atp_get({ atpId: 'AT-flood' });
        return messages.every(({ publishedAt }) => publishedAt !== undefined);
      });
    },
    TIMEOUT_MS,
  );

  test(
    'when they are of fifty incidents at once, then each has mails of its own, and the third notice is in a digest',
    async () => {
      const incidents = range(INCIDENTS).map((number) => `AT-many-${number}`);
      const before = mailboxOf(given.stack);
      const ids = await Promise.all(
        incidents.map(async (atpId) => {
          await given.started(atpId);
          return [await given.directed(atpId), await given.escalated(atpId), await given.escalated(atpId)];
        }),
      );
      await until(async () => (await given.told('hitl')).length >= FLOOD + 2 * INCIDENTS, PATIENT);
      await until(() => emailed(mailboxOf(given.stack)).size >= FLOOD + 3 * INCIDENTS, PATIENT);
      const hitl = (await given.told('hitl')).slice(FLOOD);
      const directives = await given.told('directives');
      expect([...hitl, ...directives].toSorted()).toEqual(ids.flat().toSorted());
      const after = mailboxOf(given.stack);
      const single = after.single.slice(before.single.length).map(atpIdOf);
      const digests = after.digests.slice(before.digests.length).flat();
      expect(single.toSorted()).toEqual(incidents.flatMap((atpId) => [atpId, atpId]).toSorted());
      expect(digests.map(atpIdOf).toSorted()).toEqual(incidents.toSorted());
    },
    TIMEOUT_MS,
  );
});

describe('given a notifier that is killed again and again', () => {
  const given = givenStack();

  test(
    'when notices are written meanwhile, then none of them is lost to machines, phones or mail',
    async () => {
      await given.started('AT-killed');
      const ids: string[] = [];
      for (const round of range(6)) {
        ids.push(...(await Promise.all(range(6).map(() => given.escalated('AT-killed')))));
        if (round % 2 === 0) await given.stack.functionNamed('OutboxNotify').restart();
      }
      await until(async () => new Set(await given.told('hitl')).size >= ids.length, PATIENT);
      await until(() => emailed(mailboxOf(given.stack)).size >= ids.length, PATIENT);
      expect([...new Set(await given.told('hitl'))].toSorted()).toEqual(ids.toSorted());
      expect([...emailed(mailboxOf(given.stack))].toSorted()).toEqual(ids.toSorted());
      expect(new Set(mailboxOf(given.stack).single).size).toBe(2);
    },
    TIMEOUT_MS,
  );
});
