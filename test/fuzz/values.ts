/** Values that a schema allows, and values that it does not. */

import type { Schema } from '../../lib/docs/document.ts';
import type { Dice } from './dice.ts';
import { document } from './document.ts';
import type { Pools } from './pools.ts';

const words = [
  'Checkout answers 500',
  'Rolled back',
  'p99 is 9 s',
  'Überweisung 支払い 🚑',
  'a',
  'Regression test: x',
] as const;
const sections = '### Completed Work\n- It\n### Pending Work\n### Evidence\n- It';

/** What has broken parsers, pages and queries before. */
const hostile = [
  '',
  ' ',
  '\u0000',
  'a\u0007b',
  '\ud800',
  '\u2028',
  '__proto__',
  'constructor',
  '"}],{"',
  "'; DROP TABLE atps; --",
  '<script>alert(1)</script>',
  '../../etc/passwd',
  '%{jndi:ldap://x}',
  '\u202eabc',
  'ＡＴ-１',
  '9'.repeat(400),
] as const;
const oddities = [null, true, 0, -1, 1.5, 1e308, [], {}, [[]], [null], { a: 1 }, '', 'text', ['text']] as const;

const OPTIONAL = 0.2;
const KNOWN = 0.9;
/** Fields that may be left out, and rarely are by whoever knows what for. */
const likely = ['completed', 'evidence', 'notes', 'note'];
const unlikely = ['agent', 'fromAgent', 'stage', 'codeReview', 'type', 'qa', 'drill', 'verdict', 'waitSeconds'];
const roles = ['@pm', '@dev', '@operator', '@sre', '@qa', '@PM'] as const;

/** Unknown fields of an open object stay out: the schema says nothing of them. */
export const valueFor = (schema: Schema, dice: Dice, pools: Pools, name = ''): unknown => {
  if (schema.$ref) return valueFor(resolved(schema.$ref), dice, pools, name);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return dice.pick(schema.enum);
  if (schema.anyOf) return valueFor(dice.pick(schema.anyOf) ?? {}, dice, pools, name);
  const type = Array.isArray(schema.type) ? dice.pick(schema.type) : schema.type;
  // A gate that does not hold is rare, or nothing would ever be closed.
  if (type === 'boolean') return dice.chance(0.85);
  // Callers wait for each answer.
  if (name === 'waitSeconds') return dice.pick([0, 1]);
  if (type === 'integer' || type === 'number') return numberOf(schema, dice);
  if (type === 'string') return textOf(schema, dice, pools, name);
  if (type === 'array') {
    const { items = {}, maxItems = 3 } = schema;
    return Array.from({ length: 1 + dice.below(Math.min(maxItems, 3)) }, () => valueFor(items, dice, pools, name));
  }
  if (type === 'object') return objectOf(schema, dice, pools);
  return dice.pick(oddities);
};

const resolved = (ref: string): Schema => document.components.schemas[ref.slice(ref.lastIndexOf('/') + 1)] ?? {};

const numberOf = ({ minimum = 0, maximum = 1_000 }: Schema, dice: Dice): number =>
  dice.pick([minimum, maximum, minimum + dice.below(maximum - minimum + 1)]);

const textOf = (schema: Schema, dice: Dice, pools: Pools, name: string): string => {
  if (/agent$/i.test(name)) return dice.pick(roles);
  const known = dice.chance(KNOWN) ? pools.of(name, dice) : undefined;
  if (known !== undefined) return known;
  const { pattern, minLength = 1, maxLength = 200, format } = schema;
  if (format === 'date-time') return new Date(1.7e12 + dice.below(1e9)).toISOString();
  if (pattern?.startsWith('^[hH]')) return 'https://example.com/a';
  if (pattern) return idOf(dice, minLength === maxLength ? minLength : 3 + dice.below(10));
  if (name === 'body' && dice.chance(0.3)) return sections;
  // The longest there may be, once in a while.
  if (dice.chance(0.03)) return 'é'.repeat(Math.min(maxLength, 4_000));
  return dice.pick(words).slice(0, maxLength);
};

const idOf = (dice: Dice, length: number): string =>
  Array.from({ length }, () => dice.pick([...'abcdefghijklmnopqrstuvwxyz0123456789'])).join('');

const objectOf = (schema: Schema, dice: Dice, pools: Pools): Record<string, unknown> => {
  const { properties = {}, required = [], additionalProperties } = schema;
  const chances = (name: string): number => (likely.includes(name) ? 0.85 : unlikely.includes(name) ? 0.05 : OPTIONAL);
  const chosen = Object.entries(properties).filter(([name]) => required.includes(name) || dice.chance(chances(name)));
  const more =
    typeof additionalProperties === 'object' && dice.chance(0.7) ? { severity: 'critical', alertname: 'Down' } : {};
  return { ...more, ...Object.fromEntries(chosen.map(([name, each]) => [name, valueFor(each, dice, pools, name)])) };
};

/** The value with one thing about it changed, as a careless or a hostile caller would. */
export const spoilt = (value: unknown, dice: Dice): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return dice.pick(oddities);
  const fields = Object.entries(value);
  const [name = '', inner] = dice.pick(fields) ?? [];
  const changed = (to: unknown): object => ({ ...value, [name]: to });
  switch (dice.below(7)) {
    case 0:
      return Object.fromEntries(fields.filter(([each]) => each !== name));
    case 1:
      return changed(dice.pick(oddities));
    case 2:
      return changed(dice.pick(hostile));
    case 3:
      return { ...value, [dice.pick(hostile) || 'unknown']: dice.pick(oddities) };
    case 4:
      return changed(
        typeof inner === 'object' && inner !== null
          ? spoilt(inner, dice)
          : 'x'.repeat(dice.pick([200, 201, 4_001, 65_537])),
      );
    case 5:
      return changed(Array.from({ length: dice.pick([1, 50, 51]) }, () => dice.pick([...words, ...hostile])));
    default:
      return dice.pick(oddities);
  }
};

export const hostileText = (dice: Dice): string => dice.pick(hostile);
