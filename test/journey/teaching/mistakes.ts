import type { ToolName } from '../../../lib/model.ts';
import type { Body } from '../../support/service.ts';
import type { ShownTool } from './catalogue.ts';
import { filled } from './words.ts';

export type Attempt = { tool: ToolName; input: Body };
/** What the agent sees when it errs: the call that it would make, and all that `next` lists. */
export type Seen = {
  right: Attempt;
  next: Body[];
  role: string;
  atpId: string;
  tools: readonly ShownTool[];
  step: number;
};

const without = (input: Body, field: string | undefined): Body => {
  const { [field ?? '']: _, ...others } = input;
  return others;
};

/** A field that has to be written is forgotten; where none has, one that was given. */
const forgets = ({ right, next }: Seen): Attempt => ({
  ...right,
  input: without(right.input, next[0]?.needs?.[0] ?? Object.keys(right.input)[0]),
});

/** A field has a name of the agent's own. */
const misnames = ({ right }: Seen): Attempt => {
  const [field = ''] = Object.keys(right.input).slice(-1);
  return { ...right, input: { ...without(right.input, field), [`my_${field}_here`]: right.input[field] } };
};

/** A value of a list has a word of the agent's own; where no list is asked for, a text is a number. */
const misspeaks = ({ right, tools }: Seen): Attempt => {
  const { properties = {} } = tools.find(({ name }) => name === right.tool)?.schema ?? {};
  const listed = Object.keys(right.input).find((field) => properties[field]?.enum);
  const field = listed ?? Object.keys(right.input)[0] ?? '';
  return { ...right, input: { ...right.input, [field]: listed ? 'whatever' : 7 } };
};

/** A tool that the flow does not offer to this role now, filled in by its schema alone. */
const strays = ({ next, role, atpId, tools, step }: Seen): Attempt => {
  const offered = next.filter((call) => call.role === role).map(({ tool }) => tool);
  const others = tools.filter(
    ({ name, schema }) => schema.required?.includes('atpId') && !offered.includes(name) && !/_(get|list)$/.test(name),
  );
  const other = others[step % others.length] as ShownTool;
  return { tool: other.name, input: { ...filled(other.schema), atpId } };
};

/** Another role's call. */
const usurps = (seen: Seen): Attempt => {
  const other = seen.next.find(({ role }) => role !== seen.role);
  if (!other) return strays(seen);
  const { properties = {} } = seen.tools.find(({ name }) => name === other.tool)?.schema ?? {};
  const words = filled({ properties, required: other.needs ?? [] });
  return { tool: other.tool, input: { ...words, ...other.input } };
};

export const mistakes = [forgets, strays, misnames, usurps, misspeaks] as const;
