import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { localAws } from '../../infra/local/aws.ts';
import { type Parameters, serveParameters } from '../../infra/local/parameters.ts';
import { admits } from '../../lib/pager/credential.ts';
import type { Integration } from '../../lib/pager/integration.ts';
import { holding, type Secret } from '../../lib/pager/secret-list.ts';
import type { Table } from '../../lib/store/client.ts';
import { listIntegrations, readIntegration } from '../../lib/store/integrations.ts';
import { answers, FarEnd } from '../support/far-end.ts';
import { createTable, engineEnvironment } from '../support/table.ts';
import { temporary } from '../support/temporary.ts';

const SCRIPT = join(import.meta.dirname, '../../infra/integration.ts');
const HOUR = 3_600_000;
const directory = temporary();
const stack = join(directory, 'stack');

let table: Table;
let parameters: Parameters;
let farEnd: FarEnd;

beforeAll(async () => {
  table = await createTable();
  parameters = await serveParameters(join(directory, 'parameters.json'));
  farEnd = await FarEnd.listen();
  mkdirSync(stack);
  const endpoint = inject('dynamodb');
  const file = {
    url: farEnd.url,
    tokens: {},
    dynamodb: { endpoint, table: table.name },
    sns: { endpoint, topics: { directives: 'arn', hitl: 'arn' } },
    sqs: { endpoint, queues: { directives: 'url', hitl: 'url' } },
    ssm: { endpoint: parameters.endpoint, prefix: '/small/integrations' },
  };
  writeFileSync(join(stack, 'stack.json'), JSON.stringify(file));
});
afterAll(() => Promise.all([parameters.stop(), farEnd.close()]));

type Run = { status: number; out: string; err: string };

/** `npm run integration` in a directory without a stack, without credentials and with none of this process's settings. */
const integration = async (args: string[], { input = '', env = {} as Record<string, string> } = {}): Promise<Run> => {
  const clean = { HOME: directory, AWS_EC2_METADATA_DISABLED: 'true', ...env };
  const running = promisify(execFile)(process.execPath, [SCRIPT, ...args], { cwd: directory, env: clean });
  running.child.stdin?.end(input);
  return running.then(
    ({ stdout, stderr }) => ({ status: 0, out: stdout, err: stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      status: code,
      out: stdout,
      err: stderr,
    }),
  );
};
const onStack = (args: string[], input = '') => integration([...args, '--data', stack], { input });

const checkout = ['--service', 'checkout', '--environment', 'production'];

const created = async (source: string, ...flags: string[]) => {
  const { status, out, err } = await onStack(['create', '--source', source, ...checkout, ...flags]);
  expect(status, err).toBe(0);
  const [id = ''] = err.split(' ');
  return { id, credential: out.trim(), out, err };
};
const recordOf = (id: string) => readIntegration<Integration>(table, id);

const secretsOf = async (id: string): Promise<Secret[] | undefined> => {
  const ssm = new SSMClient({ ...localAws, endpoint: parameters.endpoint });
  const get = new GetParameterCommand({ Name: `/small/integrations/${id}`, WithDecryption: true });
  const { Parameter } = await ssm.send(get).catch(() => ({ Parameter: undefined }));
  if (Parameter) expect(Parameter.Type).toBe('SecureString');
  return Parameter && JSON.parse(Parameter.Value ?? '');
};

