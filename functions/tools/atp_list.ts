import * as z from 'zod/mini';
import { atpListAnswer } from '../../lib/catalogue/answers.ts';
import type { Documentation } from '../../lib/catalogue/documentation.ts';
import { atpTypes, statuses } from '../../lib/model.ts';
import { readingTool, serveResource } from '../../lib/reading-tool.ts';
import { cursor, limit } from '../../lib/schema.ts';
import { atpOf } from '../../lib/store/items.ts';
import { createdKey, shards, statusKey } from '../../lib/store/keys.ts';
import { listItems } from '../../lib/store/query.ts';
import { atpView } from '../../lib/view.ts';

export const tool = readingTool({
  name: 'atp_list',
  input: z.strictObject({
    status: z.optional(z.enum(statuses)),
    type: z.optional(z.enum(atpTypes)),
    limit: limit(),
    cursor: z.optional(cursor()),
  }),
  answer: async ({ status, type, limit, cursor }, { table }) => {
    const page = await listItems(
      table,
      {
        index: status ? 'status' : 'created',
        partitions: shards.map((shard) => (status ? statusKey(status, shard) : createdKey(shard))),
        newestFirst: true,
        question: `atps ${status ?? ''} ${type ?? ''}`,
      },
      { limit, cursor, keep: (item) => (!status || item.status === status) && (!type || item.type === type) },
    );
    return {
      atps: page.items.flatMap((item) => atpOf(item) ?? []).map(atpView),
      ...(page.cursor && { cursor: page.cursor }),
    };
  },
});

export const documentation: Documentation = {
  title: 'List ATPs',
  description:
    'Lists ATPs, newest first, of one status or type if asked. A page may end before limit; then there is a cursor.',
  readOnly: true,
  output: atpListAnswer,
  fields: {
    status: 'Only ATPs of this status.',
    type: 'Only ATPs of this flow.',
  },
};

export const handler = serveResource(tool);
