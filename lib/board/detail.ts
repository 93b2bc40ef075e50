import type { Detail } from './answers.ts';
import { isOpen } from './incidents.ts';
import type { Reader } from './reader.ts';

const WAIT_SECONDS = 20;
/** A partition is read in pages of 1 MB. */
const PAGES_LIMIT = 20;

type Wanted = { atpId: string; before: Detail | undefined; signal: AbortSignal };

/** An incident with its whole record. Where one is known that is still open, it waits for something newer. */
export const readDetail = async (reader: Reader, { atpId, before, signal }: Wanted): Promise<Detail> => {
  const path = `/atps/${encodeURIComponent(atpId)}`;
  const waiting = before && isOpen(before.atp) && { waitSeconds: WAIT_SECONDS, since: before.atp.updatedAt };
  const first = await reader<Detail>(path, { signal, query: { ...waiting } });
  if (!first.cursor) return first;
  const pages = [first];
  for (let cursor: string | undefined = first.cursor; cursor && pages.length < PAGES_LIMIT; ) {
    const page: Detail = await reader<Detail>(path, { signal, query: { cursor } });
    pages.push(page);
    cursor = page.cursor;
  }
  return {
    ...first,
    timeline: pages.flatMap(({ timeline }) => timeline),
    messages: pages.flatMap(({ messages }) => messages),
    artifacts: pages.flatMap(({ artifacts }) => artifacts),
  };
};
