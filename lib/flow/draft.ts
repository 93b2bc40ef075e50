import { messageIdOf } from '../ids.ts';
import {
  type Atp,
  type DeadlineMark,
  isClosed,
  isDirective,
  type Message,
  type MessageType,
  type Principal,
  type Priority,
  type Role,
  type Timer,
} from '../model.ts';
import { type Call, iso, timeAfter } from './call.ts';
import { settleDeadlines } from './deadlines.ts';
import { emergencyWrite } from './emergencies.ts';
import { flowOf } from './flows.ts';
import { urgency, urgencyWaiting } from './messages.ts';
import { type EventDetails, eventWrite, messageWrite, service } from './records.ts';
import { webhookEventOf } from './webhook-event.ts';
import { type Answer, type Attributes, type Plan, pathOf, type Write } from './write.ts';

/** What a sender says; the rest of a message follows from the call and the ATP. */
export type Letter = Pick<
  Message,
  'options' | 'recommendation' | 'linkExpiresAt' | 'atpVersion' | 'inReplyTo' | 'option'
> & {
  toAgent: Role;
  messageType: MessageType;
  priority: Priority;
  subject: string;
  body: string;
  requiresAck: boolean;
  /** Left out: the caller. */
  sentBy?: Principal;
};

/** The changes of one call to one ATP: attributes, what they rest on, and the records written beside it. */
export class Draft {
  readonly before: Atp;
  readonly at: number;
  readonly #isNew: boolean;
  readonly #call: Call;
  readonly #set: Attributes;
  readonly #remove = new Set<string>();
  readonly #expect = new Map<string, unknown>();
  readonly #beside: Write[] = [];
  readonly #messages: Message[] = [];
  readonly #notices: Message[] = [];
  #after: Atp | undefined;

  private constructor(before: Atp, call: Call, at: number, isNew: boolean) {
    this.before = before;
    this.at = at;
    this.#isNew = isNew;
    this.#call = call;
    this.#set = { updatedAt: iso(at) };
    this.relyOn('type', 'status');
  }

  /** Of an ATP that was read; later than it and than all else that was `seen`. */
  static of(before: Atp, call: Call, ...seen: { updatedAt: string }[]): Draft {
    return new Draft(before, call, timeAfter(call, before, ...seen), false);
  }

  /** Of an ATP that is to be made, as it is without what the draft adds. */
  static ofNew(atp: Atp, call: Call, at: number): Draft {
    return new Draft(atp, call, at, true);
  }

  set(attributes: Attributes): this {
    this.#after = undefined;
    for (const [path, value] of Object.entries(attributes)) {
      if (value === undefined) continue;
      this.#set[path] = value;
      this.#remove.delete(path);
    }
    return this;
  }

  remove(...paths: readonly string[]): this {
    this.#after = undefined;
    for (const path of paths) {
      this.#remove.add(path);
      delete this.#set[path];
    }
    return this;
  }

  /** The write holds only while these attributes are what they were when read. */
  relyOn(...attributes: readonly (keyof Atp)[]): this {
    for (const attribute of attributes) this.#expect.set(attribute, this.before[attribute]);
    return this;
  }

  /** The same of one deadline: the others may move on meanwhile. */
  relyOnDeadline(name: string): this {
    this.#expect.set(`deadlines/${name}`, this.before.deadlines[name]);
    return this;
  }

  beside(...writes: Write[]): this {
    this.#beside.push(...writes);
    return this;
  }

