/** What people and agents read, whoever else is in the table. */

import type { RunningStack } from '../../../infra/local/start.ts';
import { closedOrder, listingOf, openOrder } from '../../../lib/board/listing.ts';
import { readerFor } from '../../../lib/board/reader.ts';
import type { Cast } from '../cast.ts';

export type Subject = { name: string; run: () => Promise<unknown> };

/** Each answers a whole page, or all pages that the board asks for; `atpId` is one that was just worked on. */
export const readsOf = ({ call }: Cast, { url, tokens }: RunningStack, atpId: string, since: string): Subject[] => {
  const asked = (name: string, who: string, ...given: [tool: Parameters<Cast['call']>[1], body: object]): Subject => ({
    name,
    run: () => call(who, ...given),
  });
  const shown = (name: string, statuses: typeof openOrder): Subject => ({
    name,
    // A reader of its own for each: nothing is known before.
    run: () => {
      const reader = readerFor(tokens['@pm'] ?? '', (path, given) => fetch(`${url}${path}`, given));
      return listingOf(reader, statuses)({ signal: AbortSignal.timeout(60_000) });
    },
  });
  return [
    asked('atp_list, newest', 'pm-1', 'atp_list', {}),
    asked('atp_list, InProgress', 'pm-1', 'atp_list', { status: 'InProgress' }),
    asked('atp_list, queued reviews', 'pm-1', 'atp_list', { status: 'Queued', type: 'review' }),
    asked('atp_list, closed emergencies', 'pm-1', 'atp_list', { status: 'Closed', type: 'emergency' }),
    asked('message_list, inbox, open', 'dev-1', 'message_list', { open: true }),
    asked('message_list, inbox, all', 'pm-1', 'message_list', {}),
    asked('message_list, inbox, since', 'dev-1', 'message_list', { since }),
    asked('message_list, of an ATP', 'pm-1', 'message_list', { atpId }),
    shown('board: incidents, reviews due', openOrder),
    shown('board: times, search of closed', closedOrder),
  ];
};
