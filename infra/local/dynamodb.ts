import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { localAws } from './aws.ts';

export type Engine = {
  endpoint: string;
  /** Of the engine's process, where it is ours. */
  pid?: number | undefined;
  /** Settles, with the reason, when the engine ends without having been told to. */
  lost: Promise<string>;
  stop: () => Promise<void>;
};

/**
 * Runs the engine so that it ends with this process, however that ends: a shell waits for the end of our pipe and kills
 * it then. Killed, not asked: by then nobody waits for its answer, and SQLite's journal makes its file whole again.
 */
const GUARD = 'exec 3<&0 </dev/null; { cat <&3; kill -KILL $$; } >/dev/null 2>&1 & exec "$0" "$@" 3<&-';
const START_MS = 10_000;
const STOP_MS = 5_000;
/** Somebody else may take the free port before the engine does. */
const PORTS_TRIED = 5;

/** The binary of the platform's package, or `dynoxide` on PATH. */
export const dynoxide = (): string => {
  try {
    const manifest = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json');
    const binary = join(dirname(manifest), 'dynoxide');
    if (existsSync(binary)) return binary;
  } catch {
    // npm installs the package on its own platform only
  }
  return 'dynoxide';
};

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
};

/** Runs dynoxide, on a file or in memory. */
export const startEngine = async (file?: string, binary: string = dynoxide()): Promise<Engine> => {
  for (let tried = 1; ; tried++) {
    const port = await freePort();
    const args = ['serve', '--port', String(port), ...(file ? ['--db-path', file] : [])];
    // Detached: Ctrl-C in a terminal is for the stack, which stops its engine last.
    const child = spawn('/bin/sh', ['-c', GUARD, binary, ...args], {
      stdio: ['pipe', 'ignore', 'pipe'],
      detached: true,
    });
    // Writing to a process that has just ended is no fault of ours.
    child.stdin.on('error', () => undefined);
    const fault = await started(child, file);
    if (fault === undefined) return running(child, port, file);
    if (tried === PORTS_TRIED || !/already in use/.test(fault)) throw new Error(fault);
  }
};

/** Undefined once it listens, else why it does not. */
const started = (child: ChildProcess, file: string | undefined): Promise<string | undefined> =>
  new Promise((resolve) => {
    let said = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      resolve(`dynoxide does not answer after ${START_MS / 1000} s`);
    }, START_MS);
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (!/listening on/.test(said)) return;
      clearTimeout(timer);
      resolve(undefined);
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      child.stdin?.destroy();
      resolve(faultOf(code, said, file));
    });
  });

const faultOf = (code: number | null, said: string, file: string | undefined): string => {
  if (code === 127)
    return 'the DynamoDB engine dynoxide is not on this machine: install it (npm, Homebrew or cargo), or name a DynamoDB that runs with --dynamodb URL';
  const reason = said.trim().split('\n').at(-1) || 'it gave no reason';
  return file
    ? `dynoxide did not start on ${file}: ${reason}; --fresh forgets the file`
    : `dynoxide did not start: ${reason}`;
};

const running = (child: ChildProcess, port: number, file: string | undefined): Engine => {
  let stopping = false;
  const ended = once(child, 'exit').then(([code, signal]) => `dynoxide ended by itself (${signal ?? code})`);
  void ended.then(() => child.stdin?.destroy());
  return {
    endpoint: `http://127.0.0.1:${port}`,
    pid: child.pid,
    lost: new Promise((resolve) => {
      void ended.then((reason) => {
        if (!stopping) resolve(file ? `${reason}; its file is ${file}` : reason);
      });
    }),
    stop: async () => {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(timer);
    },
  };
};

/** Waits until an engine that somebody else runs answers at `endpoint`. */
export const answers = async (endpoint: string, patienceMs: number): Promise<void> => {
  const client = new DynamoDBClient({ ...localAws, endpoint, maxAttempts: 1 });
  for (const deadline = Date.now() + patienceMs; ; await pause(50)) {
    try {
      await client.send(new ListTablesCommand({}));
      return client.destroy();
    } catch (cause) {
      if (Date.now() > deadline) throw new Error(`no DynamoDB answers at ${endpoint}`, { cause });
    }
  }
};

/** An engine that somebody else runs, and goes on running. */
export const useEngine = async (endpoint: string): Promise<Engine> => {
  if (!/^https?:\/\/\S+$/.test(endpoint))
    throw new Error(`--dynamodb takes a URL such as http://127.0.0.1:8000, not ${endpoint}`);
  await answers(endpoint, 2_000);
  return { endpoint, lost: new Promise(() => undefined), stop: async () => undefined };
};
