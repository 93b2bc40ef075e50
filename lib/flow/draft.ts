import { messageIdOf } from '../ids.ts';
import type { Atp, Event, Message, Principal, Priority, Role } from '../model.ts';
import { isDirective, type MessageType } from '../model.ts';
import { briefOf } from './brief.ts';
import { type Call, iso, timeAfter } from './call.ts';
import { isPublished, urgency } from './messages.ts';
import { type Answer, type Attributes, type Plan, pathOf, type Write } from './write.ts';

/** What a sender says; the rest of a message follows from the call and the ATP. */
export type Letter = {
  toAgent: Role;
  messageType: MessageType;
  priority: Priority;
  subject: string;
  body: string;
  requiresAck: boolean;
  /** Left out: the caller. */
  sentBy?: Principal;
};

type EventDetails = Omit<Event, 'at' | 'role' | 'principal'>;

/** The changes of one call to one ATP: attributes, what they rest on, and the records written beside it. */
export class Draft {
  readonly before: Atp;
  readonly at: number;
  readonly #call: Call;
  readonly #set: Attributes;
  readonly #remove = new Set<string>();
  readonly #relied = new Set<keyof Atp>(['type', 'status']);
  readonly #beside: Write[] = [];
  readonly #messages: Message[] = [];

  constructor(before: Atp, call: Call, ...seen: { updatedAt: string }[]) {
    this.before = before;
    this.at = timeAfter(call, before, ...seen);
    this.#call = call;
    this.#set = { updatedAt: iso(this.at) };
  }

  set(attributes: Attributes): this {
    for (const [path, value] of Object.entries(attributes)) {
      if (value === undefined) continue;
      this.#set[path] = value;
      this.#remove.delete(path);
    }
    return this;
  }

  remove(...paths: readonly string[]): this {
    for (const path of paths) {
      this.#remove.add(path);
      delete this.#set[path];
    }
    return this;
  }

  /** The write holds only while these attributes are what they were when read. */
  relyOn(...attributes: readonly (keyof Atp)[]): this {
    for (const attribute of attributes) this.#relied.add(attribute);
    return this;
  }

  beside(...writes: readonly Write[]): this {
    this.#beside.push(...writes);
    return this;
  }

  send(letter: Letter): Message {
    const { sentBy = this.#call.principal, ...said } = letter;
    const ulid = this.#call.ulid(this.at);
    const message: Message = {
      messageId: messageIdOf({ atpId: this.before.atpId, ulid }),
      atpId: this.before.atpId,
      fromAgent: sentBy.role,
      ...said,
      sentAt: iso(this.at),
      sentBy,
      urgency: urgency(isDirective(said.messageType) && said.requiresAck, said.priority, ulid),
      ...(this.before.drill && { drill: true }),
    };
    this.#messages.push(message);
    return message;
  }

  /** The ATP as it is once the plan is carried out. */
  get after(): Atp {
    const after = structuredClone(this.before) as Atp & Attributes;
    for (const [path, value] of Object.entries(this.#set)) assign(after, pathOf(path), value);
    for (const path of this.#remove) assign(after, pathOf(path), undefined);
    return after;
  }

  /** All writes of the call, with the one line of the timeline that tells of them. */
  toPlan(event: EventDetails, answer: Partial<Answer> = {}): Plan {
    const { after, before } = this;
    return {
      writes: [
        {
          label: `${event.action} ${before.atpId}`,
          change: { kind: 'atp', atpId: before.atpId },
          set: this.#set,
          remove: [...this.#remove],
          expect: Object.fromEntries([...this.#relied].map((attribute) => [attribute, before[attribute]])),
          // Two that write beside each other may carry any times; what follows must come after both.
          atMost: { updatedAt: iso(this.at) },
        },
        eventWrite(this.#call, before.atpId, this.at, event),
        ...this.#messages.map((message) => messageWrite(message, after)),
        ...this.#beside,
      ],
      answer: { atp: after, ...answer },
    };
  }
}

const assign = (target: Attributes, [head = '', ...rest]: string[], value: unknown): void => {
  if (rest.length > 0) assign(target[head] as Attributes, rest, value);
  else if (value === undefined) delete target[head];
  else target[head] = value;
};

const messageWrite = (message: Message, atp: Atp): Write => ({
  label: `${message.messageType} to ${message.toAgent}`,
  create: {
    kind: 'message',
    value: message,
    ...(isPublished(message.messageType, message.priority) && { brief: briefOf(atp) }),
  },
});

export const eventWrite = (call: Call, atpId: string, at: number, details: EventDetails): Write => ({
  label: `timeline of ${atpId}`,
  create: {
    kind: 'event',
    atpId,
    ulid: call.ulid(at),
    value: { at: iso(at), role: call.principal.role, principal: call.principal.name, ...details },
  },
});
