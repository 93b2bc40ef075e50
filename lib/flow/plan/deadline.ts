import type { Timer } from '../../model.ts';
import type { Call } from '../call.ts';
import type { Snapshot, Write } from '../write.ts';

/**
 * What a deadline that has passed makes the service do, as `@system`. Nothing where the timer's ATP is gone, or no longer
 * waits for what the timer was set for until just then: a timer may fire twice, or a day late.
 */
export const planDeadline = (_timer: Timer, _snapshot: Snapshot, _call: Call): readonly Write[] => [];