  send(letter: Letter): Message {
    const { sentBy = this.#call.principal, ...said } = letter;
    const ulid = this.#call.ulid(this.at);
    const { takesPrecedence } = flowOf(this.before);
    const message: Message = {
      messageId: messageIdOf({ atpId: this.before.atpId, ulid }),
      atpId: this.before.atpId,
      fromAgent: sentBy.role,
      ...said,
      sentAt: iso(this.at),
      sentBy,
      urgency:
        isDirective(said.messageType) && said.requiresAck
          ? urgencyWaiting(said.priority, ulid, takesPrecedence)
          : urgency(said.priority, ulid),
      ...(this.before.drill && { drill: true }),
    };
    this.#messages.push(message);
    return message;
  }

  /** A message of the service's own. The timeline tells of it in the line of the step, unless that tells of another. */
  notify(letter: Omit<Letter, 'sentBy'>): Message {
    const message = this.send({ ...letter, sentBy: service });
    this.#notices.push(message);
    return message;
  }

  /** The ATP as it is once the plan is carried out. */
  get after(): Atp {
    this.#after ??= this.#carriedOut();
    return this.#after;
  }

  #carriedOut(): Atp {
    const after: Atp & Attributes = { ...this.before };
    for (const [path, value] of Object.entries(this.#set)) assign(after, pathOf(path), value);
    for (const path of this.#remove) assign(after, pathOf(path), undefined);
    return after;
  }

  /** All writes of the call, with the line of the timeline that tells of them. */
  toPlan(event: EventDetails, answer: Partial<Answer> = {}): Plan {
    this.#seeOwner();
    const timers = this.#settleDeadlines();
    const { after, before } = this;
    return {
      writes: [
        this.#atpWrite(event, after),
        ...this.#timeline(event, timers),
        ...this.#messages.map((message) => messageWrite(message, after)),
        ...emergencyWrite(this.#isNew ? undefined : before, after),
        ...this.#beside,
      ],
      answer: { atp: after, ...answer },
    };
  }

  #atpWrite({ action }: EventDetails, after: Atp): Write {
    const { atpId } = this.before;
    if (this.#isNew) return { label: `creation of ${atpId}`, create: { kind: 'atp', value: after } };
    return {
      label: `${action} ${atpId}`,
      change: { kind: 'atp', atpId },
      set: this.#set,
      remove: [...this.#remove],
      expect: Object.fromEntries(this.#expect),
      // Two that write beside each other may carry any times; what follows must come after both.
      atMost: { updatedAt: iso(this.at) },
    };
  }

  /** What the owner writes shows that they are at it. */
  #seeOwner(): void {
    const { owner, status } = this.after;
    const { role, name } = this.#call.principal;
    if (isClosed(status) || owner?.role !== role || owner.name !== name) return;
    this.relyOn('owner').set({ ownerSeenAt: iso(this.at) });
  }

  /** A deadline that starts or ends rests on all that it looks at; what has another time then is to be set off. */
  #settleDeadlines(): Timer[] {
    const { atpId, deadlines: marks } = this.before;
    const { after } = this;
    for (const { name, reads, mark } of settleDeadlines(
      flowOf(after).deadlines,
      marks,
      after,
      this.at,
      this.#call.timeouts,
    )) {
      this.relyOn(...reads);
      if (mark) this.set({ [`deadlines/${name}`]: mark });
      else this.remove(`deadlines/${name}`);
    }
    return Object.entries(this.after.deadlines).flatMap(([deadline, { dueAt }]: [string, DeadlineMark]) =>
      dueAt && dueAt !== (this.#isNew ? undefined : marks[deadline]?.dueAt) ? [{ atpId, deadline, dueAt }] : [],
    );
  }

  /** ULIDs of one millisecond are in no order, so they are put into one. */
  #timeline(event: EventDetails, timers: readonly Timer[]): Write[] {
    const notices = this.#notices.map(({ messageId }) => ({ action: 'notify', messageId }));
    const isFree = event.messageId === undefined && notices.length === 1;
    const details = isFree ? [{ ...event, messageId: notices[0]?.messageId }] : [event, ...notices];
    const webhook = this.#call.webhooks ? webhookEventOf(event, this.#isNew) : undefined;
    const ulids = details.map(() => this.#call.ulid(this.at)).sort();
    return details.map((each, position) =>
      eventWrite({ ...this.#call, ...(position > 0 && { principal: service }) }, this.before, this.at, each, {
        ulid: ulids[position] ?? '',
        ...(position === 0 && timers.length > 0 && { timers }),
        ...(position === 0 && webhook && { webhook }),
      }),
    );
  }
}

/** What lies on the way is copied, since `target` shares it with what it was made from. */
const assign = (target: Attributes, [head = '', ...rest]: string[], value: unknown): void => {
  if (rest.length > 0) {
    const inner = { ...(target[head] as Attributes) };
    target[head] = inner;
    assign(inner, rest, value);
  } else if (value === undefined) delete target[head];
  else target[head] = value;
};