describe('given a source to be let in', () => {
  test.each([
    ['events', [], /^[a-z0-9]{32}$/, '/v2/enqueue'],
    ['alertmanager', [], /^page_[a-z0-9]{8}_[a-z0-9]{40}$/, '/pager/alertmanager'],
    ['grafana', [], /^page_[a-z0-9]{8}_[a-z0-9]{40}$/, '/pager/grafana'],
    ['generic', [], /^page_[a-z0-9]{8}_[a-z0-9]{40}$/, '/pager/generic'],
  ])(
    'when %s is created, then the address is said, the credential stands alone on standard output, and the table has its hash',
    async (source, flags, form, path) => {
      const { id, credential, out, err } = await created(source, ...flags);
      expect(out).toBe(`${credential}\n`);
      expect(credential).toMatch(form);
      expect(err).toContain(`${farEnd.url}${path}\n`);
      expect(err).not.toContain(credential);
      const record = await recordOf(id);
      expect(record).toMatchObject({ source, service: 'checkout', environment: 'production', role: '@dev', rules: [] });
      expect(admits(record, credential, Date.now())).toBe(true);
      expect(JSON.stringify(record)).not.toContain(credential);
      expect(await secretsOf(id)).toBeUndefined();
    },
  );

  test.each([
    ['pagerduty', []],
    ['grafana', ['--hmac']],
  ])(
    'when %s is to sign, then the address names the integration, and Parameter Store has the secret',
    async (source, flags) => {
      const { id, credential, err } = await created(source, ...flags);
      expect(credential).toMatch(/^[\w-]{43}$/);
      expect(err).toContain(`${farEnd.url}/pager/${source}?integration=${id}\n`);
      expect(await secretsOf(id)).toEqual([{ secret: credential, createdAt: expect.any(String) }]);
      expect((await recordOf(id)).credentials).toEqual([]);
    },
  );

  test('when the source made the secret, then it is read from standard input, and said nowhere', async () => {
    const secret = 'whsec-of-pagerduty-itself';
    const made = await onStack(['create', '--source', 'pagerduty', ...checkout, '--secret', '-'], `${secret}\n`);
    expect({ status: made.status, out: made.out }).toEqual({ status: 0, out: '' });
    expect(made.err).not.toContain(secret);
    expect(await secretsOf(made.err.split(' ')[0] ?? '')).toMatchObject([{ secret }]);
  });

  test('when it is CloudWatch, then its topics are kept, and there is no credential', async () => {
    const topics = ['arn:aws:sns:eu-west-1:123456789012:alarms', 'arn:aws:sns:eu-west-1:123456789012:more'];
    const { id, out, err } = await created('cloudwatch', ...topics.flatMap((topic) => ['--topic', topic]));
    expect(out).toBe('');
    expect(err).toContain(`${farEnd.url}/pager/sns?integration=${id}\n`);
    expect(err).toContain('the output AlarmFunctionArn');
    expect(await recordOf(id)).toMatchObject({ arns: topics, credentials: [] });
  });

  test('when role, rules and an exercise are asked for, then it has them', async () => {
    const rules = [
      { severity: ['warning'], labels: { team: 'pay*' }, to: 'bugfix' },
      { service: ['checkout'], environment: ['prod*'], to: 'emergency', role: '@sre' },
    ];
    writeFileSync(join(directory, 'rules.json'), JSON.stringify(rules));
    const { id, err } = await created('generic', '--role', 'SRE', '--rules', 'rules.json', '--drill');
    expect(await recordOf(id)).toMatchObject({ role: '@sre', rules, drill: true });
    expect(err).toContain('as an exercise');
  });
});

describe('given an integration', () => {
  test('when it is rotated, then the new credential holds, and the old one for a day more', async () => {
    const { id, credential } = await created('events');
    const { out, err } = await onStack(['rotate', id]);
    const record = await recordOf(id);
    expect(err).not.toContain(out.trim());
    expect(admits(record, out.trim(), Date.now() + 1_000 * HOUR)).toBe(true);
    expect(admits(record, credential, Date.now() + 23.9 * HOUR)).toBe(true);
    expect(admits(record, credential, Date.now() + 24.1 * HOUR)).toBe(false);
  });

  test('when it is rotated without overlap, then the old credential ends at once, and is forgotten with the next', async () => {
    const { id, credential } = await created('generic');
    await onStack(['rotate', id, '--overlap', '0']);
    expect(admits(await recordOf(id), credential, Date.now() + 1)).toBe(false);
    await onStack(['rotate', id, '--overlap', '2']);
    expect((await recordOf(id)).credentials).toHaveLength(2);
  });

  test('when what signs is rotated to a secret of its source, then both hold until the overlap ends', async () => {
    const { id, credential } = await created('pagerduty');
    const secret = 'whsec-of-pagerduty-itself';
    const { out, err } = await onStack(['rotate', id, '--secret', '-', '--overlap', '1'], secret);
    expect(out).toBe('');
    expect(err).not.toContain(secret);
    const secrets = (await secretsOf(id)) ?? [];
    const at = (hours: number) => holding(secrets, Date.now() + hours * HOUR).map((each) => each.secret);
    expect([at(0.9), at(1.1)]).toEqual([[credential, secret], [secret]]);
  });

  test('when it is revoked, by its id or by what leaked, then nothing lets in any more; once more changes nothing', async () => {
    const signing = await created('pagerduty');
    const bearing = await created('alertmanager');
    const first = await onStack(['revoke', signing.id]);
    expect(first.out).toMatch(
      new RegExp(`^${signing.id} \\(pagerduty\\) is revoked since \\S+Z; its pages are refused.\n$`),
    );
    expect(await onStack(['revoke', signing.id])).toEqual(first);
    expect(await secretsOf(signing.id)).toBeUndefined();
    expect((await onStack(['revoke', bearing.credential])).out).not.toContain(bearing.credential);
    expect(admits(await recordOf(bearing.id), bearing.credential, Date.now())).toBe(false);
    expect((await onStack(['rotate', bearing.id])).err).toMatch(/was revoked .*: create another/);
  });

  test('when integrations are listed, then each stands in a line, and none with its credential', async () => {
    const signing = await created('pagerduty', '--drill');
    const bearing = await created('generic');
    const { out } = await onStack(['list']);
    expect(out).toMatch(
      new RegExp(
        `^${signing.id}  pagerduty +checkout/production +@dev +created \\S+Z  in use, exercise, 0 rules$`,
        'm',
      ),
    );
    expect(out).toContain(`${bearing.id}  generic`);
    for (const { credential } of [signing, bearing]) expect(out).not.toContain(credential.slice(-20));
  });
});

