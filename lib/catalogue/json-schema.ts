/** JSON Schema 2020-12 of what the tools take and answer, from the schemas that they validate with. */

import * as z from 'zod/mini';
import type { Documentation } from './documentation.ts';
import { fields } from './fields.ts';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Of an input: what callers may send, every field described. Throws for a field that nobody has described. */
export const inputSchema = (
  input: z.ZodMiniType,
  { fields: own = {} }: Pick<Documentation, 'fields'> = {},
): JsonSchema => described(bare(input, 'input'), { ...fields, ...own });

/**
 * Of an answer. Records with an id stand under `$defs`. More fields may come to stand beside those that are named, so
 * objects are open; `closed` is for tests that look for a field which nobody has named.
 */
export const outputSchema = (output: z.ZodMiniType, { closed = false } = {}): JsonSchema =>
  closed ? bare(output, 'output') : opened(bare(output, 'output'));

const bare = (schema: z.ZodMiniType, io: 'input' | 'output'): JsonSchema => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io, override: addLimits });
  return without(rest, isNoise) as JsonSchema;
};

type Override = NonNullable<z.core.ToJSONSchemaParams['override']>;

/** Checks of our own say what of them JSON Schema can express (lib/schema.ts). */
const addLimits: Override = ({ zodSchema, jsonSchema }) => {
  for (const check of zodSchema._zod.def.checks ?? []) {
    const { params } = check._zod.def as { params?: { jsonSchema?: object } };
    Object.assign(jsonSchema, params?.jsonSchema);
  }
};

type Keyword = { name: string; value: unknown; beside: object };

const without = (schema: unknown, isLeftOut: (keyword: Keyword) => boolean): unknown => {
  if (Array.isArray(schema)) return schema.map((each) => without(each, isLeftOut));
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(([name, value]) => !isLeftOut({ name, value, beside: schema }));
  return Object.fromEntries(kept.map(([name, value]) => [name, without(value, isLeftOut)]));
};

/** zod says of an integer that it is a safe one, of a key that it is a string, and gives a time its pattern as well. */
const isNoise = ({ name, value, beside }: Keyword): boolean =>
  name === 'propertyNames' ||
  (name === 'maximum' && value === Number.MAX_SAFE_INTEGER) ||
  (name === 'minimum' && value === Number.MIN_SAFE_INTEGER) ||
  (name === 'pattern' && 'format' in beside);

const opened = (schema: JsonSchema): JsonSchema =>
  without(schema, ({ name, value }) => name === 'additionalProperties' && value === false) as JsonSchema;

const described = (schema: JsonSchema, texts: Readonly<Record<string, string>>, path: string[] = []): JsonSchema => {
  const { properties, anyOf } = schema;
  return {
    ...schema,
    ...(anyOf && { anyOf: anyOf.map((each) => described(each as JsonSchema, texts, path)) }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, property]) => {
          const inner = [...path, name];
          return [name, { description: textOf(inner, texts), ...described(property as JsonSchema, texts, inner) }];
        }),
      ),
    }),
  };
};

const textOf = (path: readonly string[], texts: Readonly<Record<string, string>>): string => {
  const text = texts[path.join('.')];
  if (!text) throw new Error(`nothing describes the field ${path.join('.')}`);
  return text;
};
