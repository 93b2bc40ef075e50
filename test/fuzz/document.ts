/** The committed document, as what drives the requests and judges the answers. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Operation as Described, Document, Schema } from '../../lib/docs/document.ts';

export type Operation = Described & { method: string; path: string };

const text = readFileSync(join(import.meta.dirname, '../../docs/openapi.json'), 'utf8');
export const document = JSON.parse(text) as Document;

export const operations: readonly Operation[] = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
);

/** Refers to the components by the name under which ajv has them. */
const located = (schema: unknown): object =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/'));

/** Closed to fields that nobody has named: the service may add some, and has to name them here when it does. */
const closed = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.entries(schema).map(([name, value]) => [
    name,
    // What narrows a record has some of its fields only.
    name === 'allOf' ? value : closed(value),
  ]);
  const isOpen = 'properties' in schema && typeof schema.properties === 'object' && !('additionalProperties' in schema);
  return { ...Object.fromEntries(inner), ...(isOpen && { additionalProperties: false }) };
};

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
formats.default(ajv);
ajv.addSchema({ $id: 'document', components: { schemas: closed(document.components.schemas) } });
const compiled = new Map<Schema, ValidateFunction>();

/** What of `value` is not as the schema says; empty where all is. */
export const faultsOf = (schema: Schema, value: unknown): string => {
  const validate = compiled.get(schema) ?? ajv.compile(located(closed(schema)));
  compiled.set(schema, validate);
  if (validate(value)) return '';
  return ajv.errorsText(
    validate.errors?.map((error) => ({ ...error, message: `${error.message} ${JSON.stringify(error.params)}` })),
  );
};

/** What a request of an operation may hold. */
export const bodyOf = ({ requestBody }: Operation): Schema | undefined =>
  requestBody?.content['application/json']?.schema;

/** Codes of refusals that the document names for an operation. */
export const codesOf = ({ responses }: Operation): string[] =>
  Object.values(responses).flatMap(({ content }) => {
    const narrowed = content?.['application/problem+json']?.schema?.allOf?.[1]?.properties?.code;
    return (narrowed?.enum ?? []) as string[];
  });
