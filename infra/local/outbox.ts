import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Publication } from './sns.ts';

/**
 * What an email and an SMS subscriber of a topic would get, a file each, by SNS's own rules: the text for the kind of
 * subscriber, else `default`; a subject of SNS's own where there is none; its footer under an email.
 */
export const writeOutbox = (
  directory: string,
  topic: string,
  messageId: string,
  { subject, texts, topicArn }: Publication,
): void => {
  mkdirSync(directory, { recursive: true });
  const at = new Date();
  const stem = join(directory, `${at.toISOString().replaceAll(/[-:]/g, '')}-${topic}`);
  put(
    `${stem}-email-${messageId}.txt`,
    email(at, subject ?? 'AWS Notification Message', texts.email ?? texts.default, topicArn),
  );
  put(`${stem}-sms-${messageId}.txt`, texts.sms ?? texts.default);
};

const email = (at: Date, subject: string, text: string, topicArn: string): string =>
  [
    'From: AWS Notifications <no-reply@sns.amazonaws.com>',
    'To: operator@example.com',
    `Subject: ${subject}`,
    `Date: ${at.toUTCString()}`,
    'Content-Type: text/plain; charset=UTF-8',
    '',
    text,
    '',
    '--',
    'If you wish to stop receiving notifications from this topic, please click or visit the link below to unsubscribe:',
    `https://sns.us-east-1.amazonaws.com/unsubscribe.html?SubscriptionArn=${topicArn}:local&Endpoint=operator@example.com`,
    '',
    'Please do not reply directly to this email. If you have any questions or comments regarding this email, please contact us at https://aws.amazon.com/support',
    '',
  ].join('\n');

/** Whole or not at all: somebody may be watching the directory. */
const put = (path: string, text: string): void => {
  writeFileSync(`${path}.draft`, text);
  renameSync(`${path}.draft`, path);
};
