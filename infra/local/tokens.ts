import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { CallerRole } from '../../lib/model.ts';
import { principalOf, type TokenItem, tokenHash } from '../../lib/principal.ts';
import { keys } from '../../lib/store/keys.ts';
import { readItems } from '../../lib/store/read.ts';
import { createToken } from '../../lib/store/tokens.ts';

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

/** A token for every principal: the one of an earlier run where it still holds, a new one otherwise. */
export const ensureTokens = async (
  client: DynamoDBDocumentClient,
  table: string,
  earlier: Record<string, string>,
): Promise<Record<string, string>> => {
  const hashes = Object.entries(earlier).flatMap(([label, token]) => {
    const sha256 = tokenHash(token);
    return sha256 ? [{ label, key: keys.token(sha256) }] : [];
  });
  const items = await readItems(
    { client, name: table },
    hashes.map(({ key }) => key),
  );
  const holds = (label: string): boolean => {
    const key = hashes.find((hash) => hash.label === label)?.key;
    return key !== undefined && principalOf(items.get(key) as TokenItem | undefined, Date.now()) !== undefined;
  };
  const tokens: Record<string, string> = {};
  for (const { label, role, name } of principals) {
    const kept = holds(label) ? earlier[label] : undefined;
    tokens[label] = kept ?? (await createToken(client, table, { role, name, days: DAYS })).token;
  }
  return tokens;
};
