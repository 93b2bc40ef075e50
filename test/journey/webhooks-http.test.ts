import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshAssembly } from '../../infra/local/assembly.ts';
import { type RunningStack, startStack } from '../../infra/local/start.ts';
import { soon } from '../support/deadlines.ts';
import { FarEnd, type Received } from '../support/far-end.ts';
import { Given, Service } from '../support/service.ts';

const SCRIPT = join(import.meta.dirname, '../../infra/webhook.ts');
const data = mkdtempSync(join(tmpdir(), 'webhooks-'));
let stack: RunningStack;
let given: Given;
let receiver: FarEnd;

beforeAll(async () => {
  receiver = await FarEnd.listen();
  receiver.script((response) => void response.writeHead(204).end());
  const timeouts = { acknowledgement: 4 };
  stack = await startStack({ assembly: freshAssembly(() => undefined), data, port: 0, webhooks: true, timeouts });
  given = new Given(await Service.behind(stack));
}, 180_000);
afterAll(async () => {
  await stack?.stop();
  await receiver?.close();
  rmSync(data, { recursive: true, force: true });
});

/** `npm run webhook` against the running stack: what it puts on standard output. */
const webhook = async (...args: string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, ...args, '--data', data]);
  return stdout.trim();
};

type Body = { type: string; eventId: string; at: string; atp: { atpId: string }; event: object };
const bodyOf = ({ body }: Received): Body => body as Body;
const toldOf = (atpId: string): Received[] => receiver.received.filter((each) => bodyOf(each).atp?.atpId === atpId);
const inOrder = (all: Received[]): string[] =>
  all.toSorted((a, b) => bodyOf(a).at.localeCompare(bodyOf(b).at)).map((each) => bodyOf(each).type);

const isSigned = ({ headers, body }: Received, secret: string): boolean => {
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${JSON.stringify(body)}`;
  const mac = createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64')).update(content);
  return headers['webhook-signature'] === `v1,${mac.digest('base64')}`;
};

test('given an endpoint, when a hotfix is walked to its end, then all that happened arrives, signed, and in order of its times', async () => {
  const secret = await webhook('create', '--url', `${receiver.url}/in`);
  const { atpId, reviewId } = await given.closed();
  await soon(() => toldOf(atpId).length >= 4 && toldOf(reviewId).length >= 1);
  expect(inOrder(toldOf(atpId))).toEqual(['atp.opened', 'atp.acknowledged', 'atp.completed', 'atp.closed']);
  expect(inOrder(toldOf(reviewId))).toEqual(['atp.opened']);
  for (const each of receiver.received) expect(isSigned(each, secret)).toBe(true);
  const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(receiver.received.map((each) => bodyOf(each).eventId));
  expect(readFileSync(join(data, 'functions.log'), 'utf8')).not.toContain(secret);
});

test('given a directive that nobody acknowledges, then its escalation arrives', async () => {
  const { atpId } = await given.directed();
  await soon(() => inOrder(toldOf(atpId)).includes('atp.escalated'));
  expect(inOrder(toldOf(atpId)).slice(0, 2)).toEqual(['atp.opened', 'atp.escalated']);
});

test('given an endpoint, then it is listed, tried, rotated and revoked, and its secrets are shown once', async () => {
  const [id = ''] = (await webhook('list')).split(' ');
  expect(await webhook('test', id)).toMatch(/answered 204: taken/);
  expect(receiver.received.at(-1)?.body).toMatchObject({ type: 'webhook.test' });
  const secret = await webhook('rotate', id, '--overlap', '0');
  await webhook('test', id);
  expect(isSigned(receiver.received.at(-1) as Received, secret)).toBe(true);
  expect(await webhook('list')).not.toContain(secret);
  expect(await webhook('revoke', id)).toContain('is revoked');
  expect(await webhook('list')).toMatch(/revoked .*an operator revoked it/);
  await expect(webhook('test', id)).rejects.toThrow('no secret to sign with');
});

test('given a URL or an event that is not served, then nothing is registered', async () => {
  const before = await webhook('list');
  await expect(webhook('create', '--url', 'http://user:secret@hooks.example.com/')).rejects.toThrow('credentials');
  await expect(webhook('create', '--url', 'ftp://hooks.example.com/')).rejects.toThrow('only https');
  await expect(webhook('create', '--url', 'https://hooks.example.com/', '--events', 'atp.died')).rejects.toThrow(
    'atp.died',
  );
  expect(await webhook('list')).toBe(before);
});
