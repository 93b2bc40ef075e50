import type { Principal, Timeouts } from '../model.ts';

/** All of a call that a plan depends on beside its input and what it read; plans draw nothing from the world themselves. */
export type Call = {
  principal: Principal;
  /** Milliseconds since the epoch, by this machine's clock. */
  clock: number;
  /** A new ULID whose time part is `at`. */
  ulid: (at: number) => string;
  /** Unique to the request and the same however often it is planned: names what is made outside the table. */
  nonce: string;
  timeouts: Timeouts;
  /** Whether events go to webhooks; left out, none does. */
  webhooks?: boolean;
};

/**
 * The time of a write that follows from `records`: this machine's clock, but always later than what it saw,
 * so that a timeline keeps the order of cause and effect when clocks differ.
 */
export const timeAfter = (call: Call, ...records: ({ updatedAt: string } | undefined)[]): number =>
  Math.max(call.clock, ...records.map((record) => (record ? Date.parse(record.updatedAt) + 1 : 0)));

export const iso = (at: number): string => new Date(at).toISOString();
