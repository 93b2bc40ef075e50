import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import { atpGetAnswer } from '../../lib/catalogue/answers.ts';
import type { Documentation } from '../../lib/catalogue/documentation.ts';
import { knownAtp, nextCalls } from '../../lib/flow/permit.ts';
import { readingTool, serveResource } from '../../lib/reading-tool.ts';
import { atpId, cursor, time, waitSeconds } from '../../lib/schema.ts';
import { givenUp } from '../../lib/store/client.ts';
import { artifactOf, atpOf, emergenciesOf, eventOf, type Item, messageOf } from '../../lib/store/items.ts';
import { keys } from '../../lib/store/keys.ts';
import { readPartition } from '../../lib/store/query.ts';
import { readItems } from '../../lib/store/read.ts';
import { artifactView, atpView, eventView, messageView } from '../../lib/view.ts';
import { answerLimit, awaited } from '../../lib/waiting.ts';

const ofKind = <T>(items: readonly Item[], kind: string, read: (item: Item) => T | undefined): T[] =>
  items.filter(({ sk }) => sk.startsWith(kind)).flatMap((item) => read(item) ?? []);

export const tool = readingTool({
  name: 'atp_get',
  input: z.strictObject({
    atpId: atpId(),
    cursor: z.optional(cursor()),
    waitSeconds: z.optional(waitSeconds()),
    since: z.optional(time()),
  }),
  reads: ({ atpId }) => [keys.atp(atpId), keys.emergencies],
  answer: async ({ atpId, cursor, waitSeconds: seconds, since }, caller) => {
    const read = knownAtp({ atp: () => atpOf(caller.items.get(keys.atp(atpId))) }, atpId);
    const patience = { seconds, began: caller.began };
    const table = seconds ? givenUp(caller.table, answerLimit(patience)) : caller.table;
    const atp = await awaited(
      {
        first: read,
        read: async () => atpOf((await readItems(table, [keys.atp(atpId)])).get(keys.atp(atpId))) ?? read,
        isNew: (now) => (since !== undefined && now.updatedAt > since) || !isDeepStrictEqual(now, read),
      },
      patience,
    );
    const items = atp === read ? caller.items : await readItems(table, [keys.emergencies]);
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

export const documentation: Documentation = {
  title: 'Read an ATP',
  description:
    'Answers an ATP as it is now, with its timeline, messages, artifacts, obligations, and the calls that the flow permits next for every role. With waitSeconds it waits for something new: a change after `since` (an updatedAt that you know), or after the call.',
  readOnly: true,
  output: atpGetAnswer,
};

export const handler = serveResource(tool);
