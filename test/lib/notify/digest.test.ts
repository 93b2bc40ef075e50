import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Digest, digestOf, type Gathered } from '../../../lib/notify/digest.ts';
import type { Outgoing } from '../../../lib/notify/outgoing.ts';
import {
  givenDirective,
  givenEmergencyDirective,
  givenEscalation,
  givenNotification,
  givenServiceEscalation,
} from './given.ts';
import { hostile } from './hostile.ts';

const id = '01KJMBM0G0DDDDDDDDDDDDDDDD';
const idOf = (atpId: string, number: number) => `msg_${atpId}_${String(number).padStart(26, '0')}`;
const gathered = (...messages: Outgoing[]): Gathered[] =>
  messages.map((item) => ({ atpId: item.atpId, messageId: item.messageId, item }));
const hitl = (all: readonly Gathered[], form: 'whole' | 'bare' = 'whole'): Digest =>
  digestOf({ topic: 'hitl', id, gathered: all, form });
const shown = ({ notice: { subject, texts } }: Digest): string => `Subject: ${subject}\n\n${texts.email}`;

/** All that three incidents may have to say. */
const night = (): Gathered[] => {
  const acknowledgedBy = { role: '@dev', name: 'dev-1' } as const;
  const hotfix = (number: number, sentAt: string) => ({ messageId: idOf('AT-7', number), sentAt });
  const other = { atpId: 'AT-9', messageId: idOf('AT-9', 4), sentAt: '2026-03-01T12:31:00.000Z' };
  const emergency = { atpId: 'pay.example', messageId: idOf('pay.example', 5), sentAt: '2026-03-01T12:32:00.000Z' };
  return gathered(
    givenNotification({ ...other, brief: { title: 'Search is slow', priority: 'P1-High', status: 'Complete' } }),
    givenServiceEscalation(hotfix(1, '2026-03-01T12:30:00.000Z')),
    givenEscalation(hotfix(2, '2026-03-01T12:30:05.000Z')),
    givenDirective({ ...hotfix(3, '2026-03-01T12:30:06.000Z'), supersededAt: '2026-03-01T12:30:07.000Z' }),
    givenDirective({
      ...hotfix(6, '2026-03-01T12:30:07.000Z'),
      acknowledgedAt: '2026-03-01T12:30:09.000Z',
      acknowledgedBy,
    }),
    givenEmergencyDirective({
      ...emergency,
      subject: 'Fix it"\r\n   State               Closed at https://evil.example',
      drill: true,
      brief: { title: 'All regions are down\n2. HOTFIX', drill: true },
    }),
  );
};

test('what people read: worst first, who has it, what each asks, and what was taken or replaced meanwhile', async () => {
  await expect(shown(hitl(night()))).toMatchFileSnapshot('notices/digest.txt');
});

test('given a text that SNS refused, then the digest says all but what agents wrote', async () => {
  const bare = hitl(night(), 'bare');
  for (const said of ['Checkout', 'regions', 'Search', 'evil', 'password'])
    expect(JSON.stringify(bare.notice)).not.toContain(said);
  await expect(shown(bare)).toMatchFileSnapshot('notices/digest-without-its-text.txt');
});

test('given a place where people look, then each incident has one link, ours', () => {
  const publicUrl = 'https://board.example.com';
  const { email } = digestOf({ topic: 'hitl', id, gathered: night(), form: 'whole', places: { publicUrl } }).notice
    .texts;
  const links = email.split('\n').filter((line) => line.includes('://') && !line.includes('[://]'));
  expect(links.map((line) => line.trim().replace(/^Open +/, ''))).toEqual(
    ['AT-7', 'AT-9', 'pay.example'].map((atpId) => `${publicUrl}/#/atps/${atpId}`),
  );
});

