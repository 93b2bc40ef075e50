/** SNS as the far end of a door: messages signed with a key of the test, whose certificate is fetched in place of theirs. */

import { createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import { readSnsMessage, stringToSign } from '../../../lib/pager/sns-message.ts';
import { topic } from './senders.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const host = 'https://sns.eu-west-1.amazonaws.com';

const envelope = (Message: string) => ({
  Type: 'Notification',
  MessageId: randomUUID(),
  TopicArn: topic,
  Message,
  Timestamp: '2026-11-24T10:00:00.000Z',
  SignatureVersion: '2',
  Signature: '',
  SigningCertURL: `${host}/SimpleNotificationService-0123.pem`,
});

export const signed = <M extends { Signature: string }>(message: M): M => ({
  ...message,
  Signature: createSign('RSA-SHA256')
    .update(stringToSign(readSnsMessage(message)))
    .sign(privateKey, 'base64'),
});
export const notification = (Message: string, more: object = {}) => signed({ ...envelope(Message), ...more });
export const confirmation = (more: object = {}) =>
  signed({
    ...envelope('You have chosen to subscribe.'),
    Type: 'SubscriptionConfirmation',
    Token: '2336412f37f',
    SubscribeURL: `${host}/?Action=ConfirmSubscription&Token=2336412f37f`,
    ...more,
  });

/** Answers for SNS; what goes elsewhere goes on. The addresses that were asked for, in order. */
export const answerForSns = (): string[] => {
  const asked: string[] = [];
  const others = globalThis.fetch;
  vi.stubGlobal('fetch', async (url: string | URL, init?: RequestInit) => {
    if (!String(url).startsWith(host)) return others(url, init);
    asked.push(String(url));
    return new Response(String(url).endsWith('.pem') ? publicKey.export({ type: 'spki', format: 'pem' }) : '<ok/>');
  });
  return asked;
};
