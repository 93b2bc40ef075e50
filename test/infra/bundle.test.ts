import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../../infra/bundle.ts';
import { entries, pagerEntry, pagerNames } from '../../infra/entries.ts';
import { left, slimmed } from '../../infra/esbuild/slim-clients.ts';
import { standIns } from '../../infra/esbuild/slim-sdk.ts';
import { toolNames } from '../../lib/model.ts';
import { temporary } from '../support/temporary.ts';

/** Every file below a directory, with its text. */
const tree = (directory: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path.slice(directory.length + 1), readFileSync(path, 'utf8')]),
  );

const into = temporary();
const again = temporary();
let functions: Record<string, string> = {};
let accounts: Record<string, Metafile> = {};
const account = (entry: string): Metafile => accounts[entry] ?? { inputs: {}, outputs: {} };
const inputsOf = (entry: string, file: string): string[] =>
  Object.entries(account(entry).outputs)
    .filter(([output]) => output.endsWith(`/${file}`))
    .flatMap(([, { inputs }]) => Object.keys(inputs));

beforeAll(async () => {
  functions = tree(await bundle({ into }));
  accounts = Object.fromEntries(
    Object.entries(tree(join(into, 'meta'))).map(([name, text]) => [name.replace('.json', ''), JSON.parse(text)]),
  );
});

const pagers = pagerNames.map(pagerEntry);
const withFiles = ['artifact_create', 'artifact_get', 'report', 'mcp', ...pagers];
const others = [
  'mcp',
  'resource-metadata',
  'notify',
  'queue-events',
  'timer',
  'webhook',
  'health',
  'openapi',
  'report',
  'board',
  'decision',
  'not-found',
];
/** They sign links, once one is asked for. */
const linking = ['notify', 'timer'];
/** Which clients a bundle holds besides that of the table: of the topics, of the queues, of Parameter Store. */
const clients: Readonly<Record<string, readonly string[]>> = {
  notify: ['sns', 'sqs', 'ssm'],
  'queue-events': ['sqs'],
  timer: ['sns', 'sqs', 'ssm'],
  webhook: ['sqs', 'ssm'],
  'pager-pagerduty': ['ssm'],
  'pager-grafana': ['ssm'],
  decision: ['ssm'],
};
const plain = ['resource-metadata', 'health', 'openapi', 'board', 'not-found'];
/** The rules for endpoints that are not plain, and the S3 client. */
const laterOf = (entry: string): string[] => [
  ...(plain.includes(entry) ? [] : ['dynamodb', ...(clients[entry] ?? [])].map((name) => `endpoints-${name}.mjs`)),
  ...(withFiles.includes(entry) ? ['client-s3.mjs'] : []),
  ...(linking.includes(entry) ? ['signing-key.mjs'] : []),
];
/** They read secrets. */
const signing = ['pager-pagerduty', 'pager-grafana', 'webhook', 'decision'];

test('every tool and door for pages or agents, both functions of the notifier, the timer, the webhooks, the health check, the documents, the report, the board, the page of a question and the refusal have a bundle and an account of it', () => {
  const names = [...toolNames, ...others, ...pagers].sort();
  expect(entries.map(({ name }) => name).sort()).toEqual(names);
  const later = names.flatMap((name) => laterOf(name).map((file) => `${name}/${file}`));
  const page = ['board/board.css', 'board/board.js'];
  expect(Object.keys(functions).sort()).toEqual(
    [...names.map((name) => `${name}/index.mjs`), ...later, ...page].sort(),
  );
  expect(Object.keys(accounts).sort()).toEqual(names);
});

test('given the same sources, when they are bundled anew, then every file is the same to the byte', async () => {
  expect(tree(await bundle({ into: again }))).toEqual(functions);
});

test('given a file left from an earlier build, when bundled again, then it is gone', async () => {
  const left = join(into, 'functions', 'health', 'chunk-OLD.mjs');
  writeFileSync(left, '');
  await bundle({ into });
  expect(tree(join(into, 'functions'))).toEqual(functions);
});

