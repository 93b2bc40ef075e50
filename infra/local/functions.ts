import { randomUUID } from 'node:crypto';
import { Environment, type EnvironmentSpec, FunctionError } from './environment.ts';
import type { Log } from './function-log.ts';

/** A function of the template, ready to run. */
export type FunctionSpec = EnvironmentSpec;

/** A synchronous invocation takes and answers 6 MB at most (Lambda quotas). */
export const PAYLOAD_LIMIT = 6 * 1024 * 1024;
/** Execution environments of one function on this machine; further calls wait. */
const ENVIRONMENTS_LIMIT = 10;
/** Lambda keeps an idle environment for minutes too; how many it does not say. */
const IDLE_MS = 300_000;

/** Lambda refuses the event itself: no environment has seen it. */
export class PayloadTooLarge extends Error {
  override readonly name = 'RequestEntityTooLargeException';
}

type Waiting = { resolve: (environment: Environment) => void; reject: (error: Error) => void };

/** Runs invocations as Lambda does: one at a time in each environment, warm ones first, a new one where all are busy. */
export class LocalFunction {
  readonly spec: FunctionSpec;
  readonly #logs: Log;
  readonly #environments = new Set<Environment>();
  readonly #idle = new Map<Environment, NodeJS.Timeout>();
  readonly #waiting: Waiting[] = [];
  readonly #running = new Set<Promise<unknown>>();
  #ended = false;

  constructor(spec: FunctionSpec, logs: Log) {
    this.spec = spec;
    this.#logs = logs;
  }

  /** Answers what the handler returned. Throws `FunctionError` for a handler that threw, crashed or ran out of time. */
  invoke(event: unknown): Promise<unknown> {
    const running = this.#invoke(event);
    const settled: Promise<unknown> = running.catch(() => undefined).then(() => this.#running.delete(settled));
    this.#running.add(settled);
    return running;
  }

  async #invoke(event: unknown): Promise<unknown> {
    const payload = JSON.stringify(event);
    if (Buffer.byteLength(payload) > PAYLOAD_LIMIT)
      throw new PayloadTooLarge(`an event of more than ${PAYLOAD_LIMIT} bytes`);
    const environment = await this.#take();
    const requestId = randomUUID();
    try {
      const answer = await environment.run({ requestId, payload });
      if (Buffer.byteLength(answer) > PAYLOAD_LIMIT) throw tooLargeAnswer();
      return JSON.parse(answer);
    } catch (error) {
      if (!environment.alive) this.#log(requestId, error);
      throw error;
    } finally {
      this.#giveBack(environment);
    }
  }

  /** Ends every environment, whatever it is doing; the next invocation starts cold. */
  async restart(): Promise<void> {
    await Promise.all([...this.#environments].map((environment) => environment.end()));
  }

  /** Ends every environment for good, and the calls that run or wait with them. */
  async end(): Promise<void> {
    this.#ended = true;
    for (const { reject } of this.#waiting.splice(0)) reject(ended(this.spec.name));
    await this.restart();
    await Promise.all(this.#running);
  }

  #take(): Environment | Promise<Environment> {
    if (this.#ended) throw ended(this.spec.name);
    for (const [environment, timer] of [...this.#idle].reverse()) {
      clearTimeout(timer);
      this.#idle.delete(environment);
      if (environment.alive) return environment;
    }
    if (this.#environments.size < ENVIRONMENTS_LIMIT) return this.#start();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #start(): Environment {
    const environment = new Environment(this.spec, this.#logs);
    this.#environments.add(environment);
    void environment.gone.then(() => this.#environments.delete(environment));
    return environment;
  }

  #giveBack(environment: Environment): void {
    const next = this.#waiting.shift();
    if (!environment.alive) {
      this.#environments.delete(environment);
      next?.resolve(this.#start());
    } else if (next) next.resolve(environment);
    else this.#idle.set(environment, setTimeout(() => this.#retire(environment), IDLE_MS).unref());
  }

  #retire(environment: Environment): void {
    this.#idle.delete(environment);
    void environment.end();
  }

  /** What the environment could not write itself, because it is gone. */
  #log(requestId: string, error: unknown): void {
    const { errorType, message } =
      error instanceof FunctionError ? error : { errorType: 'Error', message: String(error) };
    const line = { level: 'ERROR', function: this.spec.name, requestId, errorType, errorMessage: message };
    this.#logs.write(`${JSON.stringify(line)}\n`);
  }
}

const ended = (name: string): FunctionError => new FunctionError('Stopped', `${name} takes no more calls`);

const tooLargeAnswer = (): FunctionError =>
  new FunctionError(
    'Function.ResponseSizeTooLarge',
    `Response payload size exceeded maximum allowed payload size (${PAYLOAD_LIMIT} bytes).`,
  );
