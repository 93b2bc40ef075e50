import { setTimeout as pause } from 'node:timers/promises';
import { freshAssembly } from '../../infra/local/assembly.ts';
import { type Engine, startEngine } from '../../infra/local/dynamodb.ts';
import { type RunningStack, type StackOptions, startStack } from '../../infra/local/start.ts';
import { waiting } from '../../lib/outbox/waiting.ts';
import { type Consumption, countUnits, unitsOf } from '../support/consumption.ts';
import { EngineProxy, type EngineRequest } from '../support/engine-proxy.ts';
import { tableAt } from '../support/table.ts';

/** Seconds. No deadline shall pass while calls are measured. */
export const UNHURRIED = { acknowledgement: 86_400, fix: 86_400 };

const PATIENCE_MS = 30_000;
const LATER = '9';

type Given = Partial<StackOptions> & { data: string; engine?: Engine };

/** What a call itself asked of the table, and what the notifier did because of it. */
export type Counted = { call: Consumption; handedOver: Consumption };
type Ran<T> = Counted & { answer: T; asked: readonly EngineRequest[] };

/** A local stack whose requests to the table pass a proxy that counts them. */
export class CountedStack {
  readonly stack: RunningStack;
  readonly proxy: EngineProxy;
  readonly engine: Engine;

  private constructor(stack: RunningStack, proxy: EngineProxy, engine: Engine) {
    this.stack = stack;
    this.proxy = proxy;
    this.engine = engine;
  }

  /** On an engine of its own, in memory, or on the one that is given, which is then its own. */
  static async start({ engine: given, ...options }: Given): Promise<CountedStack> {
    const engine = given ?? (await startEngine());
    const proxy = await EngineProxy.start(engine.endpoint);
    const assembly = freshAssembly(() => undefined);
    const stack = await startStack({ assembly, port: 0, timeouts: UNHURRIED, dynamodb: proxy.url, ...options });
    return new CountedStack(stack, proxy, engine);
  }

  async stop(): Promise<void> {
    await this.stack.stop();
    await this.proxy.stop();
    await this.engine.stop();
  }

  /** Runs one call while nothing else happens, and waits until all that it set off is done; `asked` is what the call itself did. */
  async counted<T>(call: () => Promise<T>): Promise<Ran<T>> {
    await this.settled();
    countUnits(this.proxy);
    const answer = await call();
    const answered = this.proxy.requests.filter(isOfTable).length;
    await this.settled();
    const requests = this.proxy.requests.filter(isOfTable);
    this.proxy.forget();
    // A call ends with its write: what comes after it is the notifier's, even where that was there before the answer.
    const write = requests.findIndex(({ operation }) => operation === 'TransactWriteItems');
    const own = write < 0 ? answered : write + 1;
    const asked = requests.slice(0, own);
    return { answer, asked, call: unitsOf(asked), handedOver: unitsOf(requests.slice(own)) };
  }

  /** Nothing waits to be published, mailed or queued. Asked past the proxy. */
  async settled(): Promise<void> {
    const table = tableAt(this.engine.endpoint, this.stack.dynamodb.table);
    try {
      for (const deadline = Date.now() + PATIENCE_MS; ; await pause(20)) {
        const { done } = await waiting(table, LATER).next();
        if (done) return;
        if (Date.now() > deadline) throw new Error(`the outbox was not worked off within ${PATIENCE_MS / 1_000} s`);
      }
    } finally {
      table.client.destroy();
    }
  }
}

const isOfTable = ({ operation }: { operation: string }): boolean => operation !== '';
