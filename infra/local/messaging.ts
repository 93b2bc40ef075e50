import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { FauxqsServer } from 'fauxqs';
import { startEmulator } from './emulator.ts';
import { type Answer, forward, jsonAnswer, send } from './forwarding.ts';
import { type Topic, writeOutbox } from './outbox.ts';
import { rule } from './queue-rules.ts';
import { forChannels, forQueues, type Publication, publicationOf, SnsRefusal } from './sns.ts';

/** SNS, SQS and S3: an emulator, and before it what AWS does and the emulator does not. */
export type Messaging = {
  emulator: FauxqsServer;
  /** Endpoint of SNS and SQS, by which their rules are held. */
  endpoint: string;
  /** Endpoint of S3. */
  s3Endpoint: string;
  /** While true, SNS answers every publication with an internal error. */
  refusePublications: (refuse: boolean) => void;
  stop: () => Promise<void>;
};

type Options = {
  dataDirectory: string;
  topicOf: (arn: string) => Topic;
  /** Gets every publication that was taken. */
  published?: (publication: Publication, messageId: string) => void;
  /** One line for each publication. */
  told: (line: string) => void;
};

const SQS_JSON = 'application/x-amz-json-1.0';

export const startMessaging = async ({ dataDirectory, topicOf, published, told }: Options): Promise<Messaging> => {
  const emulator = await startEmulator(dataDirectory);
  const origin = `http://127.0.0.1:${emulator.port}`;
  let refusing = false;

  const publish = async (fields: URLSearchParams, request: IncomingMessage): Promise<Answer> => {
    if (refusing) throw new SnsRefusal('InternalError', 'We encountered an internal error. Please try again.', 500);
    const publication = publicationOf(fields);
    const answer = await forward(origin, request, forQueues(fields, publication).toString());
    const messageId = /<MessageId>([^<]+)/.exec(answer.body.toString())?.[1];
    if (answer.status === 200 && messageId) {
      const topic = topicOf(publication.topicArn);
      writeOutbox(join(dataDirectory, 'outbox'), topic, messageId, publication);
      published?.(publication, messageId);
      told(`published to ${topic.name}: ${publication.subject ?? messageId}`);
    }
    return answer;
  };

  const handle = async (request: IncomingMessage): Promise<Answer> => {
    const body = await buffer(request);
    const fields = isSns(request) ? new URLSearchParams(body.toString()) : undefined;
    const action = fields?.get('Action');
    if (fields && action === 'Publish') return publish(fields, request);
    if (action === 'PublishBatch')
      throw new SnsRefusal('InvalidAction', 'The local stack publishes one by one: PublishBatch is not known to it.');
    if (fields && isFiltering(action)) return forward(origin, request, forChannels(fields).toString());
    return isSending(request) ? sendMessages(origin, request, body) : forward(origin, request, body);
  };

  const pending = new Set<Promise<unknown>>();
  const front = createServer((request, response) => {
    const handled = handle(request)
      .catch((error) => refusalAnswer(error, request))
      .then((answer) => send(response, answer))
      .finally(() => pending.delete(handled));
    pending.add(handled);
  }).listen(0, '127.0.0.1');
  await once(front, 'listening');
  const address = front.address();
  return {
    emulator,
    endpoint: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    s3Endpoint: origin,
    refusePublications: (refuse) => {
      refusing = refuse;
    },
    stop: async () => {
      const closed = once(front, 'close');
      front.close();
      front.closeAllConnections();
      await closed;
      await emulator.stop();
      // A publication that was taken is still written to the outbox.
      await Promise.allSettled(pending);
    },
  };
};

const isSns = ({ headers }: IncomingMessage): boolean =>
  headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;

const isFiltering = (action: string | null | undefined): boolean =>
  action === 'Subscribe' || action === 'SetSubscriptionAttributes';

const isSending = ({ headers }: IncomingMessage): boolean =>
  /^AmazonSQS\.SendMessage(Batch)?$/.test(String(headers['x-amz-target'] ?? ''));

const sendMessages = async (origin: string, request: IncomingMessage, body: Buffer): Promise<Answer> => {
  const ruling = rule(JSON.parse(body.toString()));
  if (ruling.kind === 'refused') return sqsRefusal(ruling.refusal.code, ruling.refusal.message);
  if (ruling.failed.length === 0) return forward(origin, request, body);
  const { request: sendable, failed } = ruling;
  if ('Entries' in sendable && Array.isArray(sendable.Entries) && sendable.Entries.length === 0)
    return jsonAnswer(200, SQS_JSON, { Successful: [], Failed: failed });
  const answer = await forward(origin, request, JSON.stringify(sendable));
  if (answer.status !== 200) return answer;
  const result = JSON.parse(answer.body.toString()) as { Failed?: object[] };
  return jsonAnswer(200, SQS_JSON, { ...result, Failed: [...(result.Failed ?? []), ...failed] });
};

const sqsRefusal = (code: string, message: string, status = 400): Answer =>
  jsonAnswer(status, SQS_JSON, { __type: `com.amazonaws.sqs#${code}`, message });

/** In the protocol of whoever asked. */
const refusalAnswer = (error: unknown, request: IncomingMessage): Answer => {
  if (!isSns(request)) return sqsRefusal('InternalFailure', String(error), 500);
  const refusal = error instanceof SnsRefusal ? error : new SnsRefusal('InternalError', String(error), 500);
  return { status: refusal.status, headers: { 'content-type': 'text/xml' }, body: Buffer.from(refusal.toXml()) };
};
