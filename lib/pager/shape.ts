/** Checks of JSON that we define ourselves, in the words of the tools: every fault by the path of its field. */

import type { Issue } from '../refusal.ts';
import { isFields } from './fields.ts';

export type Check = (value: unknown, path: string) => readonly Issue[];
type Checks = Readonly<Record<string, Check>>;

/** Of a stranger's name as much as tells which. */
const NAME_LIMIT = 100;

const fault = (path: string, message: string): readonly Issue[] => [{ path, message }];

const below = (path: string, name: string | number): string => {
  const shown = String(name).slice(0, NAME_LIMIT).toWellFormed();
  return path === '' ? shown : `${path}.${shown}`;
};

/** `limit` in UTF-16 units. */
export const filled =
  (limit: number): Check =>
  (value, path) => {
    if (typeof value !== 'string') return fault(path, 'must be of type string');
    if (value.length > limit) return fault(path, `must be ${limit} at most`);
    return value.trim() === '' ? fault(path, 'is blank') : [];
  };

export const matching =
  (pattern: RegExp, limit: number, otherwise: string): Check =>
  (value, path) => {
    const faults = filled(limit)(value, path);
    return faults.length > 0 || pattern.test(String(value)) ? faults : fault(path, otherwise);
  };

export const oneOf =
  (names: readonly string[]): Check =>
  (value, path) =>
    names.some((name) => name === value) ? [] : fault(path, `must be one of ${names.join(', ')}`);

export const listOf =
  (check: Check): Check =>
  (value, path) =>
    Array.isArray(value)
      ? value.flatMap((each, at) => check(each, below(path, at)))
      : fault(path, 'must be of type array');

/** Fields of any name. */
export const recordOf =
  (check: Check): Check =>
  (value, path) =>
    isFields(value)
      ? Object.entries(value).flatMap(([name, each]) => check(each, below(path, name)))
      : fault(path, 'must be of type object');

/** No other fields than these: a name that is misspelt would be passed over in silence. */
export const strictly =
  (required: Checks, optional: Checks): Check =>
  (value, path) => {
    if (!isFields(value)) return fault(path, 'must be of type object');
    const known = { ...required, ...optional };
    const strangers = Object.keys(value).filter((name) => !Object.hasOwn(known, name));
    return [
      ...Object.entries(known).flatMap(([name, check]) => {
        if (value[name] !== undefined) return check(value[name], below(path, name));
        return Object.hasOwn(required, name) ? fault(below(path, name), 'is missing') : [];
      }),
      ...strangers.flatMap((name) => fault(below(path, name), 'is not a field here')),
    ];
  };
