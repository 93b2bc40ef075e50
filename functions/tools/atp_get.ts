import * as z from 'zod/mini';
import { knownAtp, nextCalls } from '../../lib/flow/permit.ts';
import { readingTool, serveResource } from '../../lib/reading-tool.ts';
import { atpId, cursor } from '../../lib/schema.ts';
import { artifactOf, atpOf, emergenciesOf, eventOf, type Item, messageOf } from '../../lib/store/items.ts';
import { keys } from '../../lib/store/keys.ts';
import { readPartition } from '../../lib/store/query.ts';
import { artifactView, atpView, eventView, messageView } from '../../lib/view.ts';

const ofKind = <T>(items: readonly Item[], kind: string, read: (item: Item) => T | undefined): T[] =>
  items.filter(({ sk }) => sk.startsWith(kind)).flatMap((item) => read(item) ?? []);

export const tool = readingTool({
  name: 'atp_get',
  title: 'Read an ATP',
  description:
    'Answers an ATP as it is now, with its timeline, messages, artifacts, obligations, and the calls that the flow permits next for every role.',
  input: z.strictObject({ atpId: atpId(), cursor: z.optional(cursor()) }),
  reads: ({ atpId }) => [keys.atp(atpId), keys.emergencies],
  answer: async ({ atpId, cursor }, { table, items }) => {
    const atp = knownAtp({ atp: () => atpOf(items.get(keys.atp(atpId))) }, atpId);
    const emergencies = emergenciesOf(items.get(keys.emergencies));
    const page = await readPartition(table, keys.atp(atpId), cursor);
    return {
      atp: atpView(atp),
      timeline: ofKind(page.items, 'EVENT#', eventOf).map(eventView),
      messages: ofKind(page.items, 'MESSAGE#', messageOf).map((message) => messageView(message, emergencies)),
      artifacts: ofKind(page.items, 'ARTIFACT#', artifactOf).map(artifactView),
      next: nextCalls(atp),
      ...(page.cursor && { cursor: page.cursor }),
    };
  },
});

export const handler = serveResource(tool);
