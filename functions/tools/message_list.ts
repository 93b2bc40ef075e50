import * as z from 'zod/mini';
import { knownAtp } from '../../lib/flow/permit.ts';
import { readingTool, serveResource } from '../../lib/reading-tool.ts';
import { atpId, cursor, limit } from '../../lib/schema.ts';
import { atpOf, emergenciesOf, messageOf } from '../../lib/store/items.ts';
import { atpKeys, inboxKey, keys, shards } from '../../lib/store/keys.ts';
import { listItems } from '../../lib/store/query.ts';
import { messageView } from '../../lib/view.ts';

/** Sort keys of directives that wait for acknowledgement begin so: see `urgency`. */
const WAITING = '0#';

export const tool = readingTool({
  name: 'message_list',
  title: 'List messages',
  description:
    'Without atpId the inbox of your role, with atpId the messages of that ATP. Directives that wait for acknowledgement stand first (open true lists only these), then by priority, then oldest first; those of an open emergency stand before all, and waitsFor names the emergencies that another directive has to wait for.',
  input: z.strictObject({
    atpId: z.optional(atpId()),
    open: z.optional(z.boolean()),
    limit: limit(),
    cursor: z.optional(cursor()),
  }),
  reads: ({ atpId }) => [...atpKeys(atpId), keys.emergencies],
  answer: async ({ atpId, open, limit, cursor }, { table, items, principal }) => {
    const emergencies = emergenciesOf(items.get(keys.emergencies));
    if (atpId) knownAtp({ atp: () => atpOf(items.get(keys.atp(atpId))) }, atpId);
    const page = await listItems(
      table,
      {
        ...(atpId
          ? { index: 'thread', partitions: [keys.atp(atpId).pk] }
          : { index: 'inbox', partitions: shards.map((shard) => inboxKey(principal.role, shard)) }),
        ...(open && { prefix: WAITING }),
        question: `messages ${atpId ?? principal.role} ${open ?? false}`,
      },
      { limit, cursor, keep: (item) => !open || String(item.urgency).startsWith(WAITING) },
    );
    return {
      messages: page.items.flatMap((item) => messageOf(item) ?? []).map((message) => messageView(message, emergencies)),
      ...(page.cursor && { cursor: page.cursor }),
    };
  },
});

export const handler = serveResource(tool, 'atpId');
