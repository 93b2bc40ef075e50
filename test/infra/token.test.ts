import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { principalOf, type TokenItem, tokenHash } from '../../lib/principal.ts';
import type { Table } from '../../lib/store/client.ts';
import { keys } from '../../lib/store/keys.ts';
import { listTokens } from '../../lib/store/tokens.ts';
import { createTable, engineEnvironment } from '../support/table.ts';

const SCRIPT = join(import.meta.dirname, '../../infra/token.ts');
const directory = mkdtempSync(join(tmpdir(), 'token-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

type Run = { status: number; out: string; err: string };

/** `npm run token` in a directory without a stack, without credentials and with none of this process's settings. */
const token = async (args: string[], env: Record<string, string> = {}): Promise<Run> => {
  const clean = { HOME: directory, AWS_EC2_METADATA_DISABLED: 'true', ...env };
  const child = promisify(execFile)(process.execPath, [SCRIPT, ...args], { cwd: directory, env: clean });
  const {
    code = 0,
    stdout,
    stderr,
  } = await child.then(
    (done) => ({ code: 0, ...done }),
    (failed: { code?: number; stdout: string; stderr: string }) => failed,
  );
  return { status: code, out: stdout, err: stderr };
};

let table: Table;
const stack = join(directory, 'stack');
const onStack = (...args: string[]): Promise<Run> => token([...args, '--data', stack]);

const describeStack = (name: string, content: object | string): string => {
  const data = join(directory, name);
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, 'stack.json'), typeof content === 'string' ? content : JSON.stringify(content));
  return data;
};

const stackOn = (endpoint: string, name: string) => ({
  url: 'http://127.0.0.1:4010',
  tokens: {},
  dynamodb: { endpoint, table: name },
  sns: { endpoint, topics: { directives: 'arn', hitl: 'arn' } },
  sqs: { endpoint, queues: { directives: 'url', hitl: 'url' } },
});

beforeAll(async () => {
  table = await createTable();
  describeStack('stack', stackOn(inject('dynamodb'), table.name));
});

const principal = async (of: string, now = Date.now()) => {
  const Key = keys.token(tokenHash(of) ?? '');
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }));
  return principalOf(Item as TokenItem | undefined, now);
};

const written = () => listTokens(table.client, table.name);

