/** Event filter patterns as event source mappings take them (Lambda developer guide, "Event filtering"). */

export type Pattern = { [name: string]: unknown };

/** Whether an event passes: any of the patterns, or none being given. */
export const passes = (patterns: readonly Pattern[], event: unknown): boolean =>
  patterns.length === 0 || patterns.some((pattern) => matches(pattern, event));

const matches = (pattern: unknown, value: unknown): boolean => {
  if (Array.isArray(pattern)) return pattern.some((rule) => satisfies(rule, value));
  if (typeof pattern !== 'object' || pattern === null) throw new Error('a filter pattern ends in a list of rules');
  return Object.entries(pattern).every(([name, inner]) =>
    name === '$or'
      ? (inner as unknown[]).some((each) => matches(each, value))
      : matches(inner, typeof value === 'object' && value !== null ? (value as Pattern)[name] : undefined),
  );
};

const satisfies = (rule: unknown, value: unknown): boolean => {
  if (typeof rule !== 'object' || rule === null) return rule === (value ?? null);
  const [comparison, operand] = Object.entries(rule)[0] ?? [];
  switch (comparison) {
    case 'exists':
      return operand === (value !== undefined);
    case 'prefix':
      return typeof value === 'string' && value.startsWith(String(operand));
    case 'suffix':
      return typeof value === 'string' && value.endsWith(String(operand));
    case 'equals-ignore-case':
      return typeof value === 'string' && value.toLowerCase() === String(operand).toLowerCase();
    case 'anything-but':
      return value !== undefined && ![operand].flat().includes(value);
    case 'numeric':
      return typeof value === 'number' && inRange(value, operand as (string | number)[]);
    default:
      throw new Error(`the filter comparison ${comparison} is not known`);
  }
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
