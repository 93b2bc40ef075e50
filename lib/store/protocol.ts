import { randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  type DynamoDBClientConfig,
  DynamoDBServiceException,
  ReplicatedWriteConflictException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { awsJson } from '../aws-json.ts';

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
const mayHoldBytes = /"BS?":\s*["[]/;
/** As JSON.stringify writes bytes by itself. */
const mayHaveHeldBytes = /"(B":|BS":\[)\{/;

/** A function for each attribute takes longer than all else that is done to write them, and most items hold no bytes. */
const text = (input: object): string => {
  const plain = JSON.stringify(input);
  return mayHaveHeldBytes.test(plain) ? JSON.stringify(input, encoded) : plain;
};

type Input = { ClientRequestToken?: string };

/** Reads and writes of items, as the document client makes them. */
export const itemProtocol = awsJson<NonNullable<DynamoDBClientConfig['protocol']>>({
  target: 'DynamoDB_20120810',
  version: '1.0',
  errors: {
    ConditionalCheckFailedException,
    ReplicatedWriteConflictException,
    TransactionCanceledException,
    TransactionConflictException,
  },
  others: DynamoDBServiceException,
  // Once for all attempts, so that a transaction which is sent again has its effect once.
  written: (operation, { ClientRequestToken = randomUUID(), ...input }: Input) =>
    text(operation === 'TransactWriteItems' ? { ...input, ClientRequestToken } : input),
  read: (answer) => JSON.parse(answer, mayHoldBytes.test(answer) ? decoded : undefined),
});
