import { readFileSync } from 'node:fs';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { CallerRole } from '../../lib/model.ts';
import { principalOf, type TokenItem, tokenHash } from '../../lib/principal.ts';
import { keys } from '../../lib/store/keys.ts';
import { readItems } from '../../lib/store/read.ts';
import { createToken } from '../../lib/store/tokens.ts';
import { writePrivately } from './private-file.ts';

/** The principals of a local stack, by their names in `stack.json`. */
const principals: readonly { label: string; role: CallerRole; name: string }[] = [
  { label: '@pm', role: '@pm', name: 'pm-1' },
  { label: '@dev', role: '@dev', name: 'dev-1' },
  { label: '@operator', role: '@operator', name: 'operator-1' },
  { label: '@qa', role: '@qa', name: 'qa-1' },
  { label: '@sre', role: '@sre', name: 'sre-1' },
  { label: 'dev-2', role: '@dev', name: 'dev-2' },
];
const DAYS = 365;

export type Tokens = Record<string, string>;

const tokensFile = z.record(z.string(), z.string());

const readTokens = (path: string): Tokens => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return {};
  }
  try {
    return tokensFile.parse(JSON.parse(text));
  } catch {
    throw new Error(`${path} is broken: delete it, and new tokens are made`);
  }
};

/** A token for every principal: the one of an earlier run where it still holds, a new one otherwise. */
export const ensureTokens = async (client: DynamoDBDocumentClient, table: string, path: string): Promise<Tokens> => {
  const earlier = readTokens(path);
  const held = await holding(client, table, earlier);
  const tokens: Tokens = {};
  for (const { label, role, name } of principals) {
    const kept = held.has(label) ? earlier[label] : undefined;
    tokens[label] = kept ?? (await createToken(client, table, { role, name, days: DAYS })).token;
  }
  writePrivately(path, tokens);
  return tokens;
};

/** Which of the tokens the table knows and has not revoked. */
const holding = async (client: DynamoDBDocumentClient, name: string, tokens: Tokens): Promise<Set<string>> => {
  const hashes = Object.entries(tokens).flatMap(([label, token]) => {
    const sha256 = tokenHash(token);
    return sha256 ? [{ label, key: keys.token(sha256) }] : [];
  });
  const items = await readItems(
    { client, name },
    hashes.map(({ key }) => key),
  );
  const holds = hashes.filter(({ key }) => principalOf(items.get(key) as TokenItem | undefined, Date.now()));
  return new Set(holds.map(({ label }) => label));
};
