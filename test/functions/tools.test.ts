import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import type * as z from 'zod/mini';
import type { tools as Tools } from '../../functions/tools.ts';
import type {
  inputSchema as InputSchema,
  JsonSchema,
  outputSchema as OutputSchema,
} from '../../lib/catalogue/json-schema.ts';
import type { artifactWithContent, atp, event, message, nextCall } from '../../lib/catalogue/records.ts';
import { env } from '../../lib/env.ts';
import { type Event, type NextCall, toolNames } from '../../lib/model.ts';
import type { ArtifactView, AtpView, MessageView } from '../../lib/view.ts';

let tools: typeof Tools;
let inputSchema: typeof InputSchema;
let outputSchema: typeof OutputSchema;

beforeAll(async () => {
  Object.assign(process.env, { [env.table]: 'none', [env.timeouts]: '{}', [env.webhooks]: 'false' });
  ({ tools } = await import('../../functions/tools.ts'));
  ({ inputSchema, outputSchema } = await import('../../lib/catalogue/json-schema.ts'));
});

/** Intersections as one object, all the way down. */
type Flat<T> = T extends object ? { [K in keyof T]: Flat<T[K]> } : T;

/** Dotted paths of all fields of a schema. */
const pathsOf = ({ properties = {}, anyOf = [] }: JsonSchema, at: string[] = []): string[] => [
  ...Object.entries(properties).flatMap(([name, property]) => [
    [...at, name].join('.'),
    ...pathsOf(property as JsonSchema, [...at, name]),
  ]),
  ...anyOf.flatMap((each) => pathsOf(each as JsonSchema, at)),
];

describe('the catalogue of tools', () => {
  it('holds every tool under its name', () => {
    expect(Object.entries(tools).map(([name, { tool }]) => [name, tool.name])).toEqual(
      toolNames.map((name) => [name, name]),
    );
  });

  it.each(toolNames)('given %s, then its input has a schema that describes every field, and no other', (name) => {
    const { tool, documentation } = tools[name];
    const paths = pathsOf(inputSchema(tool.input, documentation));
    expect(paths.length).toBeGreaterThan(0);
    expect(paths).toEqual(expect.arrayContaining(Object.keys(documentation.fields ?? {})));
  });

  it('describes no field that no tool has', async () => {
    const { fields } = await import('../../lib/catalogue/fields.ts');
    const used = toolNames.flatMap((name) => pathsOf(inputSchema(tools[name].tool.input, tools[name].documentation)));
    expect(Object.keys(fields).filter((path) => !used.includes(path))).toEqual([]);
  });

  it('given limits that are checks of our own, then the schema has them', () => {
    expect(inputSchema(tools.atp_set.tool.input).properties?.title).toMatchObject({ minLength: 1, maxLength: 200 });
    expect(inputSchema(tools.message_send.tool.input).properties?.body).toMatchObject({ maxLength: 65_536 });
  });

  it.each(toolNames)('given %s, then its answer has a schema of an open object', (name) => {
    const schema = outputSchema(tools[name].documentation.output());
    expect(schema.type).toBe('object');
    expect(JSON.stringify(schema)).not.toContain('additionalProperties":false');
  });

  it('has the records that the views show, field for field', () => {
    expectTypeOf<z.output<typeof atp>>().toEqualTypeOf<Flat<AtpView>>();
    expectTypeOf<z.output<typeof message>>().toEqualTypeOf<Flat<MessageView>>();
    expectTypeOf<z.output<typeof artifactWithContent>>().toEqualTypeOf<Flat<ArtifactView>>();
    expectTypeOf<z.output<typeof event>>().toEqualTypeOf<Event>();
    expectTypeOf<z.output<typeof nextCall>>().toEqualTypeOf<NextCall>();
  });
});
