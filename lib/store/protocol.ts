import { randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  type DynamoDBClientConfig,
  DynamoDBServiceException,
  ReplicatedWriteConflictException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';

type Protocol = Extract<NonNullable<DynamoDBClientConfig['protocol']>, { getShapeId: unknown }>;
type Request = { [field: string]: unknown; headers: { [name: string]: string } };
type Operation = { name: string };
type Input = { ClientRequestToken?: string };
type Response = { statusCode: number; headers: { [name: string]: string }; body: unknown };
type Context = {
  endpoint: () => Promise<{ protocol: string; hostname: string; port?: number; path: string }>;
  streamCollector: (body: unknown) => Promise<Uint8Array>;
};

/** Errors that are told apart by their class, or carry more than a name and a message. */
const classes = {
  ConditionalCheckFailedException,
  ReplicatedWriteConflictException,
  TransactionCanceledException,
  TransactionConflictException,
} as const;

/** `com.amazonaws.dynamodb.v20120810#Name`, or the name alone. */
const nameIn = (given: unknown): string =>
  String(given ?? 'Unknown')
    .split('#')
    .at(-1) ?? 'Unknown';

const failure = ({ statusCode, headers }: Response, answer: Record<string, unknown>, $metadata: object): Error => {
  const { __type, message, Message, ...details } = answer;
  const name = nameIn(__type ?? headers['x-amzn-errortype']);
  const text = { message: String(message ?? Message ?? 'UnknownError'), $metadata };
  const known = Object.hasOwn(classes, name) ? classes[name as keyof typeof classes] : undefined;
  if (known) return Object.assign(new known(text), details);
  return Object.assign(
    new DynamoDBServiceException({ ...text, name, $fault: statusCode < 500 ? 'client' : 'server' }),
    details,
  );
};

/** Binary values are Base64 on the wire. A `Buffer` would bring its own form along. */
function encoded(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const bytes = this[key];
  return bytes instanceof Uint8Array ? Buffer.from(bytes).toString('base64') : value;
}
/** Only a binary value has a text under `B`, or texts under `BS`: an attribute of that name has an object there. */
const decoded = (key: string, value: unknown): unknown => {
  if (key === 'B' && typeof value === 'string') return bytesOf(value);
  if (key === 'BS' && Array.isArray(value))
    return value.map((each) => (typeof each === 'string' ? bytesOf(each) : each));
  return value;
};
const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
const isBinary = /"BS?":\s*["[]/;

const parsed = (text: string): Record<string, unknown> =>
  text === '' ? {} : JSON.parse(text, isBinary.test(text) ? decoded : undefined);

/**
 * AWS JSON 1.0 as reads and writes of items use it. What the document client makes is what goes over the wire, so there
 * is nothing to look up in the SDK's schemas of every shape: 45 KB and a tenth of a cold start (docs/adr/0121).
 */
class ItemProtocol {
  getShapeId(): string {
    return 'aws.protocols#awsJson1_0';
  }

  setSerdeContext(): void {}

  /** The token is made once: every attempt of a transaction carries the same. */
  async serializeRequest({ name }: Operation, input: Input, { endpoint }: Context): Promise<Request> {
    const { protocol, hostname, port, path } = await endpoint();
    const { ClientRequestToken = randomUUID() } = input;
    const token = name === 'TransactWriteItems' ? { ClientRequestToken } : {};
    return {
      method: 'POST',
      protocol,
      hostname,
      port,
      path,
      query: {},
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `DynamoDB_20120810.${name}` },
      body: JSON.stringify({ ...input, ...token }, encoded),
    };
  }

  async deserializeResponse(_: unknown, { streamCollector }: Context, response: Response): Promise<object> {
    const answer = parsed(Buffer.from(await streamCollector(response.body)).toString());
    const { statusCode: httpStatusCode, headers } = response;
    const $metadata = { httpStatusCode, requestId: headers['x-amzn-requestid'] };
    if (httpStatusCode >= 300) throw failure(response, answer, $metadata);
    return { ...answer, $metadata };
  }
}

/** The few members that the client calls of what it takes for a protocol. */
export const itemProtocol = new ItemProtocol() as unknown as Protocol;
