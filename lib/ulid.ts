import { randomBytes } from 'node:crypto';
import { ulid as make } from 'ulid';

/** The random characters of a ULID. */
const CHARACTERS = 16;

/**
 * A ULID whose time part is `at`, milliseconds since the epoch. Its randomness is asked for at once: the library asks for
 * each character, of 32 equally likely ones, and would load Web Crypto to find something that it could ask.
 */
export const ulid = (at: number = Date.now()): string => {
  const bytes = randomBytes(CHARACTERS);
  let taken = 0;
  return make(at, () => bytes.readUInt8(taken++) / 256);
};
