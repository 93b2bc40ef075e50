import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { localAws } from '../../infra/local/aws.ts';
import { type Parameters, serveParameters } from '../../infra/local/parameters.ts';
import { openLinkKey } from '../../lib/decision/key.ts';
import { signLink } from '../../lib/decision/link.ts';
import { openSigningKey } from '../../lib/decision/signing-key.ts';
import { env } from '../../lib/env.ts';
import { restsOn } from '../../lib/flow/question.ts';
import { keys } from '../../lib/store/keys.ts';
import { before } from '../support/disturbances.ts';
import { Overtaken } from '../support/overtaken.ts';
import { temporary } from '../support/temporary.ts';

const PARAMETER = '/HotfixControlPlane/decisions/signing-key';
const directory = temporary();
let world: Overtaken;
let parameters: Parameters;
let decide: (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

beforeAll(async () => {
  world = await Overtaken.start();
  parameters = await serveParameters(join(directory, 'parameters.json'));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SSM: parameters.endpoint,
    AWS_ACCESS_KEY_ID: localAws.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localAws.credentials.secretAccessKey,
    [env.decisionKey]: PARAMETER,
  });
  const { handler } = await import('../../functions/decision.ts');
  decide = handler as unknown as typeof decide;
});
afterAll(() => Promise.all([world.stop(), parameters.stop()]));

const clicked = async (link: string): Promise<number | undefined> => {
  const event = {
    rawPath: '/decision',
    queryStringParameters: { link },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'option=1&note=',
    requestContext: { requestId: randomUUID(), http: { method: 'POST' } },
  } as unknown as APIGatewayProxyEventV2;
  return (await decide(event, {} as Context)).statusCode;
};

describe('given a question', () => {
  let atpId: string;
  let link: string;
  let question: object;
  beforeEach(async () => {
    atpId = await world.given.started();
    const letter = { atpId, toAgent: '@operator', messageType: 'Escalation', subject: 'Which?', body: 'One of two.' };
    question = { ...letter, options: ['One', 'Two'], recommendation: 'One' };
    const { body } = await world.service.call('dev-1', 'message_send', question);
    const { messageId, linkExpiresAt } = body.message;
    const item = (await world.service.items(atpId)).find((each) => each.messageId === messageId && each.options);
    const version = String(item?.atpVersion);
    const key = await openSigningKey(PARAMETER)();
    link = signLink({ messageId, version, expiresAt: Date.parse(linkExpiresAt) }, key);
  });
  /** Between the look and the write of the next call. */
  const meanwhile = (name: string, value: unknown): void => {
    world.proxy.disturb = before('TransactWriteItems', () => world.states.change(keys.atp(atpId), name, value));
  };
  const decisions = async () =>
    (await world.service.items(atpId)).filter(({ messageType }) => messageType === 'Decision');

  const changes: Partial<Record<(typeof restsOn)[number], unknown>> = {
    status: 'Blocked',
    type: 'emergency',
  };
  it.each(restsOn)(
    'when %s of its ATP changes between the look and the write of a click, then nothing is decided',
    async (name) => {
      meanwhile(name, changes[name] ?? 'another');
      expect(await clicked(link)).toBe(409);
      expect(await decisions()).toEqual([]);
    },
  );

  it('when only its bookkeeping changes meanwhile, then it is decided', async () => {
    meanwhile('ownerSeenAt', '2026-01-01T00:00:00.000Z');
    expect(await clicked(link)).toBe(200);
    expect(await decisions()).toHaveLength(1);
  });

  it('when the ATP changes while another is asked, then its link is of the state that it was written in', async () => {
    const happen = () => world.states.change(keys.atp(atpId), 'title', 'Another title');
    const { status, body, writes } = await world.raced(happen, 'dev-1', 'message_send', question);
    expect({ status, writes }).toEqual({ status: 200, writes: 2 });
    const { messageId, linkExpiresAt } = body.message;
    const item = (await world.service.items(atpId)).find((each) => each.messageId === messageId && each.options);
    const again = { messageId, version: String(item?.atpVersion), expiresAt: Date.parse(linkExpiresAt) };
    expect(await clicked(signLink(again, await openSigningKey(PARAMETER)()))).toBe(200);
  });
});

it('given a parameter that holds no whole key, then nothing is signed with it, and no link is good', async () => {
  const name = `${PARAMETER}-${randomUUID()}`;
  const ssm = new SSMClient({ ...localAws, endpoint: parameters.endpoint });
  await ssm.send(new PutParameterCommand({ Name: name, Value: 'c2hvcnQ=', Type: 'SecureString' }));
  await expect(openSigningKey(name)()).rejects.toThrow('holds no key');
  expect(await openLinkKey(name).read()).toBeUndefined();
});

it('given no key yet, when many want to sign at once, then all sign with the same', async () => {
  const name = `${PARAMETER}-${randomUUID()}`;
  const made = await Promise.all(Array.from({ length: 8 }, () => openSigningKey(name)()));
  expect(new Set(made).size).toBe(1);
  expect(Buffer.from(made[0] ?? '', 'base64')).toHaveLength(32);
});