describe.each(entries.map(({ name }) => name))('the bundle of %s', (entry) => {
  test('imports nothing but what lies beside it', () => {
    const imported = Object.values(account(entry).outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
    expect([...new Set(imported)].sort()).toEqual(
      laterOf(entry)
        .map((file) => `./${file}`)
        .sort(),
    );
  });

  test('holds the S3 client, if at all, only in the file that is loaded for a file', () => {
    const isS3 = (input: string): boolean => input.includes('/client-s3/');
    expect(inputsOf(entry, 'index.mjs').filter(isS3)).toEqual([]);
    expect(inputsOf(entry, 'client-s3.mjs').some(isS3)).toBe(withFiles.includes(entry));
  });

  test('holds the client of Parameter Store only where secrets are read, and apart where few calls need it', () => {
    const isSsm = (input: string): boolean => input.includes('/client-ssm/');
    expect(inputsOf(entry, 'index.mjs').some(isSsm)).toBe(signing.includes(entry));
    expect(inputsOf(entry, 'signing-key.mjs').some(isSsm)).toBe(linking.includes(entry));
  });

  test('holds no way to credentials but the environment, no endpoint discovery, no event streams', () => {
    const others =
      /credential-provider-(?!env\/)|token-providers|nested-clients|endpoint-(discovery|cache)\/|event-?streams?\//;
    const inputs = Object.keys(account(entry).inputs).filter((input) => !input.startsWith('stand-in:'));
    expect(inputs.filter((input) => others.test(input))).toEqual([]);
  });

  test('holds zod/mini at most, never the whole of zod but where the SDK of the protocol does, and no test', () => {
    const inputs = Object.entries(account(entry).outputs).flatMap(([, output]) =>
      Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
    );
    const left = entry === 'mcp' ? /zod\/v3|^test\// : /zod\/v4\/classic|zod\/v3|^test\//;
    expect(inputs.map(([input]) => input).filter((input) => left.test(input))).toEqual([]);
  });
});

test.each(['health', 'openapi', 'board', 'not-found', 'resource-metadata'])(
  '%s answers without the SDK or any other package',
  (entry) => {
    expect(Object.keys(account(entry).inputs).filter((input) => input.includes('node_modules'))).toEqual([]);
  },
);

test('every stand-in stands in a bundle: the SDK still reaches for what it replaces', () => {
  const inputs = new Set(Object.values(accounts).flatMap(({ inputs }) => Object.keys(inputs)));
  expect(Object.keys(standIns).filter((name) => !inputs.has(`stand-in:${name}`))).toEqual([]);
});

test('what is replaced or left out of the clients is still what they load', () => {
  const inputs = Object.values(accounts).flatMap(({ inputs }) => Object.keys(inputs));
  const missing = slimmed.filter(({ module }) => !inputs.some((input) => module.test(`/${input}`)));
  expect(missing).toEqual([]);
  expect(Object.keys(left).filter((name) => !inputs.includes(`left-out:${name}`))).toEqual([]);
});

test('no bundle of a tool carries its documentation', () => {
  const carried = toolNames.filter((name) =>
    Object.keys(account(name).inputs).some((input) => input.startsWith('lib/catalogue/')),
  );
  expect(carried).toEqual([]);
  expect(functions['atp_close/index.mjs']).not.toContain('Closes a verified ATP');
});

test('the SDK of the protocol is in the bundle of /mcp alone, without the validator of schemas that it would bring', () => {
  const holding = (part: string) =>
    Object.keys(accounts).filter((entry) =>
      Object.values(account(entry).outputs).some(({ inputs }) =>
        Object.entries(inputs).some(([input, { bytesInOutput }]) => input.includes(part) && bytesInOutput > 0),
      ),
    );
  expect(holding('/@modelcontextprotocol/')).toEqual(['mcp']);
  expect(holding('ajvProvider')).toEqual([]);
});
