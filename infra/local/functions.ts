import { randomUUID } from 'node:crypto';
import type { Writable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { Completion, Invocation } from './runtime.ts';

/** A function of the template, ready to run. */
export type FunctionSpec = {
  name: string;
  directory: string;
  handler: string;
  timeoutSeconds: number;
  environment: Record<string, string>;
};

/** What an invocation ended with when it did not end with an answer: as Lambda reports it. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  readonly errorType: string;

  constructor(errorType: string, message: string) {
    super(message);
    this.errorType = errorType;
  }
}

/** A synchronous invocation takes and answers 6 MB at most (Lambda quotas). */
export const PAYLOAD_LIMIT = 6 * 1024 * 1024;
/** Execution environments of one function on this machine; further calls wait. */
const ENVIRONMENTS_LIMIT = 4;

type Environment = { worker: Worker; settle?: (completion: Completion) => void };

/** Runs invocations as Lambda does: one at a time in each environment, warm ones first, a new one where all are busy. */
export class LocalFunction {
  readonly spec: FunctionSpec;
  readonly #logs: Writable;
  readonly #idle: Environment[] = [];
  readonly #all = new Set<Environment>();
  readonly #waiting: ((environment: Environment) => void)[] = [];
  #sequence = 0;

  constructor(spec: FunctionSpec, logs: Writable) {
    this.spec = spec;
    this.#logs = logs;
  }

  /** Answers the payload, parsed. Throws `FunctionError` for a handler that threw, crashed or ran out of time. */
  async invoke(event: unknown, requestId: string = randomUUID()): Promise<unknown> {
    const environment = await this.#take();
    const deadline = Date.now() + this.spec.timeoutSeconds * 1000;
    const completion = await this.#run(environment, { id: ++this.#sequence, requestId, event, deadline });
    if (this.#all.has(environment)) this.#giveBack(environment);
    else this.#replaceForWaiting();
    if (completion.error) {
      this.#logs.write(`${JSON.stringify({ function: this.spec.name, requestId, ...completion.error })}\n`);
      throw new FunctionError(completion.error.errorType, completion.error.errorMessage);
    }
    const payload = completion.payload ?? 'null';
    if (Buffer.byteLength(payload) > PAYLOAD_LIMIT) {
      throw new FunctionError(
        'Function.ResponseSizeTooLarge',
        'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
      );
    }
    return JSON.parse(payload);
  }

  /** Ends every environment; the next invocation starts cold. */
  async restart(): Promise<void> {
    const environments = [...this.#all];
    this.#all.clear();
    this.#idle.length = 0;
    await Promise.all(environments.map(({ worker }) => worker.terminate()));
  }

  async #take(): Promise<Environment> {
    const idle = this.#idle.pop();
    if (idle) return idle;
    if (this.#all.size < ENVIRONMENTS_LIMIT) return this.#start();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #giveBack(environment: Environment): void {
    const next = this.#waiting.shift();
    if (next) next(environment);
    else this.#idle.push(environment);
  }

  #replaceForWaiting(): void {
    const next = this.#waiting.shift();
    if (next) next(this.#start());
  }

  #start(): Environment {
    const { name, directory, handler, environment: env } = this.spec;
    const worker = new Worker(new URL('./runtime.ts', import.meta.url), {
      env,
      workerData: { name, directory, handler },
      stdout: true,
      stderr: true,
    });
    worker.stdout.on('data', (chunk: Buffer) => this.#logs.write(chunk));
    worker.stderr.on('data', (chunk: Buffer) => this.#logs.write(chunk));
    const environment: Environment = { worker };
    worker.on('message', (completion: Completion) => environment.settle?.(completion));
    const lost = (errorType: string, errorMessage: string) => {
      this.#all.delete(environment);
      const position = this.#idle.indexOf(environment);
      if (position >= 0) this.#idle.splice(position, 1);
      environment.settle?.({ id: 0, error: { errorType, errorMessage } });
    };
    worker.on('error', (error) => lost(error instanceof Error ? error.name : 'Error', String(error)));
    worker.on('exit', (code) => lost('Runtime.ExitError', `the function exited with code ${code}`));
    this.#all.add(environment);
    return environment;
  }

  async #run(environment: Environment, invocation: Invocation): Promise<Completion> {
    let timer: NodeJS.Timeout | undefined;
    const completion = await new Promise<Completion>((resolve) => {
      environment.settle = resolve;
      timer = setTimeout(() => {
        const errorMessage = `Task timed out after ${this.spec.timeoutSeconds.toFixed(2)} seconds`;
        resolve({ id: invocation.id, error: { errorType: 'Sandbox.Timedout', errorMessage } });
        this.#all.delete(environment);
        void environment.worker.terminate();
      }, invocation.deadline - Date.now());
      environment.worker.postMessage(invocation);
    });
    clearTimeout(timer);
    delete environment.settle;
    return completion;
  }
}
