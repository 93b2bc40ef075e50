import { createHmac, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { localAws } from '../../infra/local/aws.ts';
import { type Parameters, serveParameters } from '../../infra/local/parameters.ts';
import { env } from '../../lib/env.ts';
import { webhookEvents } from '../../lib/model.ts';
import { keys } from '../../lib/store/keys.ts';
import { listWebhooks, type Webhook } from '../../lib/store/webhooks.ts';
import type { Delivery, Told } from '../../lib/webhook/queue.ts';
import { FarEnd, type Received, type Reply } from '../support/far-end.ts';
import { Given, Service } from '../support/service.ts';
import { temporary } from '../support/temporary.ts';
import { GivenWebhookQueues } from '../support/webhook-queue.ts';

type Handler = (event: SQSEvent, context: { awsRequestId: string }) => Promise<SQSBatchResponse>;

const PREFIX = '/small/webhooks';
let service: Service;
let parameters: Parameters;
let queue: GivenWebhookQueues;
let handler: Handler;
let atpId: string;
let told: Told;
const ends: FarEnd[] = [];
let clock = 0;

beforeAll(async () => {
  service = await Service.start();
  parameters = await serveParameters(join(temporary(), 'parameters.json'));
  queue = await GivenWebhookQueues.create();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SQS: queue.endpoint,
    AWS_ENDPOINT_URL_SSM: parameters.endpoint,
    [env.parameterPrefix]: PREFIX,
    [env.webhookQueue]: queue.url,
    [env.webhookDeadLetters]: queue.deadLettersUrl,
    [env.webhookLoopback]: 'true',
  });
  ({ handler } = await import('../../functions/webhook.ts'));
  atpId = await new Given(service).started();
  const event = (await service.items(atpId)).find(({ sk }) => sk.startsWith('EVENT#'));
  told = { kind: 'event', atpId, ulid: event?.sk.slice('EVENT#'.length) ?? '', type: 'atp.opened' };
});
afterAll(() => Promise.all([parameters.stop(), queue.close(), ...ends.map((end) => end.close())]));

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  // Past what the function keeps of the endpoints: each test has its own.
  clock += 120_000;
  vi.spyOn(Date, 'now').mockImplementation(() => Math.round(performance.timeOrigin + performance.now()) + clock);
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const { webhookId } of await listWebhooks(service.table)) await forget(webhookId);
  queue.sent();
  queue.dead();
});

const forget = (webhookId: string): Promise<unknown> =>
  service.table.client.send(
    new PutCommand({
      TableName: service.table.name,
      Item: {
        ...keys.webhook(webhookId),
        webhookId,
        url: 'https://gone.example',
        events: [],
        createdAt: '',
        revokedAt: 'x',
      },
    }),
  );

const says =
  (status: number): Reply =>
  (response) =>
    void response.writeHead(status).end();

type Endpoint = { webhook: Webhook; end: FarEnd; secrets: string[] };

/** A registered endpoint, with a receiver that answers so. */
const givenEndpoint = async (status: number, { events = [...webhookEvents], secrets = 1 } = {}): Promise<Endpoint> => {
  const end = await FarEnd.listen();
  ends.push(end);
  end.script(says(status));
  const webhook: Webhook = {
    webhookId: randomUUID().slice(0, 8),
    url: `${end.url}/in`,
    events,
    createdAt: '2026-11-24',
  };
  const { client, name } = service.table;
  await client.send(new PutCommand({ TableName: name, Item: { ...keys.webhook(webhook.webhookId), ...webhook } }));
  const made = Array.from({ length: secrets }, () => `whsec_${Buffer.from(randomUUID()).toString('base64')}`);
  const ssm = new SSMClient({ ...localAws, endpoint: parameters.endpoint });
  const Value = JSON.stringify(made.map((secret) => ({ secret, createdAt: webhook.createdAt })));
  await ssm.send(new PutParameterCommand({ Name: `${PREFIX}/${webhook.webhookId}`, Type: 'SecureString', Value }));
  ssm.destroy();
  return { webhook, end, secrets: made };
};

