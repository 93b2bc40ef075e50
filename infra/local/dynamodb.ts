import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  ResourceNotFoundException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { localAws } from './aws.ts';
import type { Properties } from './template.ts';

export type Engine = { endpoint: string; stop: () => Promise<void> };

/** The engine of the platform's package, or `dynoxide` on PATH. */
const dynoxide = (): string => {
  try {
    const manifest = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json');
    const binary = join(dirname(manifest), 'dynoxide');
    if (existsSync(binary)) return binary;
  } catch {
    // not the package's platform
  }
  return 'dynoxide';
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** Runs dynoxide on a file. It ends with this process, however that ends: its input is a pipe to us. */
export const startEngine = async (file: string): Promise<Engine> => {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const guard = 'exec 3<&0; "$0" "$@" & child=$!; (cat <&3 >/dev/null; kill $child 2>/dev/null) & wait $child';
  const args = ['-c', guard, dynoxide(), 'serve', '--port', String(port), '--db-path', file];
  const child = spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'pipe'] });
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', () => reject(new Error(engineFault(file, said.join('')))));
  });
  ended.catch(() => undefined);
  await Promise.race([answers(endpoint), ended]);
  return { endpoint, stop: () => stop(child) };
};

const engineFault = (file: string, said: string): string =>
  /not found|No such file/i.test(said)
    ? 'the DynamoDB engine dynoxide is not on this machine: install it, or give --dynamodb URL'
    : `dynoxide did not start on ${file}: ${said.trim().split('\n').at(-1) ?? 'it gave no reason'}`;

const stop = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.stdin?.end();
  });

/** Waits until an engine answers at `endpoint`. */
export const answers = async (endpoint: string, patienceMs = 10_000): Promise<void> => {
  const client = new DynamoDBClient({ ...localAws, endpoint, maxAttempts: 1 });
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      await client.send(new ListTablesCommand({}));
      return;
    } catch (cause) {
      if (Date.now() > deadline) throw new Error(`no DynamoDB answers at ${endpoint}`, { cause });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
};

/** Makes a table of `AWS::DynamoDB::GlobalTable`'s properties, or finds the one made by an earlier start. */
export const ensureTable = async (
  endpoint: string,
  name: string,
  properties: Properties,
): Promise<TableDescription> => {
  const client = new DynamoDBClient({ ...localAws, endpoint });
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, LocalSecondaryIndexes, StreamSpecification } =
    properties as Partial<CreateTableCommandInput>;
  const known = await describe(client, name);
  if (!known) {
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions,
        KeySchema,
        GlobalSecondaryIndexes,
        LocalSecondaryIndexes,
        ...(StreamSpecification && { StreamSpecification: { ...StreamSpecification, StreamEnabled: true } }),
      }),
    );
  }
  for (;;) {
    const table = await describe(client, name);
    if (table?.TableStatus === 'ACTIVE') return table;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const describe = async (client: DynamoDBClient, TableName: string): Promise<TableDescription | undefined> => {
  try {
    return (await client.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};
