/**
 * The link in the email of a question: what it decides on, until when, and a signature over both. Whoever has it may
 * decide, so it stands in that email and nowhere else: not in what machines get, not in an answer, not in a log.
 */

import { createHmac, timingSafeEqual } from 'node:crypto';

export type Link = {
  /** The question. */
  messageId: string;
  /** Of the ATP, when the question was asked (`versionOf` in lib/flow/question.ts). */
  version: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
};

/** None of the parts holds the sign between them, and it needs no spelling in an address (RFC 3986, unreserved). */
const BETWEEN = '~';
const RADIX = 36;

/** `key` is 256 random bits in base64. */
export const signLink = ({ messageId, version, expiresAt }: Link, key: string): string => {
  const signed = [messageId, version, expiresAt.toString(RADIX)].join(BETWEEN);
  return [signed, signatureOf(signed, key).toString('base64url')].join(BETWEEN);
};

/** A signature says what it is for: none made with this key for another purpose is one. */
const signatureOf = (signed: string, key: string): Buffer =>
  createHmac('sha256', Buffer.from(key, 'base64')).update(`decision${BETWEEN}${signed}`).digest();

const FORM = /^([^~]+~[\w-]{16}~[0-9a-z]{1,10})~([\w-]{43})$/;

/** Whether a text has the form of a link: what has not is refused without a look at the key. */
export const isLinkForm = (text: string): boolean => FORM.test(text);

/** What a link says, if it was signed with the key; whether it has expired is for the caller to see. */
export const readLink = (text: string, key: string): Link | undefined => {
  const [, signed = '', signature = ''] = FORM.exec(text) ?? [];
  const given = Buffer.from(signature, 'base64url');
  const expected = signatureOf(signed, key);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const [messageId = '', version = '', expiresAt = ''] = signed.split(BETWEEN);
  return { messageId, version, expiresAt: Number.parseInt(expiresAt, RADIX) };
};
