import { setTimeout } from 'node:timers/promises';
import type { TopicName } from './outgoing.ts';

/** Resolves when the next notice may go to the topic. */
export type Pace = (topic: TopicName) => Promise<void>;

/**
 * More than 10 emails a second suspend an email subscription until it is confirmed anew (Amazon SNS developer guide,
 * "Email notifications"). A backlog worked off at full speed would cost the operator their mail.
 */
const INTERVAL_MS = 125;

/** One notice per topic and interval, in this process. The first never waits. */
export const paced = (intervalMs: number = INTERVAL_MS): Pace => {
  const free: Record<TopicName, number> = { directives: 0, hitl: 0 };
  return async (topic) => {
    const now = performance.now();
    const turn = Math.max(now, free[topic]);
    free[topic] = turn + intervalMs;
    if (turn > now) await setTimeout(turn - now);
  };
};
