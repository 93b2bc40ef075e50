import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** How far each shard of a stream is worked off, in a file: what was not worked off before a restart is read again. */
export class Checkpoints {
  readonly #file: string;
  readonly #stream: string;
  readonly #positions: Record<string, string>;

  /** Positions in another stream, of a table made anew, say nothing about this one. */
  constructor(file: string, streamArn: string) {
    this.#file = file;
    this.#stream = streamArn;
    this.#positions = { ...read(file)[streamArn] };
  }

  get(shardId: string): string | undefined {
    return this.#positions[shardId];
  }

  set(shardId: string, sequenceNumber: string): void {
    this.#positions[shardId] = sequenceNumber;
    const draft = `${this.#file}.draft`;
    writeFileSync(draft, JSON.stringify({ [this.#stream]: this.#positions }));
    renameSync(draft, this.#file);
  }
}

const read = (file: string): Record<string, Record<string, string>> => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return {};
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${file} is broken: delete it, and the stream is read again from its beginning`);
  }
};
