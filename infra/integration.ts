/** `npm run integration`: the sources of pages, what lets them in, and where their pages lead. */

import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import type { Integration } from '../lib/pager/integration.ts';
import { listIntegrations } from '../lib/store/integrations.ts';
import { addressOf } from './integration/address.ts';
import { find, overlapEnd, revoke, rotate } from './integration/change.ts';
import { create, type GivenSecret, type Made } from './integration/create.ts';
import { kindOf } from './integration/credential.ts';
import { HELP } from './integration/help.ts';
import { tryDoor } from './integration/try.ts';
import { type Where, whereOf } from './integration/where.ts';

const string = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const read = () =>
  parseArgs({
    allowPositionals: true,
    options: {
      data: string,
      table: string,
      region: string,
      url: string,
      parameters: string,
      source: string,
      service: string,
      environment: string,
      role: string,
      rules: string,
      drill: flag,
      hmac: flag,
      topic: { type: 'string', multiple: true },
      secret: string,
      overlap: { type: 'string', default: '24' },
      credential: string,
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
type Values = ReturnType<typeof read>['values'];

/** A secret stays out of the list of processes and the shell's history. */
const secretFrom = (given: string | undefined): GivenSecret | undefined => {
  if (given === undefined) return undefined;
  if (given !== '-') throw new Error('--secret takes -: the secret itself is read from standard input');
  return () => fromInput('secret');
};

const fromInput = async (what: string): Promise<string> => {
  const value = (await text(process.stdin)).trim();
  if (!/^[\x21-\x7E]{16,1000}$/.test(value))
    throw new Error(`standard input holds no ${what}: 16 to 1,000 printable characters without a blank`);
  return value;
};

const show = ({ url }: Where, { integration, credential }: Made): void => {
  console.error(`Send pages to   ${addressOf(url, integration)}`);
  if (integration.source === 'cloudwatch')
    console.error(
      'or subscribe the function to the topics: alarmTopics in the context, or the output AlarmFunctionArn.',
    );
  if (!credential) return;
  console.error('The credential is shown only once, here:');
  // Alone on standard output, so that it can be piped to where secrets are kept.
  console.log(credential);
};

const createOne = async (where: Where, values: Values): Promise<void> => {
  const made = await create(where, values, secretFrom(values.secret));
  const { integrationId, source, service, environment, drill } = made.integration;
  console.error(`${integrationId} for ${source}: ${service} in ${environment}${drill ? ', as an exercise' : ''}.`);
  show(where, made);
  if (source === 'pagerduty' && made.credential)
    console.error(
      `PagerDuty makes a secret of its own with the webhook: rotate ${integrationId} --secret - --overlap 0 takes it.`,
    );
};

const rotateOne = async (where: Where, values: Values, integration: Integration): Promise<void> => {
  const at = overlapEnd(values.overlap, Date.now());
  const made = await rotate(where, integration, at, secretFrom(values.secret));
  console.error(`${integration.integrationId} has a new credential; those before it end ${at}.`);
  if (kindOf(integration) === 'secret')
    console.error('It is known everywhere after a minute: have nothing signed with it before.');
  show(where, made);
};

const stateOf = ({ revokedAt, drill, rules }: Integration): string =>
  [revokedAt ? `revoked ${revokedAt}` : 'in use', ...(drill ? ['exercise'] : []), `${rules.length} rules`].join(', ');

const list = async ({ table }: Where): Promise<void> => {
  const all = await listIntegrations<Integration>(table);
  if (all.length === 0) console.error('There are no integrations. npm run integration -- create makes one.');
  const width = Math.max(...all.map(({ service, environment }) => `${service}/${environment}`.length));
  for (const each of all) {
    const about = `${each.service}/${each.environment}`.padEnd(width);
    console.log(
      `${each.integrationId}  ${each.source.padEnd(12)}  ${about}  ${each.role.padEnd(9)}  created ${each.createdAt}  ${stateOf(each)}`,
    );
  }
};

const revokeOne = async (where: Where, integration: Integration): Promise<void> => {
  const { integrationId, source, revokedAt } = await revoke(where, integration);
  console.log(`${integrationId} (${source}) is revoked since ${revokedAt}; its pages are refused.`);
};

const test = async (where: Where, { credential }: Values, integration: Integration): Promise<void> => {
  const given = credential === '-' ? await fromInput('credential') : credential;
  const isTaken = await tryDoor(where, integration, given, (line) => console.log(line));
  if (!isTaken) process.exitCode = 1;
};

const run = async (): Promise<void> => {
  const { values, positionals } = read();
  const [command, subject, ...more] = positionals;
  if (values.help) return console.log(HELP);
  const takesSubject = command === 'rotate' || command === 'revoke' || command === 'test';
  if (more.length > 0 || (subject && !takesSubject)) throw new Error(`${more[0] ?? subject} is one argument too many`);
  if (takesSubject && !subject) throw new Error(`which integration? ${command} takes the id that list shows`);
  if (!takesSubject && command !== 'create' && command !== 'list')
    throw new Error(`${command ?? 'a command is missing'}: create, list, rotate, revoke or test; --help explains them`);
  const where = whereOf(values);
  if (command === 'create') return createOne(where, values);
  if (command === 'list' || !subject) return list(where);
  const integration = await find(where, subject);
  if (command === 'rotate') return rotateOne(where, values, integration);
  return command === 'revoke' ? revokeOne(where, integration) : test(where, values, integration);
};

/** One line that a person can act on; the SDK's own words where they are good enough. */
const explained = (error: Error & { code?: string }): string => {
  const { code, name, message, cause } = error;
  if (code === 'ECONNREFUSED' || (cause as { code?: string } | undefined)?.code === 'ECONNREFUSED')
    return 'nothing answers there: is the local stack running (npm start)?';
  if (name === 'ResourceNotFoundException') return 'there is no such table in this account and region';
  if (name === 'CredentialsProviderError') return `no AWS credentials: ${message}`;
  if (message === 'Region is missing') return 'which region? --region or AWS_REGION names it';
  return message.split(/\n|\. /, 1)[0] ?? name;
};

await run().catch((error: unknown) => {
  console.error(`integration: ${explained(error instanceof Error ? error : new Error(String(error)))}`);
  process.exitCode = 1;
});
