/** A stack and an engine that are killed outright, and started again where they were. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Engine, freePort, startEngine } from '../../infra/local/dynamodb.ts';
import type { StackFile } from '../../infra/local/stack-file.ts';
import type { StackOptions } from '../../infra/local/start.ts';
import type { GivenTimeouts } from '../../infra/local/timeouts.ts';
import { EngineProxy } from '../support/engine-proxy.ts';
import type { Order } from './killable-stack.ts';

export const victims = ['a tool', 'all tools', 'notifier', 'timer', 'engine', 'stack', 'stack and engine'] as const;
export type Victim = (typeof victims)[number];

const program = join(import.meta.dirname, 'killable-stack.ts');
/** Those that stories and plays write with. */
const tools = [
  'Toolsatpset',
  'Toolsatpcreate',
  'Toolsatpchangestatus',
  'Toolsatpclose',
  'Toolshandoff',
  'Toolsmessagesend',
  'Toolsmessageack',
  'Toolsartifactcreate',
];

type Given = { data: string; timeouts: GivenTimeouts };

export class Mortal {
  stack!: StackFile;
  readonly data: string;
  /** Where whoever looks on finds the table: they wait while the engine is away, and it for them. */
  readonly watched: string;
  readonly #given: Given;
  readonly #proxy: EngineProxy;
  readonly #watch: EngineProxy;
  readonly #port: number;
  #engine: Engine;
  #child!: ChildProcess;
  #away: Promise<unknown> | undefined;
  readonly #looking = new Set<Promise<unknown>>();

  private constructor(given: Given, engine: Engine, ways: [EngineProxy, EngineProxy], port: number) {
    this.#given = given;
    this.data = given.data;
    this.#engine = engine;
    [this.#proxy, this.#watch] = ways;
    this.#port = port;
    this.watched = this.#watch.url;
    for (const way of ways) way.keeps = false;
    this.#watch.disturb = async (_, forward) => {
      while (this.#away) await this.#away;
      const looking = forward();
      const settled: Promise<unknown> = looking.catch(() => undefined).then(() => this.#looking.delete(settled));
      this.#looking.add(settled);
      return looking;
    };
  }

  static async start(given: Given): Promise<Mortal> {
    const engine = await startEngine(fileIn(given));
    const proxy = await EngineProxy.start(engine.endpoint);
    const watch = await EngineProxy.start(engine.endpoint);
    const mortal = new Mortal(given, engine, [proxy, watch], await freePort());
    await mortal.#startStack();
    return mortal;
  }

  /** Kills it, and has it back. `which` chooses among tools. */
  async kill(victim: Victim, which = 0): Promise<void> {
    if (victim === 'a tool') return this.#end([tools[which % tools.length] ?? '']);
    if (victim === 'all tools') return this.#end(tools);
    if (victim === 'notifier') return this.#end(['OutboxNotify', 'OutboxQueueEvents']);
    if (victim === 'timer') return this.#end(['TimersTimer']);
    if (victim === 'engine') return this.#withoutEngine(() => this.#revive());
    if (victim === 'stack') return this.#renewStack();
    return this.#withoutEngine(async () => {
      this.#child.kill('SIGKILL');
      await this.#revive();
      await this.#renewStack();
    });
  }

  async stop(): Promise<void> {
    this.#child.disconnect();
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
    await Promise.all([this.#proxy.stop(), this.#watch.stop()]);
    await this.#engine.stop();
  }

  async #end(end: Order['end']): Promise<void> {
    this.#child.send({ end } satisfies Order);
    await once(this.#child, 'message');
  }

  async #withoutEngine(act: () => Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#away = promise;
    await Promise.all(this.#looking);
    try {
      await act();
    } finally {
      this.#away = undefined;
      resolve();
    }
  }

  async #revive(): Promise<void> {
    const { pid, lost } = this.#engine;
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    await lost;
    this.#engine = await startEngine(fileIn(this.#given));
    this.#proxy.engine = this.#engine.endpoint;
    this.#watch.engine = this.#engine.endpoint;
  }

  async #renewStack(): Promise<void> {
    const gone = once(this.#child, 'exit');
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL');
      await gone;
    }
    await this.#startStack();
  }

  async #startStack(): Promise<void> {
    const { data, timeouts } = this.#given;
    const options: Omit<StackOptions, 'assembly'> = {
      data,
      timeouts,
      port: this.#port,
      dynamodb: this.#proxy.url,
      digestInterval: 1,
    };
    this.#child = fork(program, [JSON.stringify(options)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const ended = once(this.#child, 'exit').then(() => Promise.reject(new Error('the stack ended by itself')));
    const [stack] = await Promise.race([once(this.#child, 'message'), ended]);
    ended.catch(() => undefined);
    this.stack = stack as StackFile;
  }
}

const fileIn = ({ data }: Given): string => join(data, 'engine.sqlite');