describe('given a door, when an integration is tested, then its own payload comes with its credential', () => {
  const sentBy = async (id: string, ...flags: string[]) => {
    farEnd.script(answers({ status: 'accepted' }));
    const { status, out, err } = await onStack(['test', id, ...flags]);
    expect(status, err).toBe(0);
    const lines = out.trim().split('\n');
    expect(lines).toHaveLength(farEnd.received.length);
    for (const line of lines) expect(line).toMatch(/^POST http\S+ {2}200 {2}\{"status":"accepted"\}$/);
    return farEnd.received.map(({ path, headers, body }) => ({ path, headers, body: body as Record<string, unknown> }));
  };

  test('events: a trigger and its resolution', async () => {
    const { id, credential } = await created('events');
    const [trigger, resolve, ...more] = await sentBy(id, '--credential', credential);
    expect(more).toEqual([]);
    expect(trigger).toMatchObject({
      path: '/v2/enqueue',
      body: {
        routing_key: credential,
        event_action: 'trigger',
        payload: {
          summary: 'Test page for checkout: nothing is wrong',
          source: expect.any(String),
          severity: 'critical',
        },
      },
    });
    expect(resolve?.body).toMatchObject({ event_action: 'resolve', dedup_key: trigger?.body.dedup_key });
  });

  test.each([
    ['alertmanager', '4'],
    ['grafana', '1'],
  ])('%s: a group that fires and is resolved', async (source, version) => {
    const { id, credential } = await created(source);
    const [firing, resolved] = await sentBy(id, '--credential', credential);
    expect(firing).toMatchObject({
      path: `/pager/${source}`,
      headers: { authorization: `Bearer ${credential}` },
      body: { version, status: 'firing', alerts: [{ status: 'firing', endsAt: '0001-01-01T00:00:00Z' }] },
    });
    expect(resolved?.body).toMatchObject({ status: 'resolved', groupKey: firing?.body.groupKey });
  });

  test('generic: the small JSON of this service', async () => {
    const { id, credential } = await created('generic');
    const [trigger, resolve] = await sentBy(id, '--credential', credential);
    expect(trigger).toMatchObject({ path: '/pager/generic', body: { action: 'trigger', severity: 'critical' } });
    expect(resolve?.body).toMatchObject({ action: 'resolve', key: trigger?.body.key });
  });

  test.each([
    ['pagerduty', [], 'x-pagerduty-signature', 'v1='],
    ['grafana', ['--hmac'], 'x-grafana-alerting-signature', ''],
  ])('%s %j: signed with the secret that Parameter Store has', async (source, flags, header, prefix) => {
    const { id, credential } = await created(source, ...flags);
    const [sent] = await sentBy(id);
    const expected = createHmac('sha256', credential).update(JSON.stringify(sent?.body)).digest('hex');
    expect(sent?.headers[header]).toBe(prefix + expected);
    expect(sent?.path).toBe(`/pager/${source}?integration=${id}`);
  });

  test('but one that is refused, then the answer is shown and the status is 1', async () => {
    const { id } = await created('pagerduty');
    farEnd.script((response) => void response.writeHead(401).end('{"code":"UNAUTHENTICATED"}'));
    const { status, out } = await onStack(['test', id]);
    expect({ status, out }).toEqual({
      status: 1,
      out: expect.stringMatching(/ {2}401 {2}\{"code":"UNAUTHENTICATED"\}\n$/),
    });
  });

  test('and one without its credential, or of AWS, then it is said what to do', async () => {
    const bearing = await created('generic');
    expect((await onStack(['test', bearing.id])).err).toContain(
      '--credential is missing: the service keeps only its hash',
    );
    const alarms = await created('cloudwatch');
    expect((await onStack(['test', alarms.id])).err).toContain('aws cloudwatch set-alarm-state');
  });
});

