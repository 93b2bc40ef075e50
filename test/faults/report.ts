/** What a soak prints: what was done, what was answered, what happened on the way, and what was held against it. */

export type Counts = Map<string, number>;

export const add = (to: Counts, from: ReadonlyMap<string, number>, prefix = ''): void => {
  for (const [name, count] of from) to.set(prefix + name, (to.get(prefix + name) ?? 0) + count);
};

/** A heading, and under it a name and a number a line. */
export const section = (heading: string, counts: ReadonlyMap<string, number | string>): string => {
  const width = Math.max(0, ...[...counts.keys()].map((name) => name.length));
  const lines = [...counts].map(([name, value]) => `  ${name.padEnd(width)}  ${String(value).padStart(8)}`);
  return [heading, ...lines].join('\n');
};

export const sorted = (counts: ReadonlyMap<string, number>): ReadonlyMap<string, number> =>
  new Map([...counts].toSorted(([one], [other]) => (one < other ? -1 : 1)));

const SHOWN_VIOLATIONS = 10;

/** What must be true, how often it was looked at, and where it was not. */
export const invariants = {
  model: 'each answer, and what it leaves, as the model says',
  notices: 'a notice for each message that is owed one, and no other',
  stories: 'an incident ends as it had to, its deadlines with it',
  internal: 'no answer says that the service is at fault',
} as const;
type Invariant = keyof typeof invariants;

export class Ledger {
  readonly #checked: Counts = new Map();
  readonly violations: string[] = [];

  hold(invariant: Invariant, checked: number, violations: readonly string[]): void {
    add(this.#checked, new Map([[invariants[invariant], checked]]));
    this.violations.push(...violations);
  }

  /** What answers tell of defects. */
  holdAnswers(calls: number, told: ReadonlyMap<string, number>): void {
    const defects = [...told].filter(([name]) => name === '500 INTERNAL');
    this.hold(
      'internal',
      calls,
      defects.map(([name, count]) => `${count} answers ${name}`),
    );
  }

  /** The first violations in full: those that follow often have the same cause. */
  toString(): string {
    const shown = this.violations.slice(0, SHOWN_VIOLATIONS).map((each) => `\n\n${each}`);
    const counts = section('invariants, and how often each was looked at', this.#checked);
    return `${counts}\n  violations: ${this.violations.length}${shown.join('')}`;
  }
}