const handled = async (...bodies: (object | string)[]): Promise<string[]> => {
  const records = bodies.map((body, position) => ({
    messageId: `m-${position}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }));
  const { batchItemFailures } = await handler({ Records: records } as SQSEvent, { awsRequestId: 'r-1' });
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};

/** The messages that an event becomes, each worked off. */
const delivered = async (): Promise<void> => {
  await handled(told);
  expect(await handled(...queue.sent().map(({ message }) => message))).toEqual([]);
};

/** As a receiver would that has only the specification. */
const verify = ({ headers, body }: Received, secret: string): boolean => {
  const signedContent = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${JSON.stringify(body)}`;
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const expected = createHmac('sha256', key).update(signedContent).digest('base64');
  return String(headers['webhook-signature']).split(' ').includes(`v1,${expected}`);
};

describe('an event', () => {
  test('is posted to each endpoint that wants it, signed, with the ATP as callers see it', async () => {
    const [one, other, another] = await Promise.all([
      givenEndpoint(204),
      givenEndpoint(200),
      givenEndpoint(204, { events: ['atp.closed'] }),
    ]);
    await delivered();
    for (const { end, secrets } of [one, other]) {
      expect(end.received).toHaveLength(1);
      const [received] = end.received as [Received];
      expect(verify(received, secrets[0] ?? '')).toBe(true);
      expect(verify(received, 'whsec_AAAA')).toBe(false);
      expect(received.headers['webhook-id']).toBe(`evt_${told.ulid}`);
      expect(received.body).toMatchObject({
        type: 'atp.opened',
        eventId: `evt_${told.ulid}`,
        atp: { atpId, status: 'InProgress', title: 'Checkout answers 500' },
        event: { action: 'start', to: 'InProgress' },
      });
      expect(received.body).not.toHaveProperty('atp.pk');
    }
    expect(another.end.received).toEqual([]);
    expect(queue.sent()).toEqual([]);
  });

  test('given two secrets while one is rotated, then each of them verifies', async () => {
    const { end, secrets } = await givenEndpoint(204, { secrets: 2 });
    await delivered();
    const [received] = end.received as [Received];
    expect(secrets.map((secret) => verify(received, secret))).toEqual([true, true]);
  });

  test('given no endpoint, then nothing follows from it', async () => {
    expect(await handled(told)).toEqual([]);
    expect(queue.sent()).toEqual([]);
  });

  test('that comes twice has the same id both times', async () => {
    const { end } = await givenEndpoint(204);
    await delivered();
    await delivered();
    const ids = end.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([`evt_${told.ulid}`, `evt_${told.ulid}`]);
  });

  test('given what this service did not put there, then only that fails', async () => {
    const { end } = await givenEndpoint(204);
    expect(await handled('{', told, { kind: 'delivery' })).toEqual(['m-0', 'm-2']);
    expect(await handled(...queue.sent().map(({ message }) => message))).toEqual([]);
    expect(end.received).toHaveLength(1);
  });
});

describe('a delivery', () => {
  test.each([500, 404, 302, 429])('that is answered %i comes again, and those to others do not', async (status) => {
    const [bad, good] = await Promise.all([givenEndpoint(status), givenEndpoint(204)]);
    await delivered();
    const [again, ...more] = queue.sent();
    expect(more).toEqual([]);
    expect(again?.message).toMatchObject({
      webhookId: bad.webhook.webhookId,
      attempt: 1,
      failure: `answered ${status}`,
    });
    expect(again?.delaySeconds).toBeGreaterThanOrEqual(5);
    expect(again?.delaySeconds).toBeLessThanOrEqual(6);
    expect(good.end.received).toHaveLength(1);
  });

  test('backs off for about a day, as far as SQS can hold it, then is a dead letter that can begin anew', async () => {
    const { end } = await givenEndpoint(500);
    const start = Date.now();
    await handled(told);
    let message = queue.sent()[0]?.message as Delivery;
    const waits: number[] = [];
    for (;;) {
      await handled(message);
      const [next] = queue.sent();
      if (!next) break;
      message = next.message as Delivery;
      const left = Date.parse(message.dueAt) - Date.now();
      expect(next.delaySeconds).toBeGreaterThanOrEqual(Math.min(900, left / 1_000));
      expect(next.delaySeconds).toBeLessThanOrEqual(Math.min(900, left / 1_000 + 1.5));
      waits.push(left);
      if (left > 900_000) {
        // It comes too early, and waits on.
        await handled(message);
        expect(queue.sent()).toMatchObject([{ message: { attempt: message.attempt }, delaySeconds: 900 }]);
      }
      clock += left;
    }
    expect(end.received).toHaveLength(9);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect((Date.now() - start) / 3_600_000).toBeGreaterThan(23);
    expect((Date.now() - start) / 3_600_000).toBeLessThan(27);
    expect(queue.dead()).toMatchObject([{ message: { attempt: 0, failure: 'answered 500' }, delaySeconds: 0 }]);
    const bodies = new Set(end.received.map(({ body }) => JSON.stringify(body)));
    expect(bodies.size).toBe(1);
  });

  test('that is answered 410 revokes the endpoint, and is the last to it', async () => {
    const { webhook, end } = await givenEndpoint(410);
    await delivered();
    expect(queue.sent()).toEqual([]);
    const [revoked] = (await listWebhooks(service.table)).filter(({ webhookId }) => webhookId === webhook.webhookId);
    expect(revoked).toMatchObject({ revokedAt: expect.any(String), revokedBecause: expect.stringContaining('410') });
    clock += 60_000;
    await delivered();
    expect(end.received).toHaveLength(1);
  });

  test('to where nothing listens comes again', async () => {
    const { end } = await givenEndpoint(204);
    await end.close();
    ends.splice(ends.indexOf(end), 1);
    await delivered();
    expect(queue.sent()).toMatchObject([{ message: { attempt: 1, failure: expect.stringContaining('ECONNREFUSED') } }]);
  });
});
