import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { writeOutbox } from '../../../infra/local/outbox.ts';
import { digestOf } from '../../../lib/notify/digest.ts';
import { noticeOf } from '../../../lib/notify/notice.ts';
import type { Outgoing } from '../../../lib/notify/outgoing.ts';
import {
  givenDirective,
  givenEmergencyDirective,
  givenEscalation,
  givenNotification,
  givenQuestion,
  givenServiceEscalation,
} from '../../lib/notify/given.ts';
import { givenDirectory } from '../../support/bundle.ts';

beforeEach(() => void vi.useFakeTimers({ now: Date.parse('2026-03-01T12:30:00.000Z'), toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

type Publication = { topic: string; subject: string; texts: { default: string; email: string; sms: string } };

/** The bytes that an email and an SMS subscriber get, the one behind the other. */
const receivedOf = ({ topic, subject, texts }: Publication, channels: readonly string[]): string => {
  const directory = givenDirectory();
  const topicArn = `arn:aws:sns:us-east-1:000000000000:${topic}`;
  writeOutbox(directory, { name: topic, displayName: 'Hotfix' }, 'id', { topicArn, subject, texts, channels });
  return readdirSync(directory)
    .toSorted()
    .map((name) => `--- ${name}\n${readFileSync(join(directory, name), 'utf8')}\n`)
    .join('');
};

/** As the stack gives them. */
const places = {
  publicUrl: 'https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com',
  decisions: {
    url: 'https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/decision',
    key: Buffer.alloc(32, 7).toString('base64'),
  },
};

describe('what people receive, to the byte', () => {
  const emergency = (status: 'Complete' | 'Deployed'): Outgoing =>
    givenNotification({
      subject: `AT-7: ${status}`,
      body: `The emergency moved to ${status}.`,
      fromAgent: '@system',
      sentBy: { role: '@system', name: 'system' },
      brief: { type: 'emergency', status },
    });

  test.each([
    ['directive', givenDirective()],
    ['emergency directive', givenEmergencyDirective()],
    ['notification of a closure', givenNotification({ brief: { summary: 'Rolled back to v41.' } })],
    ['notification of a rejection', givenNotification({ brief: { status: 'Rejected' } })],
    ['notification of a transition', emergency('Deployed')],
    ['escalation by an agent', givenEscalation()],
    ['question', givenQuestion()],
    ['escalation by the service', givenServiceEscalation()],
    ['drill', givenDirective({ drill: true, brief: { drill: true } })],
  ])('%s', async (name, message) => {
    const received = receivedOf(noticeOf(message, places), ['machine', 'email', 'sms']);
    await expect(received).toMatchFileSnapshot(`received/${name.replaceAll(' ', '-')}.txt`);
    const [, sms = ''] = received.split(/^--- .*-sms-.*\n/m);
    expect(sms.trimEnd().length).toBeLessThanOrEqual(160);
  });

  test('digest, by email alone', async () => {
    const messages = [givenServiceEscalation(), givenEscalation(), givenQuestion(), emergency('Complete')].map(
      (item, number) => {
        const atpId = number === 3 ? 'AT-9' : 'AT-7';
        const messageId = `msg_${atpId}_${String(number).padStart(26, '0')}`;
        return { atpId, messageId, item: { ...item, atpId, messageId } };
      },
    );
    const id = '01KJMBM0G0DDDDDDDDDDDDDDDD';
    const { notice } = digestOf({ topic: 'hitl', id, gathered: messages, form: 'whole', places });
    await expect(receivedOf(notice, ['email'])).toMatchFileSnapshot('received/digest.txt');
  });
});
