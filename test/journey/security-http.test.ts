import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onEach } from '../support/callers.ts';
import { allows, grantsOf } from '../support/least-privilege/policies.ts';
import { type DeployedRoute, pathFor } from '../support/routes.ts';
import { until } from '../support/until.ts';
import { hostileTexts } from './bad-input/inputs.ts';
import { hostileArguments, run } from './security/commands.ts';
import { agentKnocks, requestOf, sourceKnocks, sourceOf } from './security/knocks.ts';
import { isOf, lambdasOwn, unusedOf } from './security/lambdas-own.ts';
import { givenWorld, type World } from './security/world.ts';

/** Served to anyone: the same bytes for all, and nothing is read for them. */
const open = [
  'GET /',
  'GET /board.css',
  'GET /board.js',
  'GET /docs',
  'GET /healthz',
  'GET /openapi.json',
  'GET /.well-known/oauth-protected-resource',
  'GET /.well-known/oauth-protected-resource/mcp',
];
/** Let in by the link of an email, which no token is. */
const byLink = ['GET /decision', 'POST /decision'];
const WRITES = /:(Put|Update|Delete|ConditionCheck|Publish|Send)/;
/** Some of a refusal may be quoted; what is no more than the beginning or the id of a credential opens nothing. */
const secretPart = (secret: string): string => secret.slice(-20);

let world: World;
/** What was answered to those who had no credential that holds. */
const answered: string[] = [];
beforeAll(async () => {
  world = await givenWorld();
}, 180_000);
afterAll(() => world?.stop());

describe('given incidents that make use of every function', () => {
  it('when they are over, then each right that a policy gives was made use of, or is known to be Lambda’s own', async () => {
    const { grants, calls } = world;
    const patience = { patienceMs: 45_000, everyMs: 250 };
    await until(() => unusedOf(grants, calls).length === 0, patience).catch(() => undefined);
    expect(unusedOf(grants, calls)).toEqual([]);
  });

  it('then what is said to be Lambda’s own is granted, and no function makes use of it', () => {
    const granted = [...world.grants].flatMap(([by, all]) => all.map((grant) => ({ by, grant })));
    for (const each of lambdasOwn) {
      expect(
        granted.filter(({ by, grant }) => isOf(each, by, grant)),
        each.why,
      ).not.toEqual([]);
      expect(
        world.calls.all.filter((call) => isOf(each, call.by, call)),
        each.why,
      ).toEqual([]);
    }
  });
});

describe('given every route of the template', () => {
  const nameOf = ({ method, path }: DeployedRoute): string => `${method} ${path}`;
  const routes = () => world.routes.map((route) => ({ ...route, isOpen: open.includes(nameOf(route)) }));

  it('when it is open, then the list above names it, and nobody’s token changes what it says', async () => {
    expect(routes().filter(({ isOpen }) => isOpen)).toHaveLength(open.length);
    for (const route of routes().filter(({ isOpen }) => isOpen)) {
      const bytes = async (headers = {}) => (await fetch(world.stack.url + route.path, { headers })).text();
      expect(await bytes({ authorization: `Bearer ${world.service.tokens['pm-1']}` }), route.path).toBe(await bytes());
    }
  });

  it('when a credential is missing, expired, revoked, cut off, another’s or in a wrong place, then it is refused and nothing is written', async () => {
    const before = world.calls.all.length;
    const ofAgents = await agentKnocks(world);
    const closed = routes().filter(({ isOpen }) => !isOpen);
    await onEach(closed, async (route) => {
      const source = sourceOf(route);
      const refusals = source?.by === 'key' ? [400, 403] : [401];
      for (const knock of source ? await sourceKnocks(world, source) : ofAgents) {
        const { url, init } = requestOf(world, route, knock);
        const answer = await fetch(url, init);
        expect(refusals, `${nameOf(route)}: ${knock.said}`).toContain(answer.status);
        answered.push(JSON.stringify([...answer.headers]), await answer.text());
        world.secrets.push(...(JSON.stringify(knock).match(/[A-Za-z0-9]{24,}/g) ?? []));
      }
    });
    expect(answered.length).toBeGreaterThan(closed.length * 20);
    const written = world.calls.all
      .slice(before)
      .filter(({ by, action }) => /^(Tools|Mcp|Pagers|Api)/.test(by) && WRITES.test(action));
    expect(written).toEqual([]);
  });

  it('when the same is asked with a credential that holds, then that was all that it lacked', async () => {
    const headers = { authorization: `Bearer ${world.service.tokens['pm-1']}` };
    for (const route of routes().filter((each) => !each.isOpen && !sourceOf(each) && !byLink.includes(nameOf(each)))) {
      const { url, init } = requestOf(world, route, { said: 'good', headers });
      const { status } = await fetch(url, init);
      expect([401, 403], nameOf(route)).not.toContain(status);
      expect(status, nameOf(route)).toBeLessThan(500);
    }
  });

  it('when its path and its query hold hostile text, then it answers, and never with a 5xx', async () => {
    const authorization = `Bearer ${world.service.tokens['pm-1']}`;
    const texts = [
      ...hostileTexts,
      '..',
      '%2e%2e%2f',
      '\u0000',
      'a;b=c',
      '%',
      '\\..\\',
      '//evil.example',
      '😀'.repeat(50),
    ];
    const encoded = texts.filter(({ length }) => length < 1_000).map((text) => encodeURIComponent(text.toWellFormed()));
    const read = routes().filter(({ method, isOpen }) => method === 'GET' && !isOpen);
    await onEach(read, async (route) => {
      for (const text of encoded) {
        const fields = ['cursor', 'limit', 'status', 'since', 'waitSeconds', text].map((name) => `${name}=${text}`);
        for (const query of [fields.join('&'), text, '%ff%fe=%']) {
          const address = `${pathFor(route, text || '%20')}?${query}`;
          const answer = await fetch(`${world.stack.url}${address}`, { headers: { authorization } });
          expect(answer.status, address).toBeLessThan(500);
          expect(await answer.text(), address).not.toMatch(/node_modules|TypeError|ValidationException/);
        }
      }
    });
  });
});

