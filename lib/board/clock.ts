/** The time by the service's clock: ages and countdowns are of its times, and a visitor's clock may be off by minutes. */

/** A `Date` header is in whole seconds and some milliseconds old: a difference within this says nothing. */
const TOLERANCE_MS = 2_000;
const TICK_MS = 1_000;

let ahead = 0;

export const followClock = (date: string | null): void => {
  const time = Date.parse(date ?? '');
  if (Number.isNaN(time)) return;
  const difference = time - Date.now();
  ahead = Math.abs(difference) > TOLERANCE_MS ? difference : 0;
};

export const now = (): number => Date.now() + ahead;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Tells once a second; answers how to stop. One timer for all, and none for nobody. */
export const onTick = (listener: () => void): (() => void) => {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
};
