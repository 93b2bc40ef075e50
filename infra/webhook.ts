/** `npm run webhook`: the endpoints outside that are told what happened. */

import { parseArgs } from 'node:util';
import { listWebhooks, type Webhook } from '../lib/store/webhooks.ts';
import { overlapEnd } from './integration/change.ts';
import { create, find, type Made, revoke, rotate, tryEndpoint } from './webhook/change.ts';
import { HELP } from './webhook/help.ts';
import { type Where, whereOf } from './webhook/where.ts';

const string = { type: 'string' } as const;
const read = () =>
  parseArgs({
    allowPositionals: true,
    options: {
      data: string,
      table: string,
      region: string,
      parameters: string,
      url: string,
      events: string,
      overlap: { type: 'string', default: '24' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
type Values = ReturnType<typeof read>['values'];

const show = (line: string, { secret }: Made): void => {
  console.error(line);
  console.error('It is known everywhere after a minute. The secret to verify with is shown only once, here:');
  // Alone on standard output, so that it can be piped to where secrets are kept.
  console.log(secret);
};

const stateOf = ({ revokedAt, revokedBecause }: Webhook): string =>
  revokedAt ? `revoked ${revokedAt}, since ${revokedBecause}` : 'in use';

const list = async ({ table }: Where): Promise<void> => {
  const all = await listWebhooks(table);
  if (all.length === 0) console.error('There are no webhooks. npm run webhook -- create makes one.');
  for (const each of all)
    console.log(
      `${each.webhookId}  ${each.url}  ${each.events.join(',')}  created ${each.createdAt}  ${stateOf(each)}`,
    );
};

const test = async (where: Where, webhook: Webhook): Promise<void> => {
  const status = await tryEndpoint(where, webhook);
  const isTaken = status >= 200 && status < 300;
  console.log(`${webhook.url} answered ${status}: ${isTaken ? 'taken' : 'not taken, a delivery would come again'}`);
  if (!isTaken) process.exitCode = 1;
};

const change = async (command: string, where: Where, webhook: Webhook, { overlap }: Values): Promise<void> => {
  const { webhookId } = webhook;
  if (command === 'test') return test(where, webhook);
  if (command === 'revoke') {
    await revoke(where, webhook);
    return console.log(`${webhookId} is revoked; after a minute nothing is sent to it.`);
  }
  const at = overlapEnd(overlap, Date.now());
  show(`${webhookId} has a new secret; those before it sign too until ${at}.`, await rotate(where, webhook, at));
};

const run = async (): Promise<void> => {
  const { values, positionals } = read();
  const [command = '', subject, ...more] = positionals;
  if (values.help) return console.log(HELP);
  const takesSubject = ['rotate', 'revoke', 'test'].includes(command);
  if (more.length > 0 || (subject && !takesSubject)) throw new Error(`${more[0] ?? subject} is one argument too many`);
  if (takesSubject && !subject) throw new Error(`which webhook? ${command} takes the id that list shows`);
  if (!takesSubject && command !== 'create' && command !== 'list')
    throw new Error(`${command || 'a command is missing'}: create, list, rotate, revoke or test; --help explains them`);
  const where = whereOf(values);
  if (subject) return change(command, where, await find(where, subject), values);
  if (command === 'list') return list(where);
  const { url, events } = values;
  const made = await create(where, { ...(url && { url }), ...(events !== undefined && { events }) });
  show(`${made.webhook.webhookId} sends ${made.webhook.events.join(', ')} to ${made.webhook.url}.`, made);
};

/** One line that a person can act on; the SDK's own words where they are good enough. */
const explained = (error: Error & { code?: string }): string => {
  const { code, name, message } = error;
  if (code === 'ECONNREFUSED') return 'nothing answers there: is the stack, or the receiver, running?';
  if (name === 'ResourceNotFoundException') return 'there is no such table in this account and region';
  if (name === 'CredentialsProviderError') return `no AWS credentials: ${message}`;
  if (message === 'Region is missing') return 'which region? --region or AWS_REGION names it';
  return message.split(/\n|\. /, 1)[0] || name;
};

await run().catch((error: unknown) => {
  console.error(`webhook: ${explained(error instanceof Error ? error : new Error(String(error)))}`);
  process.exitCode = 1;
});
