/** `npm run token`: creates, lists and revokes the credentials of agents, on the local stack or in an account. */

import { parseArgs } from 'node:util';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { callerRoles } from '../lib/model.ts';
import { tokenHash, tokenIdOf } from '../lib/principal.ts';
import { createToken, listTokens, revokeToken, type TokenEntry } from '../lib/store/tokens.ts';
import { localAws } from './local/aws.ts';
import { readStackFile } from './local/stack-file.ts';
import { roleOf } from './role-flag.ts';

const HELP = `Credentials of the agents that call the service.

  npm run token -- create --role @dev --name dev-2 [--days 90]
  npm run token -- list
  npm run token -- revoke <tokenId>

Which table
  (nothing)         the local stack that npm start runs, from .local/stack.json
  --data DIR        a local stack with another data directory
  --table NAME      a table in an AWS account, with the usual credentials (AWS_PROFILE, SSO, ...)
  --region REGION   its region, unless AWS_REGION or the profile names it

Creating
  --role ROLE       ${callerRoles.join(' ')}; the @ and the case do not matter
  --name NAME       the principal: several may share a role; the same role and name is the same principal
  --days N          days until the token expires (default 90)
`;

type Values = ReturnType<typeof read>['values'];
type Table = { client: DynamoDBDocumentClient; name: string };

const read = () =>
  parseArgs({
    allowPositionals: true,
    options: {
      role: { type: 'string' },
      name: { type: 'string' },
      days: { type: 'string', default: '90' },
      data: { type: 'string' },
      table: { type: 'string' },
      region: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });

const tableOf = ({ data = '.local', table, region }: Values): Table => {
  const open = (name: string, config: DynamoDBClientConfig): Table => ({
    client: DynamoDBDocumentClient.from(new DynamoDBClient(config)),
    name,
  });
  if (table) return open(table, region ? { region } : {});
  const stack = readStackFile(data);
  if (!stack)
    throw new Error(
      `there is no stack.json in ${data}: run npm start first, or name a table in an account with --table`,
    );
  return open(stack.dynamodb.table, { ...localAws, endpoint: stack.dynamodb.endpoint });
};

/** Digits alone: `Number` would take `0x10`. What they may come to is for `createToken` to say. */
const daysIn = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--days ${text}: a whole number of days`);
  return Number(text);
};

const create = async (values: Values): Promise<void> => {
  const role = roleOf(values.role);
  if (!values.name) throw new Error('--name is missing: who holds the token, dev-2 for instance');
  const { client, name: table } = tableOf(values);
  const made = await createToken(client, table, { role, name: values.name, days: daysIn(values.days) });
  console.error(`${made.tokenId} for ${role} ${made.name}, until ${made.expiresAt}.`);
  console.error('The token is shown only once, here; the service keeps no copy:');
  // Alone on standard output, so that it can be piped to where secrets are kept.
  console.log(made.token);
};

const stateOf = ({ revokedAt, expiresAt }: TokenEntry): string =>
  revokedAt ? `revoked ${revokedAt}` : `${Date.parse(expiresAt) > Date.now() ? 'expires' : 'expired'} ${expiresAt}`;

const list = async (values: Values): Promise<void> => {
  const { client, name } = tableOf(values);
  const entries = await listTokens(client, name);
  if (entries.length === 0) console.error('There are no tokens. npm run token -- create makes one.');
  const width = Math.max(...entries.map((entry) => entry.name.length));
  for (const entry of entries)
    console.log(
      `${entry.tokenId}  ${entry.role.padEnd(9)}  ${entry.name.padEnd(width)}  created ${entry.createdAt}  ${stateOf(entry)}`,
    );
};

const revoke = async (values: Values, subject: string | undefined): Promise<void> => {
  if (!subject) throw new Error('which token? revoke takes the id that list shows, tok_...');
  // A leaked token may be all that is left of it.
  const hash = tokenHash(subject);
  const { client, name } = tableOf(values);
  const entry = await revokeToken(client, name, hash ? tokenIdOf(hash) : subject);
  console.log(
    `${entry.tokenId} (${entry.role} ${entry.name}) is revoked since ${entry.revokedAt}; calls with it are refused.`,
  );
};

const run = async (): Promise<void> => {
  const { values, positionals } = read();
  const [command, subject, ...more] = positionals;
  if (values.help) return console.log(HELP);
  if (values.table ? values.data : values.region)
    throw new Error('--table and --region name a table in an account, --data a local stack: one or the other');
  if (more.length > 0 || (subject && command !== 'revoke'))
    throw new Error(`${more[0] ?? subject} is one argument too many`);
  if (command === 'create') return create(values);
  if (command === 'list') return list(values);
  if (command === 'revoke') return revoke(values, subject);
  throw new Error(`${command ?? 'a command is missing'}: create, list or revoke; --help explains them`);
};

/** One line that a person can act on; the SDK's own words where they are good enough. */
const explained = (error: Error & { code?: string }): string => {
  if (error.code === 'ECONNREFUSED') return 'the table does not answer: is the local stack running (npm start)?';
  if (error.name === 'ResourceNotFoundException') return 'there is no such table in this account and region';
  if (error.name === 'CredentialsProviderError') return `no AWS credentials: ${error.message}`;
  if (error.message === 'Region is missing') return 'which region? --region or AWS_REGION names it';
  return error.message.split(/\n|\. /, 1)[0] ?? error.name;
};

await run().catch((error: unknown) => {
  console.error(`token: ${explained(error instanceof Error ? error : new Error(String(error)))}`);
  process.exitCode = 1;
});
