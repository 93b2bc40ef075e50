import { ProtocolError, ProtocolErrorCode, ResourceNotFoundError } from '@modelcontextprotocol/server';
import type { Artifact, Atp, Event, Message, NextCall } from '../model.ts';
import type { McpCall } from './call.ts';
import { askTool, type RunTool } from './tool-call.ts';

/** What of an `atp_get` is told on; its fields are those of lib/view.ts. */
export type AtpRecord = {
  atp: Pick<Atp, 'atpId' | 'type' | 'status' | 'priority' | 'evidence' | 'drill'> & { title: string };
  timeline: Event[];
  messages: Message[];
  artifacts: Artifact[];
  next: NextCall[];
  cursor?: string;
};

/** Pages of an ATP that are put together; one that has more is a history that nobody reads in one sitting. */
const PAGES = 5;

/** A page as `atp_get` answers it, read with the caller's own token. */
export const readPage = async (run: RunTool, call: McpCall, atpId: string, cursor?: string): Promise<string> => {
  const asked = { name: 'atp_get', input: { atpId, ...(cursor && { cursor }) } };
  const { body, refusal } = await askTool(run, call, asked);
  if (!refusal) return body;
  if (refusal.code === 'NOT_FOUND') throw new ResourceNotFoundError(`atp://${atpId}`, refusal.detail);
  const isCallers = refusal.status < 500;
  const code = isCallers ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError;
  throw new ProtocolError(code, refusal.detail, { code: refusal.code });
};

/** All pages of an ATP. */
export const readRecord = async (run: RunTool, call: McpCall, atpId: string): Promise<AtpRecord> => {
  const page = async (cursor?: string) => JSON.parse(await readPage(run, call, atpId, cursor)) as AtpRecord;
  const record = await page();
  for (let pages = 1; record.cursor && pages < PAGES; pages++) {
    const { timeline, messages, artifacts, cursor } = await page(record.cursor);
    record.timeline.push(...timeline);
    record.messages.push(...messages);
    record.artifacts.push(...artifacts);
    if (cursor) record.cursor = cursor;
    else delete record.cursor;
  }
  return record;
};