describe('given a local stack', () => {
  test.each(['@dev', 'dev', '@DEV', 'Dev'])(
    'when a token for %s is created, then it alone stands on standard output and opens the role',
    async (role) => {
      const { status, out, err } = await onStack('create', '--role', role, '--name', 'dev-2');
      expect(status).toBe(0);
      expect(out).toMatch(/^atp_dev_[0-9a-f]{72}\n$/);
      expect(err).toContain('shown only once');
      expect(err).not.toContain(out.trim());
      expect(await principal(out.trim())).toEqual({ role: '@dev', name: 'dev-2' });
    },
  );

  test('when no days are given, then the token is good for ninety', async () => {
    const { out } = await onStack('create', '--role', 'qa', '--name', 'qa-1');
    const day = 86_400_000;
    expect(await principal(out.trim(), Date.now() + 89 * day)).toBeDefined();
    expect(await principal(out.trim(), Date.now() + 90 * day)).toBeUndefined();
  });

  test('when tokens are listed, then each stands with id, role, name and dates, and none with its secret', async () => {
    const made = await onStack('create', '--role', '@sre', '--name', 'night-shift', '--days', '7');
    const { status, out } = await onStack('list');
    const [line = ''] = out.split('\n').filter((each) => each.includes('night-shift'));
    expect(status).toBe(0);
    expect(line).toMatch(/^tok_[0-9a-f]{12} {2}@sre +night-shift +created \S+Z {2}expires \S+Z$/);
    expect(out).not.toContain(made.out.trim());
    expect(out).not.toContain(made.out.trim().slice(-72, -8));
  });

  test('when a token is revoked by its id, then it is nobody, and the list says so; once more changes nothing', async () => {
    const made = await onStack('create', '--role', '@pm', '--name', 'pm-9');
    const [tokenId = ''] = /tok_[0-9a-f]{12}/.exec(made.err) ?? [];
    const first = await onStack('revoke', tokenId);
    expect(first.out).toMatch(
      new RegExp(`^${tokenId} \\(@pm pm-9\\) is revoked since \\S+Z; calls with it are refused.\n$`),
    );
    expect(await principal(made.out.trim())).toBeUndefined();
    expect((await onStack('list')).out).toMatch(new RegExp(`${tokenId} .* revoked \\S+Z\n`));
    expect(await onStack('revoke', tokenId)).toEqual(first);
  });

  test('when a leaked token itself is given to revoke, then it is revoked', async () => {
    const made = await onStack('create', '--role', '@operator', '--name', 'op-1');
    expect((await onStack('revoke', made.out.trim())).out).not.toContain(made.out.trim());
    expect(await principal(made.out.trim())).toBeUndefined();
  });

  test.concurrent.each([
    [['create', '--name', 'x'], '--role is missing'],
    [['create', '--role', 'boss', '--name', 'x'], '--role boss: one of @pm @dev @operator @sre @qa'],
    [['create', '--role', '@system', '--name', 'x'], '--role @system: one of'],
    [['create', '--role', 'dev'], '--name is missing'],
    [['create', '--role', 'dev', '--name', 'Dev 2'], 'the name "Dev 2" is refused'],
    [['create', '--role', 'dev', '--name', 'x', '--days', 'soon'], '--days soon: a whole number of days'],
    [['create', '--role', 'dev', '--name', 'x', '--days', '0'], '0 days are refused'],
    [['revoke'], 'which token?'],
    [['revoke', 'tok_000000000000'], 'there is no token tok_000000000000'],
    [['revoke', 'tok_1', 'tok_2'], 'tok_2 is one argument too many'],
    [['list', 'all'], 'all is one argument too many'],
    [['destroy'], 'destroy: create, list or revoke'],
    [[], 'a command is missing'],
    [['list', '--everything'], "Unknown option '--everything'"],
    [['list', '--region', 'eu-west-1'], 'one or the other'],
    [['list', '--table', 'atp'], 'one or the other'],
  ])('when the arguments are %j, then one line says what is wrong, and nothing is written', async (args, expected) => {
    const before = await written();
    const { status, out, err } = await onStack(...args);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toMatch(/^token: [^\n]*\n$/);
    expect(err).toContain(expected);
    expect(await written()).toEqual(before);
  });
});

describe('given no local stack', () => {
  test('when a token is asked for, then one line says how to get one', async () => {
    const { status, err } = await token(['list']);
    expect(status).toBe(1);
    expect(err).toBe(
      'token: there is no stack.json in .local: run npm start first, or name a table in an account with --table\n',
    );
  });

  test('but a broken stack.json, then it is named', async () => {
    const { status, err } = await token(['list', '--data', describeStack('broken', '{')]);
    expect(status).toBe(1);
    expect(err).toMatch(/^token: .*broken\/stack\.json is broken: [^\n]*\n$/);
  });

  test('but one that has stopped, then it is said', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await new Promise((closed) => server.close(closed));
    const data = describeStack('stopped', stackOn(endpoint, 'atp'));
    const { status, err } = await token(['list', '--data', data]);
    expect(status).toBe(1);
    expect(err).toBe('token: the table does not answer: is the local stack running (npm start)?\n');
  });
});

describe('given a table in an account', () => {
  test('when it is named, then the usual credentials and the region reach it', async () => {
    const { AWS_REGION, ...credentials } = engineEnvironment();
    const region = ['--region', AWS_REGION ?? ''];
    const made = await token(['create', '--role', 'dev', '--name', 'x', '--table', table.name, ...region], credentials);
    expect(made.err).toContain('shown only once');
    expect(await principal(made.out.trim())).toEqual({ role: '@dev', name: 'x' });
  });

  test('when there is no such table, then it is said', async () => {
    const { status, err } = await token(['list', '--table', 'no-such-table'], engineEnvironment());
    expect({ status, err }).toEqual({ status: 1, err: 'token: there is no such table in this account and region\n' });
  });

  test('when there are no credentials, or no region, then it is said', async () => {
    expect((await token(['list', '--table', 'atp', '--region', 'eu-west-1'])).err).toMatch(
      /^token: no AWS credentials/,
    );
    expect((await token(['list', '--table', 'atp'])).err).toMatch(/^token: which region\?/);
  });
});

test('when help is asked for, then it is given and nothing else is done', async () => {
  const { status, out } = await token(['--help']);
  expect(status).toBe(0);
  expect(out).toContain('npm run token -- create --role @dev --name dev-2 [--days 90]');
});
