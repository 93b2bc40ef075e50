/** Which notices are mailed by themselves, and when: the table says so to all notifiers together. */

import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { TopicName } from '../notify/outgoing.ts';
import type { Table } from '../store/client.ts';
import { type Key, keys } from '../store/keys.ts';

/** Of an incident; those after them come in a digest. */
const MAILED_AT_ONCE = 2;
/** Then an ATP that is still told of has two more by themselves. */
const REMEMBERED_MS = 7 * 24 * 60 * 60 * 1_000;

type Change = Omit<UpdateCommandInput, 'TableName' | 'Key'> & { Key: Key };
type Changed = { made: boolean /** As it was before. */; item: { [name: string]: unknown } };

const change = async ({ client, name: TableName }: Table, expressions: Change): Promise<Changed> => {
  try {
    const { Attributes = {} } = await client.send(
      new UpdateCommand({
        TableName,
        ReturnValues: 'ALL_OLD',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        ...expressions,
      }),
    );
    return { made: true, item: Attributes };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { made: false, item: error.Item ? unmarshall(error.Item) : {} };
  }
};

/** Whether a message is one of the first of its ATP. The same answer however often it is asked. */
export const isMailedAtOnce = async (
  table: Table,
  { atpId, messageId }: { atpId: string; messageId: string },
  now: number,
): Promise<boolean> => {
  const { made, item } = await change(table, {
    Key: keys.mailed(atpId),
    UpdateExpression: 'SET mailed = list_append(if_not_exists(mailed, :none), :one), #ttl = :ttl',
    ConditionExpression: '(attribute_not_exists(mailed) OR size(mailed) < :most) AND NOT contains(mailed, :id)',
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: {
      ':none': [],
      ':one': [messageId],
      ':id': messageId,
      ':most': MAILED_AT_ONCE,
      ':ttl': Math.floor((now + REMEMBERED_MS) / 1_000),
    },
  });
  return made || (Array.isArray(item.mailed) && item.mailed.includes(messageId));
};

/**
 * More than 10 emails a second suspend an email subscription until it is confirmed anew (Amazon SNS developer guide,
 * "Email notifications"). These are 8.
 */
const TURN_MS = 125;
/** Whoever would have to wait for longer is as soon in a digest. */
export const LONGEST_WAIT_MS = 10_000;
const ATTEMPTS = 10;

/**
 * Takes a turn to mail to the topic: in how many milliseconds from `now` it is. Undefined where too many are before it,
 * and no turn was taken.
 */
export const takeTurn = async (table: Table, topic: TopicName, now: number): Promise<number | undefined> => {
  const Key = keys.digest(topic);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const free = await change(table, {
      Key,
      UpdateExpression: 'SET mailsUntil = :next',
      ConditionExpression: 'attribute_not_exists(mailsUntil) OR mailsUntil <= :now',
      ExpressionAttributeValues: { ':next': now + TURN_MS, ':now': now },
    });
    if (free.made) return 0;
    if (Number(free.item.mailsUntil) > now + LONGEST_WAIT_MS) return undefined;
    const behind = await change(table, {
      Key,
      UpdateExpression: 'SET mailsUntil = mailsUntil + :turn',
      ConditionExpression: 'mailsUntil BETWEEN :now AND :latest',
      ExpressionAttributeValues: { ':turn': TURN_MS, ':now': now, ':latest': now + LONGEST_WAIT_MS },
    });
    if (behind.made) return Number(behind.item.mailsUntil) - now;
  }
  return undefined;
};

/** One less than the limit, which is left to a digest. */
const PLACES_IN_A_SECOND = 9;
const A_SECOND_MS = 1_000;

/**
 * Takes a place among the mails of the last second, for one that goes now. Turns alone do not keep the limit: what waits
 * for its turn comes up to a second after it, or later where a queue or a function was slow. False where none is free.
 */
export const takePlace = async (table: Table, topic: TopicName, now: number): Promise<boolean> => {
  const Key = keys.digest(topic);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const later = await change(table, {
      Key,
      // An index beyond the end appends, and all indexes are those before the update: the list keeps its length.
      UpdateExpression: `SET lastMails[${PLACES_IN_A_SECOND}] = :now REMOVE lastMails[0]`,
      ConditionExpression: 'lastMails[0] <= :aSecondAgo',
      ExpressionAttributeValues: { ':now': now, ':aSecondAgo': now - A_SECOND_MS },
    });
    if (later.made) return true;
    if (later.item.lastMails) return false;
    const first = await change(table, {
      Key,
      UpdateExpression: 'SET lastMails = :only',
      ConditionExpression: 'attribute_not_exists(lastMails)',
      ExpressionAttributeValues: { ':only': [...Array(PLACES_IN_A_SECOND - 1).fill(0), now] },
    });
    if (first.made) return true;
  }
  return false;
};

/** Longer than the function that holds the turn may run (infra/timers.ts). */
const HELD_MS = 30_000;

/**
 * Takes the turn to send a digest to the topic: there is one in each interval, and none while another is still on its
 * way, whose notices would be gathered twice. Answers how many milliseconds there are to wait, and then no turn was
 * taken; 0 where it was, and is to be given back.
 */
export const takeDigestTurn = async (
  table: Table,
  topic: TopicName,
  now: number,
  intervalMs: number,
): Promise<number> => {
  const { made, item } = await change(table, {
    Key: keys.digest(topic),
    UpdateExpression: 'SET digestAt = :now, heldUntil = :until',
    ConditionExpression:
      '(attribute_not_exists(digestAt) OR digestAt <= :before) AND (attribute_not_exists(heldUntil) OR heldUntil <= :now)',
    ExpressionAttributeValues: { ':now': now, ':until': now + HELD_MS, ':before': now - intervalMs },
  });
  if (made) return 0;
  const waitMs = Number(item.digestAt) + intervalMs - now;
  return waitMs > 0 ? waitMs : intervalMs;
};

/** Gives back the turn that was taken at `takenAt`. */
export const giveDigestTurnBack = async (table: Table, topic: TopicName, takenAt: number): Promise<void> => {
  await change(table, {
    Key: keys.digest(topic),
    UpdateExpression: 'REMOVE heldUntil',
    ConditionExpression: 'digestAt = :at',
    ExpressionAttributeValues: { ':at': takenAt },
  });
};
