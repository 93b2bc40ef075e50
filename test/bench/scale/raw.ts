import { randomUUID } from 'node:crypto';
import { BatchGetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../../lib/store/client.ts';
import { createdKey, inboxKey, statusKey } from '../../../lib/store/keys.ts';

/**
 * The least that a step could ask of this table, by hand: one read, and one write of three items that stand in the same
 * indexes. They lie in partitions that nobody reads.
 */
export const rawStep = async ({ client, name }: Table): Promise<void> => {
  const id = randomUUID();
  const now = new Date().toISOString();
  const pk = `RAW#${id}`;
  const items = [
    { pk, sk: 'ATP', shard: createdKey(9), statusShard: statusKey('Raw', 9), createdOrder: `${now}#${id}` },
    { pk, sk: 'MESSAGE', inbox: inboxKey('@raw', 9), urgency: `1#0#${id}` },
    { pk, sk: 'EVENT', at: now },
  ];
  await client.send(
    new BatchGetCommand({ RequestItems: { [name]: { Keys: [{ pk, sk: 'ATP' }], ConsistentRead: true } } }),
  );
  await client.send(
    new TransactWriteCommand({ TransactItems: items.map((Item) => ({ Put: { TableName: name, Item } })) }),
  );
};
