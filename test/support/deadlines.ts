import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll } from 'vitest';
import { freshAssembly } from '../../infra/local/assembly.ts';
import { localAws } from '../../infra/local/aws.ts';
import type { StackFile } from '../../infra/local/stack-file.ts';
import { startStack } from '../../infra/local/start.ts';
import type { GivenTimeouts } from '../../infra/local/timeouts.ts';
import type { Message, Timer } from '../../lib/model.ts';
import type { AtpView, MessageView } from '../../lib/view.ts';
import { type Notice, Notices } from './notices.ts';
import { Given, Service } from './service.ts';
import { until } from './until.ts';

/** Deadlines take seconds, and the machine may be busy. */
const patience = { patienceMs: 60_000, everyMs: 100 };
export const soon = (holds: () => boolean | Promise<boolean>): Promise<void> => until(holds, patience);

export type Running = StackFile & { data: string };

/** A running stack as its callers meet it, and what came of its deadlines. */
export class Deadlines {
  readonly stack: Running;
  readonly service: Service;
  readonly given: Given;
  readonly notices: Notices;

  private constructor(stack: Running, service: Service) {
    this.stack = stack;
    this.service = service;
    this.given = new Given(service);
    this.notices = new Notices(stack.sqs);
  }

  static async of(stack: Running): Promise<Deadlines> {
    return new Deadlines(stack, await Service.behind(stack));
  }

  async atp(atpId: string): Promise<AtpView> {
    return (await this.service.done('pm-1', 'atp_get', { atpId })).atp;
  }

  async messages(atpId: string): Promise<MessageView[]> {
    return (await this.service.done('pm-1', 'atp_get', { atpId })).messages;
  }

  /** What the service itself wrote on it, oldest first. */
  async written(atpId: string, messageType: Message['messageType'] = 'Escalation'): Promise<MessageView[]> {
    const all = await this.messages(atpId);
    return all.filter((message) => message.fromAgent === '@system' && message.messageType === messageType);
  }

  /** Waits until the service has written so many escalations on it. */
  async escalated(atpId: string, times = 1): Promise<MessageView[]> {
    await soon(async () => (await this.written(atpId)).length >= times);
    return this.written(atpId);
  }

  /** Waits until the notice of a message was delivered to the operator's queue. */
  async delivered(messageId: string): Promise<Notice[]> {
    await soon(async () => (await this.notices.of(messageId)).length > 0);
    return this.notices.of(messageId);
  }

  /** The timer that a deadline of the ATP waits for, if it runs. */
  async timer(atpId: string, deadline: string): Promise<Timer | undefined> {
    const running = (await this.atp(atpId)).deadlines?.find((each) => each.deadline === deadline);
    return running && { atpId, deadline, dueAt: running.dueAt };
  }

  /** How often timers of this deadline came and did something, or did nothing. */
  came({ atpId, deadline }: Omit<Timer, 'dueAt'>): { fired: number; forNothing: number } {
    const lines = readFileSync(join(this.stack.data, 'functions.log'), 'utf8').split('\n');
    const of = (msg: string) =>
      lines.filter((line) => [`"msg":"${msg}"`, `"${atpId}"`, `"${deadline}"`].every((part) => line.includes(part)));
    return { fired: of('fired').length, forNothing: of('nothing was due any more').length };
  }

  /** Waits until a timer of this deadline came and found nothing to do: only then is it shown that it does nothing. */
  cameForNothing(atpId: string, deadline: string, times = 1): Promise<void> {
    return soon(() => this.came({ atpId, deadline }).forNothing >= times);
  }

  /** Puts a message on the queue of timers. */
  async send(body: Timer | string): Promise<void> {
    const sqs = new SQSClient({ ...localAws, endpoint: this.stack.sqs.endpoint });
    const MessageBody = typeof body === 'string' ? body : JSON.stringify(body);
    await sqs.send(new SendMessageCommand({ QueueUrl: this.stack.sqs.timers, MessageBody }));
    sqs.destroy();
  }
}

/** A stack for the tests of this file, with these seconds in place of its deadlines. For the top of a file. */
export const givenDeadlines = (timeouts: GivenTimeouts): (() => Deadlines) => {
  let deadlines: Deadlines;
  let stop: () => Promise<void>;
  const data = mkdtempSync(join(tmpdir(), 'deadlines-'));
  beforeAll(async () => {
    const stack = await startStack({ assembly: freshAssembly(() => undefined), data, port: 0, timeouts });
    stop = stack.stop;
    deadlines = await Deadlines.of(stack);
  }, 180_000);
  afterAll(async () => {
    await stop?.();
    rmSync(data, { recursive: true, force: true });
  });
  return () => deadlines;
};
