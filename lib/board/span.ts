/** Lengths of time in words. All in milliseconds. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const joined = (one: number, unit: string, other: number, smaller: string): string =>
  other > 0 ? `${one} ${unit} ${other} ${smaller}` : `${one} ${unit}`;

/** Two units at most, rounded down: `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`. */
export const spanOf = (milliseconds: number): string => {
  const length = Math.max(0, milliseconds);
  if (length < MINUTE) return `${Math.floor(length / SECOND)} s`;
  if (length < HOUR) return `${Math.floor(length / MINUTE)} min`;
  if (length < DAY) return joined(Math.floor(length / HOUR), 'h', Math.floor((length % HOUR) / MINUTE), 'min');
  return joined(Math.floor(length / DAY), 'd', Math.floor((length % DAY) / HOUR), 'h');
};

export const ageOf = (since: string, now: number): string => spanOf(now - Date.parse(since));

/** To the second below an hour, since somebody may be watching it: `in 4 min 12 s`, `3 min overdue`. */
export const countdownOf = (dueAt: string, now: number): { text: string; overdue: boolean } => {
  const left = Date.parse(dueAt) - now;
  if (left < 0) return { text: `${spanOf(-left)} overdue`, overdue: true };
  if (left < MINUTE || left >= HOUR) return { text: `in ${spanOf(left)}`, overdue: false };
  const [minutes, seconds] = [Math.floor(left / MINUTE), Math.floor((left % MINUTE) / SECOND)];
  return { text: `in ${minutes} min ${String(seconds).padStart(2, '0')} s`, overdue: false };
};
