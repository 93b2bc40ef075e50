/** Which codes a tool can answer, from the tables of the flows and from what the tool takes and does. */

import type { Documentation } from '../../../lib/catalogue/documentation.ts';
import type { JsonSchema } from '../../../lib/catalogue/json-schema.ts';
import type { Transition } from '../../../lib/flow/flow.ts';
import { flows } from '../../../lib/flow/flows.ts';
import { isClosed, type ToolName } from '../../../lib/model.ts';
import { type Code, httpStatus } from '../../../lib/refusal.ts';

/** Whatever is called: who calls, what with, and whether the table answers. */
export const alwaysPossible: readonly Code[] = [
  'INVALID_INPUT',
  'UNAUTHENTICATED',
  'PAYLOAD_TOO_LARGE',
  'UNAVAILABLE',
  'INTERNAL',
];

/** What neither a table nor a schema says. */
const byHand: Partial<Record<ToolName, readonly Code[]>> = {
  atp_set: ['ALREADY_EXISTS'],
  atp_change_status: ['ALREADY_EXISTS'],
  // Of the id that is chosen for what is made.
  atp_create: ['ALREADY_EXISTS'],
  atp_close: ['ALREADY_EXISTS'],
  handoff: ['SELF_MESSAGE'],
  // Of a question that is decided.
  message_send: ['ALREADY_EXISTS', 'SELF_MESSAGE'],
};

/** To these an id that nobody knows is a new one. */
const startsWhatIsUnknown: readonly ToolName[] = ['atp_set'];

const rowsOf = (name: ToolName): Transition[] =>
  flows.flatMap(({ transitions }) => transitions.filter(({ tools }) => tools.includes(name)));

const named = ({ properties = {} }: JsonSchema, ...fields: string[]): boolean =>
  fields.some((field) => field in properties);

/** In the order of lib/refusal.ts. */
export const codesOf = (name: ToolName, input: JsonSchema, { readOnly }: Documentation): Code[] => {
  const rows = rowsOf(name);
  const onOpenAtp = rows.some(({ from }) => from !== null && !isClosed(from));
  const found = new Set<Code>([
    ...alwaysPossible,
    ...(named(input, 'agent', 'fromAgent') ? (['AGENT_MISMATCH'] as const) : []),
    ...(readOnly ? [] : (['IDEMPOTENCY_MISMATCH', 'MESSAGE_BOUNDARY'] as const)),
    ...(named(input, 'atpId', 'messageId', 'artifactId') && !startsWhatIsUnknown.includes(name)
      ? (['NOT_FOUND'] as const)
      : []),
    ...(rows.length > 0 ? (['ROLE_NOT_PERMITTED', 'INVALID_TRANSITION'] as const) : []),
    ...(onOpenAtp ? (['ATP_CLOSED'] as const) : []),
    ...rows.flatMap(({ guards }) => guards.map(({ code }) => code)),
    ...(byHand[name] ?? []),
  ]);
  return (Object.keys(httpStatus) as Code[]).filter((code) => found.has(code));
};
