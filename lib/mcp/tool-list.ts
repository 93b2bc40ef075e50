import type { Tool } from '@modelcontextprotocol/server';
import type * as z from 'zod/mini';
import type { Documentation } from '../catalogue/documentation.ts';
import { inputSchema, type JsonSchema, outputSchema } from '../catalogue/json-schema.ts';
import { type ToolName, toolNames } from '../model.ts';

export type Described = Readonly<Record<ToolName, { tool: { input: z.ZodMiniType }; documentation: Documentation }>>;

/** What `tools/list` answers, in the order of the contract. */
export const toolList = (tools: Described): Tool[] =>
  toolNames.map((name) => {
    const { tool, documentation } = tools[name];
    const { title, description, readOnly, destructive, idempotent, tellsPeople } = documentation;
    return {
      name,
      title,
      description,
      inputSchema: inputSchema(tool.input, documentation) as Tool['inputSchema'],
      outputSchema: compact(outputSchema(documentation.output())) as Tool['outputSchema'],
      annotations: {
        title,
        readOnlyHint: readOnly ?? false,
        destructiveHint: destructive ?? false,
        // A read that is made twice changes nothing either.
        idempotentHint: (idempotent || readOnly) ?? false,
        openWorldHint: tellsPeople ?? false,
      },
    };
  });

/** What a list of tools is kept short of: a model pays for each word of it in every conversation. */
const PROSE = new Set(['description', 'title', 'format', 'pattern', 'enum', 'const']);

/**
 * A schema of answers as the named fields of its records and their types alone. What is valid under the whole schema
 * is valid under this one; the OpenAPI document has the whole.
 */
const compact = ({ $defs = {}, ...answer }: JsonSchema): JsonSchema => {
  const records = Object.fromEntries(Object.entries($defs).map(([name, record]) => [name, fieldsOf(record)]));
  const short = bare(answer);
  const text = JSON.stringify(short);
  const used = Object.entries(records).filter(([name]) => text.includes(`"#/$defs/${name}"`));
  return { ...short, ...(used.length > 0 && { $defs: Object.fromEntries(used) }) };
};

/** Of a record the fields; what stands in one of them is shown by the answers themselves. */
const fieldsOf = (record: JsonSchema): JsonSchema => {
  const { properties = {}, ...rest } = record;
  const typed = Object.entries(properties).map(([name, field]) => [name, typeOf(field as JsonSchema)]);
  return { ...bare(rest), ...(typed.length > 0 && { properties: Object.fromEntries(typed) }) };
};

const typeOf = ({ type, anyOf, oneOf, allOf, $ref }: JsonSchema): JsonSchema => {
  if ($ref) return { type: 'object' };
  return anyOf || oneOf || allOf || type === undefined ? {} : { type };
};

/** Names of properties are left alone: one may be called `title`. */
const bare = (schema: JsonSchema): JsonSchema => {
  const shortened = (value: unknown, areNames = false): unknown => {
    if (Array.isArray(value)) return value.map((each) => shortened(each));
    if (typeof value !== 'object' || value === null) return value;
    const kept = Object.entries(value).filter(([name]) => areNames || !PROSE.has(name));
    return Object.fromEntries(
      kept.map(([name, inner]) => [name, shortened(inner, !areNames && name === 'properties')]),
    );
  };
  return shortened(schema) as JsonSchema;
};
