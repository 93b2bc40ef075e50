import { createWriteStream } from 'node:fs';

/** Where functions write. */
export type Log = { write: (text: string | Buffer) => void };

/** A log at the end of a file. What a thread still says while it ends comes too late for it, and is dropped. */
export const openLog = (path: string): Log & { close: () => Promise<void> } => {
  const stream = createWriteStream(path, { flags: 'a' });
  return {
    write: (text) => {
      if (!stream.writableEnded) stream.write(text);
    },
    close: () => new Promise((resolve) => stream.end(resolve)),
  };
};