describe('given arguments that are wrong', () => {
  const create = ['create', '--source', 'generic', ...checkout];
  test.concurrent.each([
    [['create', ...checkout], '--source is missing: one of events'],
    [['create', '--source', 'pager', ...checkout], '--source pager: one of events'],
    [['create', '--source', 'events', '--environment', 'production'], '--service is missing'],
    [['create', '--source', 'events', '--service', 'a\nb', '--environment', 'production'], '--service is refused'],
    [['create', '--source', 'events', '--service', 'a'], '--environment is missing'],
    [[...create, '--role', 'boss'], '--role boss: one of @pm'],
    [[...create, '--rules', 'nowhere.json'], '--rules nowhere.json cannot be read'],
    [[...create, '--hmac'], '--hmac goes with --source grafana'],
    [[...create, '--secret', '-'], '--secret goes with what signs'],
    [[...create, '--topic', 'arn:aws:sns:eu-west-1:123456789012:alarms'], '--topic goes with --source cloudwatch'],
    [['create', '--source', 'cloudwatch', ...checkout, '--topic', 'alarms'], '--topic alarms is no ARN'],
    [['create', '--source', 'pagerduty', ...checkout, '--secret', 'whsec_in_a_shell'], '--secret takes -'],
    [['create', '--source', 'pagerduty', ...checkout, '--secret', '-'], 'standard input holds no secret'],
    [['rotate'], 'which integration?'],
    [['rotate', 'abcd1234'], 'there is no integration abcd1234'],
    [['revoke', 'checkout-1'], 'no id of an integration'],
    [['revoke', 'one', 'two'], 'two is one argument too many'],
    [['list', 'all'], 'all is one argument too many'],
    [['destroy'], 'destroy: create, list, rotate, revoke or test'],
    [[], 'a command is missing'],
    [['list', '--everything'], "Unknown option '--everything'"],
    [['list', '--region', 'eu-west-1'], 'one or the other'],
  ])('when they are %j, then one line says so, and nothing is written', async (args, expected) => {
    const { status, out, err } = await onStack(args, 'two words');
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toMatch(/^integration: [^\n]*\n$/);
    expect(err).toContain(expected);
    expect(err).not.toContain('whsec_in_a_shell');
  });

  test('when rules are wrong, then every fault is named at its place, and nothing is written', async () => {
    const before = await listIntegrations<Integration>(table);
    const rules = [{ to: 'page' }, { to: 'hotfix', severity: [], colour: 'red' }, { to: 'bugfix', role: '@system' }];
    writeFileSync(join(directory, 'wrong.json'), JSON.stringify(rules));
    const { status, err } = await onStack([...create, '--rules', 'wrong.json']);
    expect(status).toBe(1);
    for (const fault of ['0.to:', '1.severity:', '"colour"', '2.role:']) expect(err).toContain(fault);
    writeFileSync(join(directory, 'broken.json'), '[');
    expect((await onStack([...create, '--rules', 'broken.json'])).err).toContain('are no JSON');
    expect(await listIntegrations<Integration>(table)).toEqual(before);
  });
});

describe('given a stack in an account', () => {
  const env = () => ({ ...engineEnvironment(), AWS_ENDPOINT_URL_SSM: parameters.endpoint });

  test('when its table, parameters and address are named, then they are used', async () => {
    const flags = ['--table', table.name, '--parameters', '/small/integrations', '--url', 'https://api.example.com/'];
    const made = await integration(['create', '--source', 'pagerduty', ...checkout, ...flags], { env: env() });
    const [id = ''] = made.err.split(' ');
    expect(made.err).toContain(`https://api.example.com/pager/pagerduty?integration=${id}\n`);
    expect(await secretsOf(id)).toMatchObject([{ secret: made.out.trim() }]);
  });

  test('when the address is not named, then it is said where it stands, and a test asks for it', async () => {
    const made = await integration(['create', '--source', 'events', ...checkout, '--table', table.name], {
      env: env(),
    });
    expect(made.err).toContain('<ApiUrl>/v2/enqueue');
    const [id = ''] = made.err.split(' ');
    const { err } = await integration(['test', id, '--table', table.name], { env: env() });
    expect(err).toBe('integration: --url is missing: the output ApiUrl of the stack\n');
  });
});

test('given no local stack, when integrations are asked for, then one line says how to get one', async () => {
  const { status, err } = await integration(['list']);
  expect({ status, err }).toEqual({
    status: 1,
    err: 'integration: there is no stack.json in .local: run npm start first, or name a table in an account with --table\n',
  });
});

test('when help is asked for, then it is given and nothing else is done', async () => {
  const { status, out } = await integration(['--help']);
  expect(status).toBe(0);
  expect(out).toContain('npm run integration -- create --source alertmanager');
});
