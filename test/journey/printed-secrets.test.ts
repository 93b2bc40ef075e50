import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { mintBearer } from '../../lib/pager/credential.ts';
import { mintToken } from '../../lib/principal.ts';
import { Gate } from '../support/gate.ts';
import { aroundCredential } from '../support/no-secret-printed.ts';
import { Pages } from '../support/pages.ts';
import { Printed } from '../support/printed.ts';
import { newId, Service } from '../support/service.ts';
import { temporary } from '../support/temporary.ts';

let service: Service;
let pages: Pages;
let gate: Gate;

beforeAll(async () => {
  service = await Service.start();
  gate = await Gate.before(inject('dynamodb'));
  process.env.AWS_ENDPOINT_URL_DYNAMODB = gate.endpoint;
  pages = await Pages.start(service, temporary());
});
afterAll(() => Promise.all([gate.close(), pages.stop()]));

/** Words that stand nowhere else, one for each place that a caller fills. */
const marks: string[] = [];
const marked = (place: string): string => {
  const mark = `${place}-${randomUUID()}`;
  marks.push(mark);
  return mark;
};
/** Where the service quotes what it refuses, it may quote a part. */
const parts = (mark: string): string[] => [mark, mark.slice(0, 20), mark.slice(-12)];

const incident = () => ({ summary: marked('summary'), reporter: marked('reporter'), url: `https://${marked('url')}/` });

/** One hotfix with marks in every field; each call once more under the same key, and with another body. */
const run = async (): Promise<void> => {
  const atpId = newId();
  const call = async (who: string, tool: Parameters<Service['call']>[1], body: object) => {
    const headers = { 'idempotency-key': marked('key'), 'x-turn-id': marked('turn') };
    const answer = await service.call(who, tool, body, headers);
    await service.call(who, tool, body, headers);
    await service.call(who, tool, { ...body, unknown: marked('unknown') }, headers);
    await service.call(who, tool, JSON.stringify(body).slice(0, -1), headers);
    return answer.body;
  };
  const letter = { atpId, toAgent: '@dev', messageType: 'Directive' };
  await call('pm-1', 'atp_set', {
    atpId,
    status: 'InProgress',
    title: marked('title'),
    notes: marked('notes'),
    incident: incident(),
  });
  const { message } = await call('pm-1', 'message_send', {
    ...letter,
    subject: marked('subject'),
    body: marked('body'),
  });
  await call('qa-1', 'message_ack', { messageId: message.messageId });
  await call('dev-1', 'message_ack', { messageId: message.messageId, notes: marked('taken') });
  await call('pm-1', 'atp_close', { atpId, summary: marked('too early') });
  await call('dev-1', 'handoff', { atpId, completed: [marked('completed')], evidence: [marked('evidence')] });
  const report = { artifactType: 'PMVerificationReport', title: marked('report'), content: marked('content') };
  await call('pm-1', 'artifact_create', { atpId, ...report });
  await call('pm-1', 'atp_close', { atpId, summary: marked('closed'), notification: { body: marked('notification') } });
};

/** What fails with a 5xx, with the request in the hands of the SDK. */
const fail = async (): Promise<void> => {
  for (const refusal of [
    'hang up',
    { status: 400, body: '{"__type":"ValidationException","message":"no"}' },
  ] as const) {
    gate.refuse = () => refusal;
    const { status } = await service.call('pm-1', 'atp_set', {
      atpId: newId(),
      status: 'InProgress',
      notes: marked('lost'),
    });
    expect(status).toBeGreaterThanOrEqual(500);
  }
  gate.refuse = () => undefined;
};

/** Pages that are taken, repeated, malformed, and let in by nobody. */
const page = async (): Promise<void> => {
  for (const name of ['events', 'pagerduty', 'generic'] as const) {
    const integration = await pages.of(name);
    marks.push(integration.credential);
    await pages.send(name, integration, marked('episode'));
    await pages.page(name, integration, { [marked('field')]: marked('value') });
    const stranger = `${integration.credential.slice(0, -4)}aaaa`;
    marks.push(stranger);
    await pages.send(name, { ...integration, credential: stranger }, marked('strange'));
  }
};

test('given marks in all that callers send, when a hotfix is run, refused, broken and paged, then nothing that was printed holds one', async () => {
  marks.push(...Object.values(service.tokens));
  const printed = new Printed();
  await run();
  await fail();
  await page();
  await service.call('pm-1', 'atp_get', { atpId: 'AT-1' }, { authorization: `Bearer ${marked('token')}` });
  const { lines, text } = printed;
  vi.restoreAllMocks();
  const said = lines.map(({ msg }) => msg);
  expect(said).toEqual(
    expect.arrayContaining(['Opened', 'Closed', 'refused', 'UNAVAILABLE', 'INTERNAL', 'page opened']),
  );
  expect(marks.length).toBeGreaterThan(60);
  expect(marks.filter((mark) => parts(mark).some((part) => text.includes(part)))).toEqual([]);
});

test('given a text with a credential, then the guard of every test file finds it, and does not repeat it', () => {
  const credentials = [mintToken('@pm').token, mintBearer('abcd1234'), `whsec_${Buffer.alloc(32).toString('base64')}`];
  for (const credential of credentials) expect(aroundCredential(`called with ${credential}!`)).toBe('called with ***');
  expect(aroundCredential('atp_pm_*** page_abcd1234_*** whsec_***')).toBeUndefined();
});