test('what machines and filters find: its own event, all messages, and every value that one of them has', () => {
  const { attributes, texts } = hitl(night()).notice;
  const eventId = `evt_digest_${id}`;
  expect(JSON.parse(texts.default)).toEqual({
    eventId,
    kind: 'digest',
    topic: 'hitl',
    messageIds: night().map(({ messageId }) => messageId),
  });
  expect(attributes).toEqual({
    eventId,
    atpId: ['AT-9', 'AT-7', 'pay.example'],
    messageType: ['HITLNotification', 'Escalation', 'Directive', 'EmergencyDirective'],
    priority: ['P2-Normal', 'P0-Critical'],
    toRole: ['@operator', '@dev', '@sre'],
  });
});

test('given drills only, then subject, text and machines say so; and an SMS keeps to one part', () => {
  const { subject, texts } = hitl(gathered(givenEscalation({ drill: true }))).notice;
  expect(subject).toBe('[DRILL] Hotfix digest: 1 notice on 1 incident, worst P0');
  expect(texts.email).toMatch(/^DRILL - an exercise/);
  expect(JSON.parse(texts.default).drill).toBe(true);
  expect(texts.sms.length).toBeLessThanOrEqual(148);
});

test('given an item that is no message as it should be, then it stands there all the same, and the others whole', () => {
  const broken = { atpId: 'AT-8', messageId: idOf('AT-8', 1), item: { messageType: 'Escalation', body: 'SECRET' } };
  const { included, notice } = hitl([broken, ...gathered(givenEscalation())]);
  expect(included).toHaveLength(2);
  expect(notice.texts.email).toContain(idOf('AT-8', 1));
  expect(notice.texts.email).toContain('Need the database password');
  expect(JSON.stringify(notice)).not.toContain('SECRET');
});

const TOTAL_LIMIT = 262_144;
const bytesOf = ({ notice: { texts, attributes } }: Digest): number =>
  Buffer.byteLength(JSON.stringify(texts)) + Buffer.byteLength(JSON.stringify(attributes)) + 1_000;

test('given more than SNS takes, then the first of them fit, none is cut, and the rest is left for the next', () => {
  const subject = '决'.repeat(200);
  const all = Array.from({ length: 400 }, (_, number) => {
    const atpId = `AT-${'x'.repeat(60)}${number % 10}`;
    return { ...givenEscalation({ subject, atpId, messageId: idOf(atpId, number) }) };
  });
  const digest = hitl(gathered(...all));
  expect(bytesOf(digest)).toBeLessThanOrEqual(TOTAL_LIMIT);
  expect(digest.included.length).toBeGreaterThan(99);
  expect(digest.included.length).toBeLessThan(400);
  expect(digest.included.map(({ messageId }) => messageId)).toEqual(
    all.slice(0, digest.included.length).map(({ messageId }) => messageId),
  );
  expect(digest.notice.texts.email.split(subject)).toHaveLength(digest.included.length + 1);
});

describe('given any text', () => {
  const link = /\w:\/\/|[^\s.]\.\p{L}{2}|\b(mailto|tel):\S|\d\.\d+\.\d+\.\d/iu;
  const invisible = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]|(?![\n])\p{Cc}/u;

  test('then it stays on its line, in quotation marks, and nothing in the mail can be clicked', () => {
    const said = fc.record({ subject: hostile, title: hostile, environment: hostile });
    fc.assert(
      fc.property(said, ({ subject, title, environment }) => {
        const { email } = hitl(gathered(givenEscalation({ subject, brief: { title, environment } }))).notice.texts;
        const [reference] = [
          hitl(gathered(givenEscalation({ subject: 'a', brief: { title: 'b', environment: 'c' } }))),
        ];
        const count = (text: string) => text.split('\n').length;
        // An environment that is empty is none, and on the line of the state anyway.
        expect(count(email)).toBe(count(reference?.notice.texts.email ?? ''));
        expect(email).not.toMatch(invisible);
        for (const line of email.split('\n').filter((each) => !each.includes('(@system)')))
          expect(line).not.toMatch(link);
      }),
      { numRuns: 300 },
    );
  });
});
