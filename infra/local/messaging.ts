import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { writeOutbox } from './outbox.ts';
import { forQueues, publicationOf, SnsRefusal } from './sns.ts';

/** SNS, SQS and S3: an emulator, and before it what AWS does and the emulator does not. */
export type Messaging = {
  emulator: FauxqsServer;
  /** Endpoint of SNS and SQS. */
  endpoint: string;
  /** Endpoint of S3. */
  s3Endpoint: string;
  /** While true, SNS answers every publication with an internal error. */
  refusePublications: (refuse: boolean) => void;
  stop: () => Promise<void>;
};

type Options = {
  dataDirectory: string;
  topicName: (arn: string) => string;
  told: (topic: string, messageId: string) => void;
};

/** SQS takes a delay of 15 minutes and a message of 1 MiB at most (SQS quotas). */
const DELAY_LIMIT = 900;
const MESSAGE_LIMIT = 1_048_576;

export const startMessaging = async ({ dataDirectory, topicName, told }: Options): Promise<Messaging> => {
  const emulator = await startFauxqs({
    port: 0,
    host: '127.0.0.1',
    logger: false,
    dataDir: join(dataDirectory, 'messaging'),
    s3StorageDir: join(dataDirectory, 'files'),
  });
  const origin = `http://127.0.0.1:${emulator.port}`;
  let refusing = false;

  const publish = async (fields: URLSearchParams, request: IncomingMessage): Promise<Answer> => {
    if (refusing) throw new SnsRefusal('InternalError', 'We encountered an internal error. Please try again.', 500);
    const publication = publicationOf(fields);
    const answer = await forward(origin, request, forQueues(fields, publication).toString());
    const messageId = /<MessageId>([^<]+)/.exec(answer.body.toString())?.[1];
    if (answer.status === 200 && messageId) {
      const topic = topicName(publication.topicArn);
      writeOutbox(join(dataDirectory, 'outbox'), topic, messageId, publication);
      told(topic, messageId);
    }
    return answer;
  };

  const handle = async (request: IncomingMessage): Promise<Answer> => {
    const body = await buffer(request);
    if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
      const fields = new URLSearchParams(body.toString());
      if (fields.get('Action') === 'Publish') return publish(fields, request);
    }
    return refusedByQueue(request, body) ?? forward(origin, request, body);
  };

  const front = createServer(async (request, response) => {
    try {
      send(response, await handle(request));
    } catch (error) {
      const refusal = error instanceof SnsRefusal ? error : new SnsRefusal('InternalError', String(error), 500);
      send(response, {
        status: refusal.status,
        headers: { 'content-type': 'text/xml' },
        body: Buffer.from(refusal.toXml()),
      });
    }
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const address = front.address();
  return {
    emulator,
    endpoint: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    s3Endpoint: origin,
    refusePublications: (refuse) => {
      refusing = refuse;
    },
    stop: async () => {
      front.closeAllConnections();
      await new Promise((resolve) => front.close(resolve));
      await emulator.stop();
    },
  };
};

type Answer = { status: number; headers: Record<string, string>; body: Buffer };

const forward = async (
  origin: string,
  { url = '/', method = 'POST', headers }: IncomingMessage,
  body: string | Buffer,
): Promise<Answer> => {
  const answer = await fetch(new URL(url, origin), {
    method,
    headers: endToEnd(headers),
    ...(body.length > 0 && { body: Buffer.from(body) }),
  });
  const kept = [...answer.headers].filter(
    ([name]) => !['content-length', 'connection', 'keep-alive', 'transfer-encoding'].includes(name),
  );
  return { status: answer.status, headers: Object.fromEntries(kept), body: Buffer.from(await answer.arrayBuffer()) };
};

const hopByHop = new Set(['host', 'connection', 'keep-alive', 'content-length', 'transfer-encoding', 'expect']);
const endToEnd = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      hopByHop.has(name) || value === undefined ? [] : [[name, String(value)]],
    ),
  );

const send = (response: ServerResponse, { status, headers, body }: Answer): void => {
  response.writeHead(status, { ...headers, 'content-length': body.length }).end(body);
};

type SqsEntry = { DelaySeconds?: number; MessageBody?: string };

/** What SQS refuses of a message to be sent, and the emulator takes. */
const refusedByQueue = ({ headers }: IncomingMessage, body: Buffer): Answer | undefined => {
  const target = String(headers['x-amz-target'] ?? '');
  if (!/^AmazonSQS\.SendMessage(Batch)?$/.test(target)) return undefined;
  const request = JSON.parse(body.toString()) as SqsEntry & { Entries?: SqsEntry[] };
  for (const { DelaySeconds = 0, MessageBody = '' } of request.Entries ?? [request]) {
    if (DelaySeconds > DELAY_LIMIT || DelaySeconds < 0) {
      return sqsRefusal(
        `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= ${DELAY_LIMIT}.`,
      );
    }
    if (Buffer.byteLength(MessageBody) > MESSAGE_LIMIT) {
      return sqsRefusal(
        `One or more parameters are invalid. Reason: Message must be shorter than ${MESSAGE_LIMIT} bytes.`,
      );
    }
  }
  return undefined;
};

const sqsRefusal = (message: string): Answer => ({
  status: 400,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: Buffer.from(JSON.stringify({ __type: 'com.amazonaws.sqs#InvalidParameterValue', message })),
});
