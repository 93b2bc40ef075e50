import { randomBytes } from 'node:crypto';
import { ulid as make } from 'ulid';

/** Of 32 equally likely characters each. Given, so that the library does not load Web Crypto to find one of its own. */
const fraction = (): number => randomBytes(1).readUInt8() / 256;

/** A ULID whose time part is `at`, milliseconds since the epoch. */
export const ulid = (at: number = Date.now()): string => make(at, fraction);
