import { env } from '../../lib/env.ts';
import type { Timeouts } from '../../lib/model.ts';

/** Seconds in place of the template's; one number for all flows that have such a deadline. */
export type GivenTimeouts = { [name in keyof Timeouts]?: number };

/** A function's variables with the deadlines it reads shortened or stretched; those that it does not read stay away. */
export const withTimeouts = (variables: Record<string, string>, given: GivenTimeouts): Record<string, string> => {
  const text = variables[env.timeouts];
  if (text === undefined) return variables;
  const timeouts = Object.entries(JSON.parse(text) as Timeouts).map(([name, value]) => [
    name,
    replaced(value, given[name as keyof Timeouts]),
  ]);
  return { ...variables, [env.timeouts]: JSON.stringify(Object.fromEntries(timeouts)) };
};

const replaced = (value: Timeouts[keyof Timeouts], seconds: number | undefined): Timeouts[keyof Timeouts] => {
  if (seconds === undefined) return value;
  if (typeof value === 'number') return seconds;
  return Object.fromEntries(Object.keys(value).map((flow) => [flow, seconds]));
};
