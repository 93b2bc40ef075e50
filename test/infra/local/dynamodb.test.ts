import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { localAws } from '../../../infra/local/aws.ts';
import { answers, startEngine, useEngine } from '../../../infra/local/dynamodb.ts';
import { ensureTable } from '../../../infra/local/table.ts';
import { until } from '../../support/until.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'engine-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const layout = {
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
};

test('given a table with an item, when the engine is stopped and started on its file, then both are there, under the same stream', async () => {
  const file = join(directory, 'restart.sqlite');
  const first = await startEngine(file);
  const made = await ensureTable(first.endpoint, 'things', layout);
  const client = new DynamoDBClient({ ...localAws, endpoint: first.endpoint });
  await client.send(new PutItemCommand({ TableName: 'things', Item: { pk: { S: 'one' } } }));
  await first.stop();

  const second = await startEngine(file);
  onTestFinished(second.stop);
  const found = await ensureTable(second.endpoint, 'things', layout);
  expect(found.LatestStreamArn).toBe(made.LatestStreamArn);
  const again = new DynamoDBClient({ ...localAws, endpoint: second.endpoint });
  const { Item } = await again.send(new GetItemCommand({ TableName: 'things', Key: { pk: { S: 'one' } } }));
  expect(Item).toEqual({ pk: { S: 'one' } });
});

test('given a table made for other keys, when the template asks for it, then it is refused and the way out is named', async () => {
  const endpoint = inject('dynamodb');
  const name = `layout-${crypto.randomUUID()}`;
  await ensureTable(endpoint, name, layout);
  const attributes = [...layout.AttributeDefinitions, { AttributeName: 'sk', AttributeType: 'S' }];
  const changed = {
    ...layout,
    AttributeDefinitions: attributes,
    KeySchema: [...layout.KeySchema, { AttributeName: 'sk', KeyType: 'RANGE' }],
  };
  await expect(ensureTable(endpoint, name, changed)).rejects.toThrow(/another version of the template: --fresh/);
});

test('given a file that is no database, when the engine starts on it, then one line names the file', async () => {
  const file = join(directory, 'broken.sqlite');
  writeFileSync(file, 'this is no database, and long enough to be taken for one '.repeat(100));
  await expect(startEngine(file)).rejects.toThrow(/^dynoxide did not start on .*broken\.sqlite: .*--fresh.*$/);
});

test('given a machine without the engine, when it is to start, then one line says what to do', async () => {
  await expect(startEngine(undefined, '/nowhere/dynoxide')).rejects.toThrow(
    /^the DynamoDB engine dynoxide is not on this machine: install it .*, or name a DynamoDB that runs with --dynamodb URL$/,
  );
});

test('given no DynamoDB at a URL, when the stack is to use it, then one line names the URL', async () => {
  await expect(answers('http://127.0.0.1:9', 0)).rejects.toThrow('no DynamoDB answers at http://127.0.0.1:9');
  await expect(useEngine('localhost')).rejects.toThrow(/^--dynamodb takes a URL/);
});

test('given a process that started an engine, when it is killed outright, then its engine ends too', async () => {
  const module = new URL('../../../infra/local/dynamodb.ts', import.meta.url).href;
  const script = `const { startEngine } = await import(${JSON.stringify(module)});
    console.log((await startEngine()).endpoint);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const endpoint = line.toString().trim();
  await answers(endpoint, 5_000);

  parent.kill('SIGKILL');
  await until(async () => (await answers(endpoint, 0).catch(() => 'gone')) === 'gone');
});

test('given an engine that runs, when it ends by itself, then whoever started it learns of it', async () => {
  const file = join(directory, 'lost.sqlite');
  const engine = await startEngine(file);
  onTestFinished(engine.stop);
  process.kill(engine.pid ?? Number.NaN, 'SIGKILL');
  expect(await engine.lost).toMatch(/^dynoxide ended by itself \(SIGKILL\); its file is .*lost\.sqlite$/);
});
