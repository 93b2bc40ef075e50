/** The records that stand beside an ATP, as writes. */

import type { Atp, Event, Message, Principal, Timer, WebhookEvent } from '../model.ts';
import { briefOf } from './brief.ts';
import { type Call, iso } from './call.ts';
import { isPublished } from './messages.ts';
import type { Write } from './write.ts';

/** The service as a sender: its notices never count as an agent's own. */
export const service: Principal = { role: '@system', name: 'system' };

export type EventDetails = Omit<Event, 'at' | 'role' | 'principal'>;

export const messageWrite = (message: Message, atp: Atp): Write => ({
  label: `${message.messageType} to ${message.toAgent}`,
  create: {
    kind: 'message',
    value: message,
    ...(isPublished(message.messageType, message.priority) && { brief: briefOf(atp) }),
  },
});

export const eventWrite = (
  call: Call,
  { atpId, drill }: Pick<Atp, 'atpId' | 'drill'>,
  at: number,
  details: EventDetails,
  { ulid = call.ulid(at), timers, webhook }: { ulid?: string; timers?: readonly Timer[]; webhook?: WebhookEvent } = {},
): Write => ({
  label: `timeline of ${atpId}`,
  create: {
    kind: 'event',
    atpId,
    ulid,
    value: {
      at: iso(at),
      role: call.principal.role,
      principal: call.principal.name,
      ...details,
      ...(drill && { drill }),
    },
    ...(timers && { timers }),
    ...(webhook && { webhook }),
  },
});
