import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshAssembly } from '../../infra/local/assembly.ts';
import { localAws } from '../../infra/local/aws.ts';
import { type RunningStack, startStack } from '../../infra/local/start.ts';
import { createGovernance, type Governance } from '../../lib/client.ts';
import { signLink } from '../../lib/decision/link.ts';
import { temporary } from '../support/temporary.ts';
import { until } from '../support/until.ts';

const TIMEOUT_MS = 120_000;
const data = temporary();
let stack: RunningStack;
beforeAll(async () => {
  stack = await startStack({ assembly: freshAssembly(() => undefined), data, port: 0, digestInterval: 1 });
}, TIMEOUT_MS);
afterAll(() => stack?.stop());

const as = (label: string): Governance => createGovernance({ url: stack.url, token: stack.tokens[label] ?? '' });
const OPTIONS = ['Roll back to v41', 'Fix forward', 'Wait for <b>the vendor</b>'];

const started = async (atpId: string): Promise<string> => {
  await as('@pm').atp_set({ atpId, status: 'InProgress', title: 'Checkout answers 500' });
  return atpId;
};

const asked = async (atpId: string, more: { options?: string[] } = {}): Promise<string> => {
  const question = {
    atpId,
    toAgent: '@operator',
    messageType: 'Escalation',
    subject: 'Roll back <script>alert(1)</script> or fix?',
    body: 'A rollback loses the orders since 11:58.\nA fix takes an hour.',
    options: OPTIONS,
    recommendation: OPTIONS[0] ?? '',
    ...(more.options && { ...more, recommendation: more.options[0] ?? '' }),
  } as const;
  return (await as('@dev').message_send(question)).message.messageId;
};

const emails = (): string[] => {
  const directory = join(data, 'outbox');
  if (!existsSync(directory)) return [];
  const names = readdirSync(directory).filter((name) => name.includes('-email-') && name.endsWith('.txt'));
  return names.map((name) => readFileSync(join(directory, name), 'utf8'));
};

/** The link in the email of a question, which names it. */
const mailed = async (messageId: string): Promise<string> => {
  const pattern = new RegExp(`http://127\\.0\\.0\\.1:\\d+/decision\\?link=${messageId}~\\S+`);
  const found = () => emails().flatMap((email) => pattern.exec(email) ?? [])[0];
  await until(() => found() !== undefined);
  return found() ?? '';
};

const keyOf = async ({ ssm }: RunningStack): Promise<string> => {
  const client = new SSMClient({ ...localAws, endpoint: ssm?.endpoint ?? '' });
  const Name = '/HotfixControlPlane/decisions/signing-key';
  return (await client.send(new GetParameterCommand({ Name, WithDecryption: true }))).Parameter?.Value ?? '';
};

type Shown = { status: number; text: string };
const opened = async (link: string, headers: Record<string, string> = {}): Promise<Shown> => {
  const answer = await fetch(link, { headers });
  return { status: answer.status, text: await answer.text() };
};
const clicked = async (
  link: string,
  option: number,
  { note = '', headers = {} }: { note?: string; headers?: Record<string, string> } = {},
): Promise<Shown> => {
  const body = new URLSearchParams({ option: String(option), note });
  const answer = await fetch(link, { method: 'POST', body, headers });
  return { status: answer.status, text: await answer.text() };
};
const bearer = (label: string) => ({ authorization: `Bearer ${stack.tokens[label]}` });

const decisionsOn = async (atpId: string) => {
  const { messages } = await as('@pm').atp_get({ atpId });
  return messages.filter(({ messageType }) => messageType === 'Decision');
};

describe('given options that a person cannot tell apart', () => {
  test.each([
    ['Roll back', 'Roll back\u200b'],
    ['Roll back', 'Roll  back'],
    ['A', '\uff21'],
    ['caf\u00e9', 'cafe\u0301'],
    ['say "a"', "say 'a'"],
    ['Wait', '\u3164'],
  ])('when %j and %j are offered, then the question is refused', async (...options) => {
    const atpId = `AT-alike-${options.map((option) => Buffer.from(option).toString('hex')).join('-')}`.slice(0, 64);
    await started(atpId);
    await expect(asked(atpId, { options })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      issues: [{ path: 'options' }],
    });
  });
});

