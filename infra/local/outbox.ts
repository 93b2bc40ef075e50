import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Publication } from './sns.ts';

/** A topic as its subscribers know it. */
export type Topic = {
  /** In file names: `directives`, `hitl`. */
  name: string;
  /** The sender's name in an email, and what SNS puts before an SMS. */
  displayName?: string;
};

const SUBSCRIBER = 'operator@example.com';
/** Of the display name, an SMS begins with this many characters ("Creating an Amazon SNS topic", SNS developer guide). */
const SMS_NAME_CHARACTERS = 10;

/**
 * What an email and an SMS subscriber of a topic would get, a file each, by SNS's own rules: the text for the kind of
 * subscriber, else `default`; a subject of SNS's own where there is none; its footer under an email, the topic's
 * display name before an SMS. Their subscriptions filter by `channels`, as those of the stack do; what carries none is
 * of somebody else's, and they get all of it.
 */
export const writeOutbox = (directory: string, topic: Topic, messageId: string, publication: Publication): void => {
  mkdirSync(directory, { recursive: true });
  const at = new Date();
  const time = at.toISOString().replaceAll(/[-:]/g, '');
  const pathOf = (kind: string): string => join(directory, `${time}-${topic.name}-${kind}-${messageId}.txt`);
  const { channels = ['email', 'sms'] } = publication;
  if (channels.includes('email')) put(pathOf('email'), email(at, topic, publication));
  if (channels.includes('sms')) put(pathOf('sms'), sms(topic, publication));
};

const email = (at: Date, { displayName = 'AWS Notifications' }: Topic, publication: Publication): string => {
  const { subject = 'AWS Notification Message', texts, topicArn } = publication;
  const unsubscribe = `https://sns.us-east-1.amazonaws.com/unsubscribe.html?SubscriptionArn=${topicArn}:local&Endpoint=${SUBSCRIBER}`;
  return [
    `From: ${displayName} <no-reply@sns.amazonaws.com>`,
    `To: ${SUBSCRIBER}`,
    `Subject: ${subject}`,
    `Date: ${at.toUTCString()}`,
    'Content-Type: text/plain; charset=UTF-8',
    '',
    texts.email ?? texts.default,
    '',
    '--',
    'If you wish to stop receiving notifications from this topic, please click or visit the link below to unsubscribe:',
    unsubscribe,
    '',
    'Please do not reply directly to this email. If you have any questions or comments regarding this email, please contact us at https://aws.amazon.com/support',
    '',
  ].join('\n');
};

const sms = ({ displayName }: Topic, { texts }: Publication): string => {
  const prefix = displayName ? `${[...displayName].slice(0, SMS_NAME_CHARACTERS).join('')}> ` : '';
  return prefix + (texts.sms ?? texts.default);
};

/** Whole or not at all: somebody may be watching the directory. */
const put = (path: string, text: string): void => {
  writeFileSync(`${path}.draft`, text);
  renameSync(`${path}.draft`, path);
};
