import { setTimeout } from 'node:timers/promises';
import { ConditionalCheckFailedException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Table } from './client.ts';
import type { Key } from './keys.ts';

const ATTEMPTS = 6;
const BACKOFF_MS = 20;

/** `condition` left out: the item must exist. */
export type Mark = {
  update: string;
  condition?: string;
  values?: NonNullable<UpdateCommandInput['ExpressionAttributeValues']>;
};

/**
 * Marks one item, if its condition holds, and answers whether it did: outside any transaction. A subscriber that acknowledges at once may hold the
 * item in one just now: the SDK does not retry that.
 */
export const mark = async ({ client, name }: Table, { pk, sk }: Key, given: Mark): Promise<boolean> => {
  const command = new UpdateCommand({
    TableName: name,
    Key: { pk, sk },
    UpdateExpression: given.update,
    ConditionExpression: given.condition ?? 'attribute_exists(pk)',
    ...(given.values && { ExpressionAttributeValues: given.values }),
  });
  for (let attempt = 1; ; attempt++) {
    try {
      await client.send(command);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      if (!(error instanceof TransactionConflictException) || attempt === ATTEMPTS) throw error;
      await setTimeout(Math.random() * BACKOFF_MS * 2 ** attempt);
    }
  }
};
