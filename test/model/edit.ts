/** One call's changes of one ATP of the model: what they are, and all that follows from them by itself. */

import type { MessageType, Priority, Role, Stage, Status } from '../../lib/model.ts';
import { deadlinesOf } from './deadlines.ts';
import { type Doer, isDirectiveType, isOver, type Letter, type ModelAtp, system, without } from './world.ts';

const stageOf: Record<Status, Stage> = {
  Queued: 'backlog',
  InProgress: 'implement',
  Blocked: 'hitl',
  Complete: 'review',
  Deployed: 'test',
  Deferred: 'backlog',
  Rejected: 'done',
  Closed: 'done',
};

/** What was made for a completion, and does not outlive it. */
const forCompletion = ['handedOff', 'report', 'qaVerdict', 'codeReviewVerdict'] as const;

export type Written = {
  type: MessageType;
  to: Role;
  priority: Priority;
  requiresAck?: boolean;
  id?: string | undefined;
};

export class Edit {
  readonly doer: Doer;
  atp: ModelAtp;
  readonly at: number;

  constructor(before: ModelAtp, doer: Doer) {
    this.doer = doer;
    this.at = before.clock + 1;
    this.atp = { ...before, clock: this.at };
  }

  set(changes: Partial<ModelAtp>): this {
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    this.atp = { ...this.atp, ...Object.fromEntries(given) };
    return this;
  }

  forget(...names: readonly (keyof ModelAtp)[]): this {
    this.atp = without(this.atp, ...(names as 'owner'[]));
    return this;
  }

  move(status: Status, stage?: Stage): this {
    const over = status === 'Closed' || status === 'Rejected';
    return this.set({ status, stage: over ? 'done' : (stage ?? stageOf[status]) });
  }

  /** Complete: what was made for an earlier completion counts no more. A review makes nothing for it. */
  complete(): this {
    if (this.atp.type !== 'review') this.forget(...forCompletion);
    return this.set({ completedAt: this.at });
  }

  sendBack(): this {
    if (this.atp.type === 'review') return this.forget('completedAt');
    return this.forget('completedAt', 'deployedAt', ...forCompletion).set({ reworkedAt: this.at });
  }

  send({ requiresAck = false, id, ...rest }: Written, from: Role = this.doer.role): Letter {
    const letter: Letter = { ...rest, requiresAck, from, sentAt: this.at, ...(id && { id }) };
    this.atp = { ...this.atp, messages: [...this.atp.messages, letter] };
    return letter;
  }

  /** The newest directive to a role supersedes the one that waits; one to `@dev` opens the ownership again. */
  direct(letter: Letter): this {
    const { directives, messages } = this.atp;
    this.withdraw(letter.to);
    const place = messages.length - 1;
    this.set({ directives: { ...directives, [letter.to]: { place, open: letter.requiresAck } } });
    return letter.to === '@dev' ? this.forget('owner', 'acknowledged') : this;
  }

  withdraw(role: string): this {
    const { directives, messages } = this.atp;
    const older = directives[role];
    if (!older?.open) return this;
    return this.set({
      messages: messages.map((each, place) => (place === older.place ? { ...each, superseded: true } : each)),
      directives: { ...directives, [role]: { ...older, open: false } },
    });
  }

  acknowledge(place: number, by: string): Letter {
    const { messages, directives } = this.atp;
    const letter = { ...(messages[place] as Letter), acknowledgedBy: by };
    this.set({ messages: messages.with(place, letter) });
    if (isDirectiveType(letter.type)) this.set({ directives: { ...directives, [letter.to]: { place, open: false } } });
    return letter;
  }

  /** Nothing waits for what is over. */
  end(): this {
    for (const role of Object.keys(this.atp.directives)) this.withdraw(role);
    return this.set({ closed: true });
  }

  tell(action: string, moved?: { from?: Status; to: Status }, by: Doer = this.doer): this {
    const way = moved && moved.from !== moved.to ? ` ${moved.from ?? ''}>${moved.to}` : '';
    return this.set({ timeline: [...this.atp.timeline, `${action} ${by.role} ${by.name}${way}`] });
  }

  /** A line of its own for a notice that the line of the step does not tell of. */
  tellNotice(): this {
    return this.tell('notify', undefined, system);
  }

  /** The ATP as it is then: what the owner does shows that they are there, and deadlines start and end. */
  done(): ModelAtp {
    const { owner } = this.atp;
    if (!isOver(this.atp) && this.doer.role === '@dev' && owner === this.doer.name) this.set({ ownerSeenAt: this.at });
    this.atp = { ...this.atp, deadlines: deadlinesOf(this.atp) };
    return this.atp;
  }

  /** The service tells the operator: in the line of the step, or in one of its own where that tells of a message. */
  notifyOperator(priority: Priority, id?: string): Letter {
    return this.send({ type: 'HITLNotification', to: '@operator', priority, id }, system.role);
  }
}
