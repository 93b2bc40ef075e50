/** What the log and the metrics say of a call that was refused. */

import { log } from '../log.ts';
import { measured } from '../metrics/measured.ts';
import type { Code } from '../refusal.ts';

/** What is known of a call so far. `tool` is the door: a tool's name, or that of a function for pages. */
export type About = { tool?: string; atpId?: string | undefined; principal?: string; drill?: boolean };

const known = new WeakMap<object, About>();

/** Kept beside the event, since a call may end at any point, and its refusal knows nothing of the caller. */
export const learn = (event: object, about: About): void => void known.set(event, { ...known.get(event), ...about });

type Event = { rawPath?: string; requestContext: { requestId: string } };

/**
 * A line for every refusal. Neither its detail nor the request is in it, but for the ATP's id: both hold what the caller
 * wrote. `cause` is that of a 5xx. Refusals on a drill are not counted.
 */
export const tellRefusal = (event: Event, code: Code, fault?: { cause: unknown }): void => {
  const { drill, ...about } = known.get(event) ?? {};
  const { tool } = about;
  const counted = drill ? { code } : measured({ Refused: 1 }, { code, ...(tool && { tool }) });
  const fields = { requestId: event.requestContext.requestId, ...about, ...counted };
  if (fault) log.error(code, { ...fields, path: event.rawPath, error: fault.cause });
  else log.info('refused', fields);
};
