/**
 * SNS over HTTPS: the envelope, and who signed it.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html. Any account of AWS can have a message
 * signed: the topic has to be one that was agreed on. Functions that SNS invokes rely on their resource policy instead.
 */

import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { Refusal } from '../refusal.ts';
import { fields, isFields, text } from './fields.ts';
import { MalformedPage } from './malformed.ts';
import type { Ignored } from './page.ts';

const TYPES = ['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation'] as const;

/** A message as it was signed: `signed` are the fields the signature is over, untouched. */
export type SnsMessage = {
  type: (typeof TYPES)[number];
  signed: Readonly<Record<string, string>>;
  signatureVersion: string;
  signature: string;
  certificateUrl: string;
};

/** What to do with a message that was verified. Only a confirmation names an address to GET. */
export type SnsStep =
  | { notification: { message: string; messageId: string; topicArn: string; subject?: string } }
  | { confirm: string; topicArn: string }
  | Ignored;

/** In the order of the string to sign. `Subject` is left out where a message has none. */
const SIGNED = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
} as const;

/** Read on the raw text, so that no port, user or other spelling of a host can stand in it. */
const SNS_ADDRESS = /^https:\/\/sns\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/[\x21-\x7E]*$/;
const CERTIFICATE_PATH = /^[^?#\\]+\.pem$/;

const ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ['1', 'RSA-SHA1'],
  ['2', 'RSA-SHA256'],
]);

/** `headers` by their lower-case names. Raw delivery has no envelope, hence no signature. */
export const readSnsMessage = (
  payload: unknown,
  headers: Readonly<Record<string, string | undefined>> = {},
): SnsMessage => {
  if (headers['x-amz-sns-rawdelivery']?.trim().toLowerCase() === 'true') {
    throw new MalformedPage('raw message delivery is not signed; switch it off for this subscription');
  }
  if (!isFields(payload)) throw new MalformedPage('this is no message of SNS');
  const type = TYPES.find((known) => known === payload.Type);
  if (!type) throw new MalformedPage('this is no message of SNS', [{ path: 'Type', message: 'is not known' }]);
  const names = SIGNED[type].filter((name) => name !== 'Subject' || (payload.Subject ?? undefined) !== undefined);
  const needed = [...names, 'SignatureVersion', 'Signature', 'SigningCertURL'];
  const missing = needed.filter((name) => typeof payload[name] !== 'string');
  if (missing.length > 0) {
    const issues = missing.map((path) => ({ path, message: 'must be text' }));
    throw new MalformedPage('this is no message of SNS', issues);
  }
  const said = payload as Readonly<Record<string, string>>;
  return {
    type,
    signed: Object.fromEntries(names.map((name) => [name, said[name] ?? ''])),
    signatureVersion: said.SignatureVersion ?? '',
    signature: said.Signature ?? '',
    certificateUrl: said.SigningCertURL ?? '',
  };
};

export const stringToSign = ({ signed }: Pick<SnsMessage, 'signed'>): string =>
  Object.entries(signed)
    .map(([name, value]) => `${name}\n${value}\n`)
    .join('');

export const isSnsAddress = (url: string): boolean => SNS_ADDRESS.test(url);
export const isCertificateAddress = (url: string): boolean => isSnsAddress(url) && CERTIFICATE_PATH.test(url);

/** The key of a certificate by its address, which was checked. Throws `UNAVAILABLE` where it cannot be had. */
export type KeyOf = (certificateUrl: string) => Promise<KeyObject>;

/** AWS changes its certificates every few months, and one region has one: more are somebody's flood. */
const CACHE_LIMIT = 20;

/** Fetches each certificate once; what failed is fetched again. `fetchText` must not follow redirects. */
export const certificateKeys = (fetchText: (url: string) => Promise<string>): KeyOf => {
  const keys = new Map<string, Promise<KeyObject>>();
  const fetchKey = async (url: string): Promise<KeyObject> => {
    try {
      return createPublicKey(await fetchText(url));
    } catch (cause) {
      keys.delete(url);
      throw new Refusal('UNAVAILABLE', 'The certificate of SNS could not be had. Nothing was stored.', { cause });
    }
  };
  return (url) => {
    const known = keys.get(url);
    if (known) return known;
    const [oldest] = keys.keys();
    if (keys.size >= CACHE_LIMIT && oldest !== undefined) keys.delete(oldest);
    const key = fetchKey(url);
    keys.set(url, key);
    return key;
  };
};

/**
 * Throws `UNAUTHENTICATED` unless SNS signed it for one of `topics` (their ARNs). Nothing is fetched for a stranger's
 * topic or from another host.
 */
export const verifySnsMessage = async (message: SnsMessage, topics: readonly string[], keyOf: KeyOf): Promise<void> => {
  const algorithm = ALGORITHMS.get(message.signatureVersion);
  if (!topics.includes(message.signed.TopicArn ?? '')) throw unauthenticated('Its topic is not one of this service');
  if (!algorithm) throw unauthenticated('Its signature version is not known');
  if (!isCertificateAddress(message.certificateUrl)) throw unauthenticated('Its certificate is not one of SNS');
  const key = await keyOf(message.certificateUrl);
  const signature = Buffer.from(message.signature, 'base64');
  const isGood =
    key.asymmetricKeyType === 'rsa' && verify(algorithm, Buffer.from(stringToSign(message)), key, signature);
  if (!isGood) throw unauthenticated('Its signature is wrong');
};

/**
 * For a message that was verified. The address in an UnsubscribeConfirmation would subscribe again: it is never named.
 */
export const snsStep = ({ type, signed }: SnsMessage): SnsStep => {
  const { Message: message = '', MessageId: messageId = '', TopicArn: topicArn = '', SubscribeURL: url = '' } = signed;
  if (type === 'UnsubscribeConfirmation') return { ignored: 'the subscription ended' };
  if (type === 'SubscriptionConfirmation') {
    if (!isSnsAddress(url)) throw unauthenticated('Its address of confirmation is not one of SNS');
    return { confirm: url, topicArn };
  }
  const subject = text(fields(signed).Subject);
  return { notification: { message, messageId, topicArn, ...(subject && { subject }) } };
};

const unauthenticated = (why: string): Refusal =>
  new Refusal('UNAUTHENTICATED', `The message of SNS was refused. ${why}. Nothing was stored.`);
