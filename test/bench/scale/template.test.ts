import { marshall } from '@aws-sdk/util-dynamodb';
import { expect, test } from 'vitest';
import { messageIdOf, ulidTime } from '../../../lib/ids.ts';
import type { Message, Principal } from '../../../lib/model.ts';
import { itemOf } from '../../../lib/store/items.ts';
import { shardOf } from '../../../lib/store/keys.ts';
import { templateOf } from './template.ts';

const DAY = 86_400_000;
const sentBy: Principal = { role: '@pm', name: 'pm-1' };

const itemFor = (atpId: string, at: number) => {
  const ulid = `${ulidTime(at)}K3Q0S4N7V2W9Y1ZB`;
  const message: Message = {
    messageId: messageIdOf({ atpId, ulid }),
    atpId,
    fromAgent: '@pm',
    toAgent: '@dev',
    messageType: 'Directive',
    priority: 'P0-Critical',
    subject: `Fix ${atpId}`,
    body: 'It answers 500.',
    requiresAck: true,
    sentAt: new Date(at).toISOString(),
    sentBy,
    urgency: `0#10#${ulid}`,
  };
  return itemOf({ kind: 'message', value: message });
};

test('given an item that the product made, when it is filled in for another ATP and a later time, then it is what the product makes for that', () => {
  const at = Date.parse('2026-11-23T21:43:09.581Z');
  const [given, other] = ['AT-2041', 'AT-OTHER-7'];
  expect(shardOf(given)).not.toBe(shardOf(other));
  const filled = templateOf(itemFor(given, at), [given])([other], DAY);
  expect(JSON.parse(filled)).toEqual({ Item: marshall(itemFor(other, at + DAY)) });
});