it('given commands with hostile arguments, when they are run, then each says why not in one line, and makes nothing', async () => {
  for (const command of hostileArguments) {
    const said = command.join(' ');
    const { status, stdout, stderr } = await run(world.stack.data, command);
    expect({ status, stdout }, said).toEqual({ status: 1, stdout: '' });
    expect(stderr, said).toMatch(new RegExp(`^${command[0]}: [^\\n]+\\n$`));
  }
});

it('given all of the above, then each call to AWS was one that the policy of its function allows', () => {
  const { calls, grants } = world;
  const denied = calls.all.filter((call) => !grants.get(call.by)?.some((grant) => allows(grant, call)));
  expect(new Set(denied.map(({ by, action, resource }) => `${by} ${action} ${resource}`))).toEqual(new Set());
  expect(new Set(calls.all.map(({ by }) => by)).size).toBeGreaterThan(20);
});

it('given all of the above, then no secret stands in a log, a notice, a webhook or a refusal', () => {
  const { stack, told, receiver, secrets, link } = world;
  const outbox = join(stack.data, 'outbox');
  const texts = {
    'the log of the functions': readFileSync(join(stack.data, 'functions.log'), 'utf8'),
    'what the stack says': told.join('\n'),
    notices: readdirSync(outbox)
      .map((file) => readFileSync(join(outbox, file), 'utf8'))
      .join('\n'),
    webhooks: JSON.stringify(receiver.received),
    refusals: answered.join('\n'),
  };
  for (const place of ['the log of the functions', 'what the stack says', 'webhooks', 'refusals'] as const)
    expect(texts[place], place).not.toContain(secretPart(link));
  expect(secrets.length).toBeGreaterThan(200);
  for (const [place, text] of Object.entries(texts)) {
    expect(text.length, place).toBeGreaterThan(1_000);
    expect(
      secrets.filter((secret) => secret.length >= 20 && text.includes(secretPart(secret))),
      place,
    ).toEqual([]);
  }
});

describe('the evaluator of policies', () => {
  const grant = { action: 's3:Put*', resource: 'arn:aws:s3:::files/pages/?*' };
  it.each([
    ['s3:PutObject', 'arn:aws:s3:::files/pages/a/b', true],
    ['S3:putobject', 'arn:aws:s3:::files/pages/a', true],
    ['s3:GetObject', 'arn:aws:s3:::files/pages/a', false],
    ['s3:PutObject', 'arn:aws:s3:::files/pages/', false],
    ['s3:PutObject', 'arn:aws:s3:::files/Pages/a', false],
    ['s3:PutObject', 'x arn:aws:s3:::files/pages/a', false],
  ])('given %s on %s, then it allows: %s', (action, resource, allowed) => {
    expect(allows(grant, { action, resource })).toBe(allowed);
  });

  it('given what it does not weigh, then it says so', () => {
    const fine = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
    expect(grantsOf(fine)).toEqual([{ action: 's3:GetObject', resource: '*' }]);
    for (const odd of [
      { ...fine, Effect: 'Deny' },
      { ...fine, Condition: {} },
      { Effect: 'Allow', NotAction: 'x' },
    ])
      expect(() => grantsOf(odd)).toThrow('more than is weighed');
  });
});
