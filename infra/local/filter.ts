/** Event filter patterns as event source mappings take them (Lambda developer guide, "Event filtering"). */

export type Pattern = { [name: string]: unknown };

type Comparison = (operand: unknown, value: unknown) => boolean;

const isText = (value: unknown): value is string => typeof value === 'string';

const comparisons: Readonly<Record<string, Comparison>> = {
  exists: (operand, value) => operand === (value !== undefined),
  prefix: (operand, value) => isText(value) && value.startsWith(String(operand)),
  suffix: (operand, value) => isText(value) && value.endsWith(String(operand)),
  'equals-ignore-case': (operand, value) => isText(value) && value.toLowerCase() === String(operand).toLowerCase(),
  'anything-but': (operand, value) =>
    value !== undefined && ![operand].flat().some((excluded) => satisfies(excluded, value)),
  numeric: (operand, value) => typeof value === 'number' && inRange(value, operand as (string | number)[]),
};

/** Reads a pattern. Throws for one that uses what is not known here: it would be held wrongly. */
export const patternOf = (text: string): Pattern => {
  const pattern = JSON.parse(text);
  check(pattern, text);
  return pattern;
};

const check = (pattern: unknown, text: string): void => {
  const refuse = (what: string): never => {
    throw new Error(`the filter pattern ${text} ${what}, which the local stack does not know`);
  };
  if (typeof pattern !== 'object' || pattern === null) refuse('ends in no list of rules');
  for (const [name, inner] of Object.entries(pattern as Pattern)) {
    if (name === '$or' && Array.isArray(inner)) for (const each of inner) check(each, text);
    else if (Array.isArray(inner)) for (const rule of inner) checkRule(rule, refuse);
    else check(inner, text);
  }
};

const checkRule = (rule: unknown, refuse: (what: string) => never): void => {
  if (typeof rule !== 'object' || rule === null) return;
  const [comparison = 'nothing', ...more] = Object.keys(rule);
  if (more.length > 0 || !(comparison in comparisons)) refuse(`compares by ${[comparison, ...more].join(' and ')}`);
};

/** Whether an event passes: any of the patterns, or none being given. */
export const passes = (patterns: readonly Pattern[], event: unknown): boolean =>
  patterns.length === 0 || patterns.some((pattern) => matches(pattern, event));

const matches = (pattern: unknown, value: unknown): boolean => {
  // Of a list in the event, one member that fits is enough.
  if (Array.isArray(pattern)) return [value].flat().some((each) => pattern.some((rule) => satisfies(rule, each)));
  return Object.entries(pattern as Pattern).every(([name, inner]) =>
    name === '$or'
      ? (inner as unknown[]).some((each) => matches(each, value))
      : matches(inner, typeof value === 'object' && value !== null ? (value as Pattern)[name] : undefined),
  );
};

const satisfies = (rule: unknown, value: unknown): boolean => {
  if (typeof rule !== 'object' || rule === null) return rule === value;
  const [comparison = '', operand] = Object.entries(rule)[0] ?? [];
  return comparisons[comparison]?.(operand, value) ?? false;
};

const inRange = (value: number, operand: readonly (string | number)[]): boolean => {
  for (let position = 0; position < operand.length; position += 2) {
    const bound = Number(operand[position + 1]);
    const holds = {
      '=': value === bound,
      '<': value < bound,
      '<=': value <= bound,
      '>': value > bound,
      '>=': value >= bound,
    };
    if (!holds[operand[position] as keyof typeof holds]) return false;
  }
  return true;
};
