import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { env, required } from '../env.ts';
import { requestTimeouts } from '../request-timeouts.ts';
import { itemProtocol } from './protocol.ts';

/** The table and the way to it. */
export type Table = { client: DynamoDBDocumentClient; name: string };

const MAX_ATTEMPTS = 3;

/** The same table, whose requests are given up when the signal says so: what they then throw is `isUnavailable`. */
export const givenUp = ({ client, name }: Table, signal: AbortSignal): Table => {
  const send = (command: never) => client.send(command, { abortSignal: signal });
  return { name, client: Object.assign(Object.create(client), { send }) };
};

let opened: Table | undefined;

/** Made once per execution environment, at start-up. */
export const openTable = (): Table => {
  opened ??= connect();
  return opened;
};

const connect = (): Table => {
  const client = new DynamoDBClient({
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: requestTimeouts,
    protocol: itemProtocol,
  });
  return {
    client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    name: required(env.table),
  };
};
