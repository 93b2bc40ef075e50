import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Log } from './function-log.ts';
import type { Completion, Deployed, Invocation } from './runtime.ts';

/** What an invocation ended with when it did not end with an answer: as Lambda reports it. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  readonly errorType: string;

  constructor(errorType: string, message: string) {
    super(message);
    this.errorType = errorType;
  }
}

export type EnvironmentSpec = Deployed & {
  timeoutSeconds: number;
  memoryMegabytes: number;
  variables: Record<string, string>;
};

/** Lambda gives the code outside the handler 10 s (Lambda developer guide, "Execution environment lifecycle"). */
const INIT_SECONDS = 10;

/**
 * One execution environment: a thread with its own module state, environment variables and heap limit, which runs one
 * invocation at a time. One that exceeds its time, its memory, or exits, is gone; whoever asks needs a new one.
 */
export class Environment {
  readonly #spec: EnvironmentSpec;
  readonly #worker: Worker;
  readonly #ready: Promise<unknown>;
  readonly #ended: Promise<FunctionError>;
  #alive = true;

  constructor(spec: EnvironmentSpec, logs: Log) {
    this.#spec = spec;
    const { name, directory, handler, memoryMegabytes, variables } = spec;
    this.#worker = new Worker(new URL('./runtime.ts', import.meta.url), {
      env: variables,
      workerData: { name, directory, handler, memoryMegabytes } satisfies Deployed,
      resourceLimits: { maxOldGenerationSizeMb: memoryMegabytes },
      execArgv: [],
      argv: [],
      stdout: true,
      stderr: true,
    });
    for (const output of [this.#worker.stdout, this.#worker.stderr])
      output.on('data', (chunk: Buffer) => logs.write(chunk));
    this.#ready = this.#message();
    this.#ended = new Promise((resolve) => {
      this.#worker.once('error', (error) => resolve(crash(error)));
      this.#worker.once('exit', (code) =>
        resolve(new FunctionError('Runtime.ExitError', `Runtime exited with error: exit status ${code}`)),
      );
    });
    void this.#ended.then(() => {
      this.#alive = false;
    });
  }

  /** False once it can take no further invocation. */
  get alive(): boolean {
    return this.#alive;
  }

  /** Resolves when the environment is gone, for whatever reason. */
  get gone(): Promise<unknown> {
    return this.#ended;
  }

  /** Answers the payload. Throws `FunctionError` for a handler that threw, crashed or ran out of time. */
  async run(invocation: Omit<Invocation, 'leftMs'>): Promise<string> {
    await this.#within(INIT_SECONDS, this.#ready);
    const { timeoutSeconds } = this.#spec;
    const answer = this.#message<Completion>();
    this.#worker.postMessage({ ...invocation, leftMs: timeoutSeconds * 1000 } satisfies Invocation);
    const { payload = 'null', error } = await this.#within(timeoutSeconds, answer);
    if (error) throw new FunctionError(error.errorType, error.errorMessage);
    return payload;
  }

  async end(): Promise<void> {
    this.#alive = false;
    await this.#worker.terminate();
  }

  #message<T>(): Promise<T> {
    return new Promise((resolve) => this.#worker.once('message', resolve));
  }

  async #within<T>(seconds: number, answer: Promise<T>): Promise<T> {
    const timer = new AbortController();
    const timeout = pause(seconds * 1000, undefined, { signal: timer.signal }).then(
      () => new FunctionError('Sandbox.Timedout', `Task timed out after ${seconds.toFixed(2)} seconds`),
      () => this.#ended,
    );
    const first = await Promise.race([answer, this.#ended, timeout]);
    timer.abort();
    if (!(first instanceof FunctionError)) return first;
    await this.end();
    throw first;
  }
}

const crash = (error: unknown): FunctionError => {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new FunctionError('Runtime.OutOfMemory', 'Runtime exited with error: signal: killed')
    : new FunctionError(name, message);
};
