/** Tokens in the table: made, listed and revoked by whoever runs the service. Callers' own look-ups are part of the call's one read. */

import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, paginateQuery, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { CallerRole } from '../model.ts';
import { mintToken, principalNamePattern, type TokenItem } from '../principal.ts';
import { keys } from './keys.ts';

/** The directory entry of a token. It is found by `tokenId`, and leads to the item that opens doors. */
export type TokenEntry = TokenItem & { sha256: string };
/** A new token. `token` exists nowhere else: it is shown once or lost. */
export type CreatedToken = TokenEntry & { token: string };
export type TokenRequest = { role: CallerRole; name: string; days: number };

const DAY = 86_400_000;
/** Longest life of a token; a credential nobody has renewed in ten years belongs to nobody. */
export const MAX_TOKEN_DAYS = 3_650;
/** An expired token stays listed this long, so that "it worked last week" can be explained. */
const DAYS_LISTED_AFTER_EXPIRY = 30;

const checked = ({ role, name, days }: TokenRequest): TokenRequest => {
  if (!principalNamePattern.test(name))
    throw new Error(
      `the name ${JSON.stringify(name)} is refused: 1 to 63 of a-z, 0-9, dot, dash and underscore, starting with a letter or digit`,
    );
  if (!Number.isInteger(days) || days < 1 || days > MAX_TOKEN_DAYS)
    throw new Error(`${days} days are refused: a whole number from 1 to ${MAX_TOKEN_DAYS}`);
  return { role, name, days };
};

/**
 * Mints a token and writes its item and its directory entry in one transaction. Several tokens may have the same role
 * and name: they are one principal, so that a token can be replaced before the old one is revoked.
 */
export const createToken = async (
  client: DynamoDBDocumentClient,
  table: string,
  request: TokenRequest,
  now = Date.now(),
): Promise<CreatedToken> => {
  const { role, name, days } = checked(request);
  const { token, sha256, tokenId } = mintToken(role);
  const expires = now + days * DAY;
  const item: TokenItem = {
    role,
    name,
    tokenId,
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(expires).toISOString(),
    ttl: Math.ceil((expires + DAYS_LISTED_AFTER_EXPIRY * DAY) / 1_000),
  };
  const put = (Item: Record<string, unknown>) => ({
    Put: { TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' },
  });
  await client.send(
    new TransactWriteCommand({
      TransactItems: [put({ ...keys.token(sha256), ...item }), put({ ...keys.tokenEntry(tokenId), ...item, sha256 })],
    }),
  );
  return { ...item, sha256, token };
};

const entryOf = ({ pk, sk, ...entry }: Record<string, unknown>): TokenEntry => entry as TokenEntry;

/** Every token that is not long expired, oldest first. */
export const listTokens = async (client: DynamoDBDocumentClient, table: string): Promise<TokenEntry[]> => {
  const pages = paginateQuery(
    { client },
    {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': keys.tokenEntry('').pk },
    },
  );
  const entries: TokenEntry[] = [];
  for await (const { Items = [] } of pages) entries.push(...Items.map(entryOf));
  return entries.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
};

const isConditionFailed = ({ Code }: { Code?: string | undefined }): boolean => Code === 'ConditionalCheckFailed';
const unknown = (tokenId: string): Error => new Error(`there is no token ${tokenId}: list shows those there are`);

/**
 * Revokes a token; the very next call with it is refused. A second revocation changes nothing and answers with the
 * time of the first. An unknown id is an error.
 */
export const revokeToken = async (
  client: DynamoDBDocumentClient,
  table: string,
  tokenId: string,
  now = Date.now(),
): Promise<TokenEntry & { revokedAt: string }> => {
  const entryKey = keys.tokenEntry(tokenId);
  const { Item } = await client.send(new GetCommand({ TableName: table, Key: entryKey, ConsistentRead: true }));
  if (!Item) throw unknown(tokenId);
  const entry = entryOf(Item);
  if (entry.revokedAt) return { ...entry, revokedAt: entry.revokedAt };
  const revokedAt = new Date(now).toISOString();
  const update = (Key: Record<string, string>) => ({
    Update: {
      TableName: table,
      Key,
      UpdateExpression: 'SET revokedAt = if_not_exists(revokedAt, :now)',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':now': revokedAt },
    },
  });
  const both = new TransactWriteCommand({ TransactItems: [update(keys.token(entry.sha256)), update(entryKey)] });
  await client.send(both).catch((error: unknown) => {
    // Long expired: TTL has deleted one of the two items, or both, since the read.
    const gone = error instanceof TransactionCanceledException && error.CancellationReasons?.some(isConditionFailed);
    throw gone ? unknown(tokenId) : error;
  });
  return { ...entry, revokedAt };
};
