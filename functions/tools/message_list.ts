import * as z from 'zod/mini';
import { messageListAnswer } from '../../lib/catalogue/answers.ts';
import type { Documentation } from '../../lib/catalogue/documentation.ts';
import { urgencyRuns } from '../../lib/flow/messages.ts';
import { knownAtp } from '../../lib/flow/permit.ts';
import { ulidTime } from '../../lib/ids.ts';
import { readingTool, serveResource } from '../../lib/reading-tool.ts';
import { atpId, cursor, limit, time, waitSeconds } from '../../lib/schema.ts';
import { givenUp } from '../../lib/store/client.ts';
import { atpOf, emergenciesOf, type Item, messageOf } from '../../lib/store/items.ts';
import { atpKeys, inboxKey, keys, shards } from '../../lib/store/keys.ts';
import { itemsOf, type Listing, listEntries, listItems, type Page } from '../../lib/store/query.ts';
import { readItems } from '../../lib/store/read.ts';
import { messageView } from '../../lib/view.ts';
import { answerLimit, awaited, type Patience } from '../../lib/waiting.ts';

/** Sort keys of directives that wait for acknowledgement begin so: see `urgency`. */
const WAITING = '0#';

/** Of each class and priority the part that was sent later: so many small queries, however much lies before it. */
const runsSince = (since: string, open: boolean) =>
  urgencyRuns(open).map((prefix) => ({ prefix, from: prefix + ulidTime(Date.parse(since) + 1) }));

const untilSome = async (read: () => Promise<Page>, patience: Patience): Promise<Page> =>
  awaited({ first: await read(), read, isNew: ({ items }) => items.length > 0 }, patience);

/** A key of the index names a message and its place, so other keys are another list. */
const untilAnother = async (read: () => Promise<Item[]>, patience: Patience): Promise<Item[]> => {
  const first = await read();
  const places = (entries: readonly Item[]): string => entries.map(({ urgency }) => urgency).join();
  return awaited({ first, read, isNew: (entries) => places(entries) !== places(first) }, patience);
};

export const tool = readingTool({
  name: 'message_list',
  input: z.strictObject({
    atpId: z.optional(atpId()),
    open: z.optional(z.boolean()),
    limit: limit(),
    cursor: z.optional(cursor()),
    waitSeconds: z.optional(waitSeconds()),
    since: z.optional(time()),
  }),
  reads: ({ atpId }) => [...atpKeys(atpId), keys.emergencies],
  answer: async ({ atpId, open = false, limit, cursor, waitSeconds: seconds, since }, caller) => {
    const { role } = caller.principal;
    if (atpId) knownAtp({ atp: () => atpOf(caller.items.get(keys.atp(atpId))) }, atpId);
    const patience = { seconds, began: caller.began };
    const table = seconds ? givenUp(caller.table, answerLimit(patience)) : caller.table;
    const listing: Listing = {
      ...(atpId
        ? { index: 'thread', partitions: [keys.atp(atpId).pk] }
        : { index: 'inbox', partitions: shards.map((shard) => inboxKey(role, shard)) }),
      ...(since ? { runs: runsSince(since, open) } : open && { runs: [{ prefix: WAITING }] }),
      question: `messages ${atpId ?? role} ${open}${since ? ` ${since}` : ''}`,
    };
    const wanted = { limit, cursor, keep: (item: Item) => !open || String(item.urgency).startsWith(WAITING) };

    const page =
      since || open
        ? await untilSome(() => listItems(table, listing, wanted), patience)
        : await itemsOf(
            table,
            listing,
            wanted,
            await untilAnother(() => listEntries(table, listing, wanted), patience),
          );
    const { items } = seconds ? { items: await readItems(table, [keys.emergencies]) } : caller;
    const emergencies = emergenciesOf(items.get(keys.emergencies));
    return {
      messages: page.items.flatMap((item) => messageOf(item) ?? []).map((message) => messageView(message, emergencies)),
      ...(page.cursor && { cursor: page.cursor }),
    };
  },
});

export const documentation: Documentation = {
  title: 'List messages',
  description:
    'Without atpId the inbox of your role, with atpId the messages of that ATP. Directives that wait for acknowledgement stand first (open true lists only these), then by priority, then oldest first; those of an open emergency stand before all, and waitsFor names the emergencies that another directive has to wait for. since: only messages sent after that time. With waitSeconds it waits for something new: a message, with open a directive, else another list.',
  readOnly: true,
  output: messageListAnswer,
  fields: {
    atpId: 'Lists the messages of this ATP; left out, the inbox of your role.',
  },
};

export const handler = serveResource(tool, 'atpId');
