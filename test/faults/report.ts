/** What a soak prints: what was done, what was answered, what happened on the way, and what was held against it. */

export type Held = { invariant: string; checked: number; violations: readonly string[] };

const SHOWN_VIOLATIONS = 10;

const rows = (lines: readonly (readonly [string, number | string])[]): string => {
  const width = Math.max(0, ...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `  ${name.padEnd(width)}  ${String(value).padStart(8)}`).join('\n');
};

const byName = (counts: ReadonlyMap<string, number>): (readonly [string, number])[] =>
  [...counts].toSorted(([one], [other]) => (one < other ? -1 : 1));

/** A heading, and under it a name and a number a line. */
export const section = (heading: string, counts: ReadonlyMap<string, number | string>): string =>
  `${heading}\n${rows([...counts])}`;
export const sorted = (counts: ReadonlyMap<string, number>): ReadonlyMap<string, number> => new Map(byName(counts));

export const heldSection = (held: readonly Held[]): string =>
  section(
    'invariants: how often held, violations',
    new Map(held.map(({ invariant, checked, violations }) => [invariant, `${checked}, ${violations.length}`])),
  );

export const violationsOf = (held: readonly Held[]): string[] => held.flatMap(({ violations }) => violations);

/** The first of them in full: those that follow often have the same cause. */
export const shownViolations = (violations: readonly string[]): string =>
  violations.slice(0, SHOWN_VIOLATIONS).join('\n\n');
