import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { localAws } from '../../../infra/local/aws.ts';
import type { StackFile } from '../../../infra/local/stack-file.ts';

/** When the notice of a message came; milliseconds since the epoch. */
export type Arrival = { messageId: string; at: number };

/** What lies in the queue of directives, taken from it, with when its message was written. */
export const noticesIn = async ({
  endpoint,
  queues,
}: StackFile['sqs']): Promise<(Arrival & { writtenAt: number })[]> => {
  const sqs = new SQSClient({ ...localAws, endpoint });
  const QueueUrl = queues.directives;
  const notices: (Arrival & { writtenAt: number })[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['SentTimestamp'],
      }),
    );
    if (Messages.length === 0) return notices;
    for (const { Body = '', Attributes = {} } of Messages) {
      const { message } = JSON.parse((JSON.parse(Body) as { Message: string }).Message) as {
        message: { messageId: string; sentAt: string };
      };
      const { messageId, sentAt } = message;
      notices.push({ messageId, at: Number(Attributes.SentTimestamp), writtenAt: Date.parse(sentAt) });
    }
    const Entries = Messages.map(({ ReceiptHandle }, position) => ({ Id: String(position), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
};

const SHOWN_ID = /^ *Message +(msg_[A-Za-z0-9._-]+_[0-9A-HJKMNP-TV-Z]{26})(?:,|$)/gm;
/** `20260301T120000.000Z-directives-email-...`, as infra/local/outbox.ts names an email. */
const EMAIL = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)([\d.]+Z)-directives-email-/;

/** What came by email: by itself, and in digests. */
export const mailsOf = (data: string): { own: Arrival[]; digests: Arrival[] } => {
  const directory = join(data, 'outbox');
  const mails = readdirSync(directory).flatMap((name) => {
    const [, year, month, day, hour, minute, second] = EMAIL.exec(name) ?? [];
    if (!year || !name.endsWith('.txt')) return [];
    const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}`);
    const text = readFileSync(join(directory, name), 'utf8');
    const isDigest = /^Subject: Hotfix digest: /m.test(text);
    return [...text.matchAll(SHOWN_ID)].map(([, messageId = '']) => ({ messageId, at, isDigest }));
  });
  const { true: digests = [], false: own = [] } = Object.groupBy(mails, ({ isDigest }) => `${isDigest}` as const);
  return { own, digests };
};
