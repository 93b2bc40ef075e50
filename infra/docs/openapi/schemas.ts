import type { JsonSchema } from '../../../lib/catalogue/json-schema.ts';

/** Gathers the records that schemas define, as components; what it answers refers to them there. */
export class Schemas {
  readonly components: Record<string, JsonSchema> = {};

  take({ $defs = {}, ...schema }: JsonSchema): JsonSchema {
    for (const [name, definition] of Object.entries($defs)) {
      const { id: _, ...rest } = definition as JsonSchema & { id?: string };
      this.components[name] = inComponents(rest);
    }
    return inComponents(schema);
  }
}

const inComponents = (schema: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(schema), (name, value) =>
    name === '$ref' && typeof value === 'string' ? value.replace('#/$defs/', '#/components/schemas/') : value,
  );
