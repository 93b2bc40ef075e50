import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { freshAssembly } from '../../../infra/local/assembly.ts';
import type { StackFile } from '../../../infra/local/stack-file.ts';
import { givenDirectory } from '../../support/bundle.ts';
import { answersNoMore, givenProcess, isGone, main } from '../../support/stack-process.ts';
import { until } from '../../support/until.ts';

/** The build takes its time, once. */
beforeAll(() => void freshAssembly(() => undefined), 180_000);

const run = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });

test('given a stack from the command line, when it is called, then it answers, and what it printed says how', async () => {
  const { stack, data, printed } = await givenProcess();
  expect((await fetch(`${stack.url}/healthz`)).status).toBe(200);
  await until(() => /^GET \/healthz 200 \d+ ms$/m.test(printed()));
  expect(printed()).toContain(`The control plane runs at ${stack.url}, its data is in ${data}.`);
  expect(printed()).toContain(`curl ${stack.url}/tools/atp_list`);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'given a stack, when it gets %s, then it ends with status 0 and everything it started with it',
  async (signal) => {
    const { child, data, stack } = await givenProcess();
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await answersNoMore(stack)).toBe(true);
    expect(existsSync(join(data, 'stack.json'))).toBe(false);
  },
);

const call = async ({ url, tokens }: StackFile, tool: string, body: object): Promise<unknown> => {
  const answer = await fetch(`${url}/tools/${tool}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens['@pm']}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return answer.json();
};

test('given a stack with an ATP, when it is killed outright, then nothing stays running, and the next one has the ATP and the tokens', async () => {
  const { child, data, stack } = await givenProcess();
  await call(stack, 'atp_set', { atpId: 'AT-1', status: 'InProgress' });
  child.kill('SIGKILL');
  await until(() => isGone({ stack, data }));

  rmSync(join(data, 'stack.json'));
  const { stack: next } = await givenProcess({ data });
  expect(next.tokens).toEqual(stack.tokens);
  expect(await call(next, 'atp_get', { atpId: 'AT-1' })).toMatchObject({ atp: { status: 'InProgress' } });
});

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'given a stack that npm started, when npm alone gets %s, then the stack ends too',
  async (signal) => {
    const { child, data, stack } = await givenProcess({ command: 'npm', args: ['start', '--silent', '--'] });
    child.kill(signal);
    await until(() => isGone({ stack, data }));
  },
);

test('given a port that somebody has, when a stack is to use it, then it ends with one line', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { status, stderr } = run('--port', String(port), '--data', givenDirectory());
  expect([status, stderr]).toEqual([1, `port ${port} is in use: choose another with --port N, or --port 0\n`]);
});

test.each([
  [['--port', 'many'], /^--port takes 0 to 65535, not many\n$/],
  [['--review-timeout', '1.5'], /^--review-timeout takes a whole number of seconds, not 1\.5\n$/],
  [['--ack-timeout=-1'], /^--ack-timeout takes a whole number of seconds, not -1\n$/],
  [['--digest-interval', '901'], /^--digest-interval takes 1 to 900 seconds, not 901\n$/],
  [['--review-reminder', '0'], /^--review-reminder takes one second at least, not 0\n$/],
  [['--dynamodb', 'localhost:8000'], /^--dynamodb takes a URL such as .*, not localhost:8000\n$/],
  [['--dynamodb', 'http://127.0.0.1:9'], /^no DynamoDB answers at http:\/\/127\.0\.0\.1:9\n$/],
  [['--colour'], /^Unknown option '--colour'.*\n$/],
])('given %j, when a stack is to start with it, then it ends with one line', (args, line) => {
  const { status, stderr } = run('--data', givenDirectory(), ...args);
  expect(stderr).toMatch(line);
  expect(status).toBe(1);
});

test('given --help, when it is asked for, then every option is explained', () => {
  const { status, stdout } = run('--help');
  expect(status).toBe(0);
  for (const option of [
    'port',
    'data',
    'fresh',
    'dynamodb',
    'ack-timeout',
    'obligation-timeout',
    'fix-timeout',
    'review-timeout',
    'verification-timeout',
    'review-reminder',
    'digest-interval',
  ])
    expect(stdout).toMatch(new RegExp(`^  --${option}\\b.*\\w`, 'm'));
});
