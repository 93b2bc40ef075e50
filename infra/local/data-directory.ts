import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Where a stack keeps what survives a restart, and what it tells. */
export type DataDirectory = {
  path: string;
  /** File of the DynamoDB engine. */
  engine: string;
  /** Positions in the table's stream. */
  checkpoints: string;
  /** Tokens of the stack's principals. */
  tokens: string;
  /** Routing key of the stack's own integration. */
  routingKey: string;
  /** What Parameter Store holds. */
  parameters: string;
  /** Logs of the functions. */
  logs: string;
  /** Lets another stack have it. */
  release: () => void;
};

/** All that a stack makes here; nothing else is ever deleted. */
const made = [
  'checkpoints',
  'dynamodb.sqlite',
  'dynamodb.sqlite-journal',
  'dynamodb.sqlite-shm',
  'dynamodb.sqlite-wal',
  'files',
  'functions.log',
  'messaging',
  'outbox',
  'parameters.json',
  'routing-key.json',
  'stack.json',
  'tokens.json',
];

/** Takes a directory for one stack alone. With `fresh` it forgets what an earlier one left. */
export const takeDirectory = (directory: string, { fresh = false }: { fresh?: boolean } = {}): DataDirectory => {
  const path = resolve(directory);
  const at = (name: string): string => join(path, name);
  try {
    mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw new Error(`${path} cannot be the data directory: choose another with --data DIR`, { cause });
  }
  const release = lock(path);
  if (fresh) for (const name of made) rmSync(at(name), { recursive: true, force: true });
  return {
    path,
    engine: at('dynamodb.sqlite'),
    checkpoints: at('checkpoints'),
    tokens: at('tokens.json'),
    routingKey: at('routing-key.json'),
    parameters: at('parameters.json'),
    logs: at('functions.log'),
    release,
  };
};

/** A lock of SQLite's on a file: the system takes it back when its holder dies, however that dies. */
const lock = (directory: string): (() => void) => {
  const database = new DatabaseSync(join(directory, 'lock.sqlite'));
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
  } catch (cause) {
    database.close();
    throw new Error(`another stack runs on ${directory}: choose another directory with --data DIR`, { cause });
  }
  return () => database.close();
};
