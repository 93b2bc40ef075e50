import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

export type Delivered = { email: string; sms: string };

const POLL_MS = 50;

/** What the email and the SMS subscriber of a topic got, once it is there. */
export const delivered = async (
  outbox: string,
  topic: 'directives' | 'hitl',
  signal: AbortSignal,
): Promise<Delivered> => ({
  email: await arrived(outbox, `-${topic}-email-`, signal),
  sms: await arrived(outbox, `-${topic}-sms-`, signal),
});

/** The stack writes a file for each, whole or not at all. */
const arrived = async (outbox: string, part: string, signal: AbortSignal): Promise<string> => {
  for (;;) {
    const name = namesIn(outbox).find((each) => each.includes(part) && each.endsWith('.txt'));
    if (name) return readFileSync(join(outbox, name), 'utf8');
    if (signal.aborted) throw new Error(`nothing arrived in ${outbox} with ${part} in its name`);
    await setTimeout(POLL_MS);
  }
};

/** The directory is made with the first delivery. */
const namesIn = (directory: string): string[] => {
  try {
    return readdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};
