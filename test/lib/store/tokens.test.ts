import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import { principalOf, type TokenItem, tokenHash } from '../../../lib/principal.ts';
import type { Table } from '../../../lib/store/client.ts';
import { keys } from '../../../lib/store/keys.ts';
import { createToken, listTokens, MAX_TOKEN_DAYS, revokeToken } from '../../../lib/store/tokens.ts';
import { createTable } from '../../support/table.ts';

const DAY = 86_400_000;
const now = Date.parse('2026-03-01T12:00:00.000Z');
const dev = { role: '@dev', name: 'dev-2', days: 90 } as const;

let table: Table;
beforeAll(async () => {
  table = await createTable();
});

const create = (request: Parameters<typeof createToken>[2] = dev, at = now) =>
  createToken(table.client, table.name, request, at);
const revoke = (tokenId: string, at = now) => revokeToken(table.client, table.name, tokenId, at);
const list = () => listTokens(table.client, table.name);

/** What a call finds under its token. */
const lookUp = async (token: string): Promise<TokenItem | undefined> => {
  const Key = keys.token(tokenHash(token) ?? '');
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }));
  return Item as TokenItem | undefined;
};

describe('given a new token', () => {
  test('when a call looks it up, then it is its principal until the day of expiry', async () => {
    const { token } = await create();
    const item = await lookUp(token);
    expect(principalOf(item, now)).toEqual({ role: '@dev', name: 'dev-2' });
    expect(principalOf(item, now + 90 * DAY - 1)).toEqual({ role: '@dev', name: 'dev-2' });
    expect(principalOf(item, now + 90 * DAY)).toBeUndefined();
  });

  test('then the table holds its hash, and nowhere the token or its secret part', async () => {
    const { token, sha256, tokenId } = await create();
    const written = [await lookUp(token), (await list()).find((entry) => entry.tokenId === tokenId)];
    const secret = token.split('_')[2] ?? '';
    expect(written[1]).toMatchObject({ tokenId, sha256, role: '@dev', name: 'dev-2' });
    expect(JSON.stringify(written)).not.toContain(secret.slice(0, 64));
  });

  test('then it is listed for thirty days more than it is good for', async () => {
    const { token } = await create({ ...dev, days: 10 });
    expect((await lookUp(token))?.ttl).toBe((now + 40 * DAY) / 1000);
  });

  test('with the role and name of another, then both are the same principal, and each is revoked alone', async () => {
    const [old, replacement] = [await create(), await create()];
    await revoke(old.tokenId);
    expect(principalOf(await lookUp(old.token), now)).toBeUndefined();
    expect(principalOf(await lookUp(replacement.token), now)).toEqual({ role: '@dev', name: 'dev-2' });
  });
});

test.each(['', 'Dev', '-dev', '.dev', 'dev 2', 'dev/2', 'dev#2', 'dév', 'd'.repeat(64), 'dev\n'])(
  'given the name %j, when a token is asked for, then it is refused and nothing is written',
  async (name) => {
    const before = await list();
    await expect(create({ ...dev, name })).rejects.toThrow(/^the name .* is refused/);
    expect(await list()).toEqual(before);
  },
);

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, MAX_TOKEN_DAYS + 1])(
  'given %d days, when a token is asked for, then it is refused',
  async (days) => {
    await expect(create({ ...dev, days })).rejects.toThrow(`${days} days are refused`);
  },
);

test('given names at the limits, when tokens are asked for, then they are made', async () => {
  for (const name of ['0', 'a.b_c-d', 'd'.repeat(63)]) expect(await create({ ...dev, name })).toMatchObject({ name });
});

describe('given tokens of several roles', () => {
  test('when they are listed, then the oldest is first, and none tells its token', async () => {
    const own = await createTable();
    const make = (role: '@pm' | '@qa', at: number) =>
      createToken(own.client, own.name, { role, name: `${role.slice(1)}-1`, days: 1 }, at);
    const younger = await make('@qa', now + 1);
    const older = await make('@pm', now);
    const listed = await listTokens(own.client, own.name);
    expect(listed.map(({ tokenId }) => tokenId)).toEqual([older.tokenId, younger.tokenId]);
    expect(listed.every((entry) => !('token' in entry) && !('pk' in entry))).toBe(true);
  });

  test('when there are more than a page of a query holds, then all are listed', async () => {
    const own = await createTable();
    // 1 MiB ends a page: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
    const padding = 'x'.repeat(300_000);
    for (let index = 0; index < 5; index++) {
      const entry = { tokenId: `tok_${index}`, createdAt: new Date(now + index).toISOString(), padding };
      await own.client.send(
        new PutCommand({ TableName: own.name, Item: { ...keys.tokenEntry(entry.tokenId), ...entry } }),
      );
    }
    expect(await listTokens(own.client, own.name)).toHaveLength(5);
  });
});

describe('given a revocation', () => {
  test('then the token is nobody from that moment, and the list says since when', async () => {
    const { token, tokenId } = await create();
    const revoked = await revoke(tokenId, now + DAY);
    expect(revoked).toMatchObject({ tokenId, name: 'dev-2', revokedAt: '2026-03-02T12:00:00.000Z' });
    expect(principalOf(await lookUp(token), now + DAY)).toBeUndefined();
    expect((await list()).find((entry) => entry.tokenId === tokenId)?.revokedAt).toBe(revoked.revokedAt);
  });

  test('when it is repeated, then the time of the first stands', async () => {
    const { tokenId } = await create();
    const first = await revoke(tokenId, now);
    expect(await revoke(tokenId, now + DAY)).toEqual(first);
  });

  test('when several arrive at once, then the token is revoked once', async () => {
    const { token, tokenId } = await create();
    await Promise.all([1, 2, 3].map((hours) => revoke(tokenId, now + hours)));
    const entry = (await list()).find((each) => each.tokenId === tokenId);
    expect(entry?.revokedAt).toBe((await lookUp(token))?.revokedAt);
  });

  test.each(['tok_000000000000', 'dev-2', '@dev'])('of %s, which names no token, then it says so', async (tokenId) => {
    await expect(revoke(tokenId)).rejects.toThrow(`there is no token ${tokenId}: list shows those there are`);
  });

  test('of a token whose item TTL has deleted before its entry, then it says that there is none', async () => {
    const { sha256, tokenId } = await create();
    await table.client.send(new DeleteCommand({ TableName: table.name, Key: keys.token(sha256) }));
    await expect(revoke(tokenId)).rejects.toThrow(`there is no token ${tokenId}`);
  });
});