describe('given a question to the operator', () => {
  test('when a person clicks, then whoever asked gets the Decision, and the page says what was decided', async () => {
    const atpId = await started('AT-asked');
    const messageId = await asked(atpId);
    const link = await mailed(messageId);
    const page = await opened(link);
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('recommended by whoever asks') });
    expect(page.text).not.toContain('<script');
    expect(page.text).not.toContain('<b>');
    const after = await clicked(link, 1, { note: 'Tell support first.' });
    expect(after).toMatchObject({ status: 200, text: expect.stringContaining('<h1>Decided</h1>') });
    const [decision, ...others] = await decisionsOn(atpId);
    expect(others).toEqual([]);
    expect(decision).toMatchObject({
      fromAgent: '@operator',
      toAgent: '@dev',
      sentBy: { role: '@operator', name: 'decision-link' },
      inReplyTo: messageId,
      option: OPTIONS[0],
      body: expect.stringContaining('Tell support first.'),
    });
    const { messages } = await as('@dev').message_list({ atpId });
    expect(messages.find((each) => each.messageId === messageId)?.decision).toEqual({
      option: OPTIONS[0],
      messageId: decision?.messageId,
      decidedAt: decision?.sentAt,
      decidedBy: decision?.sentBy,
    });
  });

  test('when a mail scanner opens it, many times at once, and asks for what it should not, then nothing is decided', async () => {
    const atpId = await started('AT-scanned');
    const link = await mailed(await asked(atpId));
    const pages = await Promise.all(Array.from({ length: 20 }, () => opened(link)));
    for (const { status } of pages) expect(status).toBe(200);
    const head = await fetch(link, { method: 'HEAD' });
    expect(head.status).toBe(404);
    expect(await clicked(link, 7)).toMatchObject({ status: 400 });
    expect((await fetch(link, { method: 'POST' })).status).toBe(400);
    expect((await fetch(`${link}&option=1`)).status).toBe(200);
    expect(await decisionsOn(atpId)).toEqual([]);
    expect(await clicked(link, 2)).toMatchObject({ status: 200 });
  });

  test('when it is clicked twice, at once and again, then it is decided once; another option is refused', async () => {
    const atpId = await started('AT-double');
    const link = await mailed(await asked(atpId));
    const both = await Promise.all([clicked(link, 2), clicked(link, 2)]);
    for (const { status, text } of both)
      expect({ status, decided: text.includes('<h1>Decided') }).toEqual({ status: 200, decided: true });
    expect(await clicked(link, 2)).toMatchObject({ status: 200 });
    expect(await clicked(link, 1)).toMatchObject({ status: 409, text: expect.stringContaining('ALREADY_EXISTS') });
    expect(await decisionsOn(atpId)).toHaveLength(1);
  });

  test('when another agrees with a word of their own, then they are told that it was decided before', async () => {
    const atpId = await started('AT-word');
    const link = await mailed(await asked(atpId));
    const note = `Only in the west.\n${'x'.repeat(3_900)}`;
    expect(await clicked(link, 1, { note })).toMatchObject({ status: 200 });
    expect(await clicked(link, 1, { note: note.replaceAll('\n', '\r\n') })).toMatchObject({ status: 200 });
    expect(await clicked(link, 1)).toMatchObject({ status: 200 });
    const other = await clicked(link, 1, { note: 'And in the east.' });
    expect(other).toMatchObject({ status: 409, text: expect.stringContaining('<h1>Decided before</h1>') });
    expect(await decisionsOn(atpId)).toHaveLength(1);
  });

  test('when two people choose differently at once, then one of them is refused', async () => {
    const atpId = await started('AT-two');
    const link = await mailed(await asked(atpId));
    const both = await Promise.all([clicked(link, 1), clicked(link, 2), clicked(link, 3)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect(await decisionsOn(atpId)).toHaveLength(1);
  });

  test('when the ATP has moved on, then the link decides nothing; what only talks about it changes nothing', async () => {
    const atpId = await started('AT-stale');
    const link = await mailed(await asked(atpId));
    const update = { atpId, toAgent: '@pm', messageType: 'Update', subject: 'Still here', body: 'Looking.' } as const;
    await as('@dev').message_send(update);
    expect(await opened(link)).toMatchObject({ status: 200 });
    await as('@pm').atp_set({ atpId, title: 'Checkout and search answer 500' });
    expect(await opened(link)).toMatchObject({ status: 409, text: expect.stringContaining('has moved on') });
    expect(await clicked(link, 1)).toMatchObject({ status: 409, text: expect.stringContaining('INVALID_TRANSITION') });
    await as('@pm').atp_change_status({ atpId, status: 'Rejected', notes: 'A false alarm.' });
    expect(await clicked(link, 1)).toMatchObject({ status: 409, text: expect.stringContaining('ATP_CLOSED') });
    expect(await decisionsOn(atpId)).toEqual([]);
  });

  test('when the link is forged, cut, or made for another question or a later time, then nothing is told of the ATP', async () => {
    const atpId = await started('AT-forged');
    const messageId = await asked(atpId);
    const [link, other] = [await mailed(messageId), await mailed(await asked(atpId))];
    const [signed = '', mac = ''] = [link.slice(0, link.lastIndexOf('~')), link.slice(link.lastIndexOf('~') + 1)];
    const [question = '', version = '', until = ''] = signed.split('~');
    const later = (Number.parseInt(until, 36) + 86_400_000).toString(36);
    const forged = [
      `${signed}~${'A'.repeat(43)}`,
      `${signed}~${other.slice(other.lastIndexOf('~') + 1)}`,
      `${question}~${version}~${later}~${mac}`,
      `${question}~${'A'.repeat(16)}~${until}~${mac}`,
      link.replace(messageId, `msg_AT-none_${messageId.slice(-26)}`),
      link.slice(0, -1),
      `${stack.url}/decision`,
      `${stack.url}/decision?link=${'~'.repeat(3)}`,
    ];
    for (const each of forged) {
      const shown = [await opened(each), await clicked(each, 1)];
      for (const { status, text } of shown)
        expect({ status, tells: text.includes('Checkout') }).toEqual({ status: 401, tells: false });
    }
    expect(await decisionsOn(atpId)).toEqual([]);
  });

  test('when its time has passed, then nothing is decided', async () => {
    const atpId = await started('AT-expired');
    const [messageId = '', version = ''] = (await mailed(await asked(atpId))).split('?link=')[1]?.split('~') ?? [];
    const link = signLink({ messageId, version, expiresAt: Date.now() - 1 }, await keyOf(stack));
    const address = `${stack.url}/decision?link=${link}`;
    for (const shown of [await opened(address), await clicked(address, 1)])
      expect(shown).toMatchObject({ status: 401, text: expect.stringContaining('This link held until') });
    expect(await decisionsOn(atpId)).toEqual([]);
  });

  test("when somebody comes with another role's token, then they are refused; the operator's own name stands on theirs", async () => {
    const atpId = await started('AT-role');
    const messageId = await asked(atpId);
    const link = await mailed(messageId);
    for (const role of ['@pm', '@dev', '@sre', '@qa'])
      expect(await clicked(link, 1, { headers: bearer(role) })).toMatchObject({ status: 403 });
    expect(await clicked(link, 1, { headers: { authorization: 'Bearer junk' } })).toMatchObject({ status: 401 });
    const reply = {
      atpId,
      toAgent: '@dev',
      messageType: 'Decision',
      subject: 'Go',
      body: 'Go',
      inReplyTo: messageId,
      option: OPTIONS[1] ?? '',
    } as const;
    await expect(as('@pm').message_send(reply)).rejects.toMatchObject({ code: 'ROLE_NOT_PERMITTED' });
    expect(await clicked(link, 1, { headers: bearer('@operator') })).toMatchObject({ status: 200 });
    const [decision] = await decisionsOn(atpId);
    expect(decision?.sentBy).toEqual({ role: '@operator', name: 'operator-1' });
    await expect(as('@operator').message_send(reply)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  });

  test('when it is answered by message_send, then the link shows that it is decided', async () => {
    const atpId = await started('AT-by-call');
    const messageId = await asked(atpId);
    const link = await mailed(messageId);
    const reply = {
      atpId,
      toAgent: '@dev',
      messageType: 'Decision',
      subject: 'Go',
      body: 'Go',
      inReplyTo: messageId,
    } as const;
    const wrong = as('@operator').message_send({ ...reply, option: 'Something else' });
    await expect(wrong).rejects.toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'option' }] });
    const elsewhere = as('@operator').message_send({ ...reply, toAgent: '@qa', option: OPTIONS[1] ?? '' });
    await expect(elsewhere).rejects.toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'toAgent' }] });
    await as('@operator').message_send({ ...reply, option: OPTIONS[1] ?? '' });
    expect(await opened(link)).toMatchObject({
      status: 200,
      text: expect.stringContaining('<h1>Decided'),
    });
  });

  test('then the link stands in its email alone: not in what machines get, not in an answer, not in a log', async () => {
    const atpId = await started('AT-secret');
    const link = await mailed(await asked(atpId));
    await clicked(link, 1);
    const mac = link.slice(link.lastIndexOf('~') + 1);
    const holding = readdirSync(data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(mac))
      .map(({ name }) => name);
    expect(holding.filter((name) => !name.includes('-email-'))).toEqual([]);
    expect(holding).toHaveLength(1);
    expect(JSON.stringify(await as('@operator').atp_get({ atpId }))).not.toContain(mac);
  });
});
