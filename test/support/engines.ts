import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { startFauxqs } from 'fauxqs';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Endpoint of a DynamoDB engine. */
    dynamodb: string;
    /** Endpoint of SNS, SQS and S3. */
    fauxqs: string;
  }
}

const LOCAL = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

/** The engine of the platform's package, or `dynoxide` on PATH. */
const dynoxide = (): string => {
  const require = createRequire(import.meta.url);
  try {
    const binary = join(dirname(require.resolve('@dynoxide/linux-x64/package.json')), 'dynoxide');
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

const ready = async (endpoint: string): Promise<void> => {
  const client = new DynamoDBClient({ ...LOCAL, endpoint, maxAttempts: 1 });
  for (let attempt = 0; ; attempt++) {
    try {
      await client.send(new ListTablesCommand({}));
      return;
    } catch (error) {
      if (attempt === 200) throw new Error(`no DynamoDB engine answers at ${endpoint}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
};

/** Starts the engines once for all tests; `DYNAMODB_ENDPOINT` names one that already runs. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  let child: ChildProcess | undefined;
  let endpoint = process.env.DYNAMODB_ENDPOINT;
  if (!endpoint) {
    const port = await freePort();
    endpoint = `http://127.0.0.1:${port}`;
    child = spawn(dynoxide(), ['serve', '--port', String(port)], { stdio: 'ignore' });
    child.once('error', (error) => {
      throw new Error('the DynamoDB engine dynoxide is not on this machine: install it, or set DYNAMODB_ENDPOINT', {
        cause: error,
      });
    });
  }
  await ready(endpoint);
  const fauxqs = await startFauxqs({ port: 0, logger: false });
  project.provide('dynamodb', endpoint);
  project.provide('fauxqs', `http://127.0.0.1:${fauxqs.port}`);
  return async () => {
    child?.kill();
    await fauxqs.stop();
  };
};
