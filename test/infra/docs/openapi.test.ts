import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';

// biome-ignore lint/suspicious/noExplicitAny: a document of every shape
type Any = any;
const text = readFileSync(join(import.meta.dirname, '../../../docs/openapi.json'), 'utf8');
const document: Any = JSON.parse(text);
const operations: { path: string; method: string; operation: Any }[] = Object.entries<Any>(document.paths).flatMap(
  ([path, item]) => Object.entries<Any>(item).map(([method, operation]) => ({ path, method, operation })),
);

/** As the document says it, closed to fields that it does not name where `closed`. */
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema({ $id: 'document', components: document.components });
const validators = new Map<string, ValidateFunction>();
const faultsOf = (schema: Any, value: unknown): string => {
  const local = JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/');
  const validate = validators.get(local) ?? ajv.compile(JSON.parse(local));
  validators.set(local, validate);
  return validate(value) ? '' : ajv.errorsText(validate.errors);
};

describe('docs/openapi.json', () => {
  it('is valid OpenAPI 3.1 by the schema of the OpenAPI Initiative', async () => {
    const { valid, errors } = await new Validator().validate(JSON.parse(text));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  it('is valid by the rules of Redocly, which has a reading of its own', async () => {
    const config = await createConfig({
      extends: ['recommended'],
      rules: {
        // What is open refuses nobody.
        'operation-4xx-response': 'off',
        // It does not look beside `then` and `not`.
        'no-required-schema-properties-undefined': 'off',
        // It takes every schema for a closed one; ajv checks the examples below.
        'no-invalid-media-type-examples': 'off',
        'no-unused-components': 'error',
      },
    });
    const problems = await lintFromString({ source: text, absoluteRef: '/openapi.json', config });
    expect(problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`)).toEqual(
      [],
    );
  }, 30_000);

  it('given an operation, then it has an id of its own, a known tag, a summary and a description', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = document.tags.map(({ name }: Any) => name);
    for (const { operation } of operations) {
      expect(operation).toMatchObject({ summary: expect.stringMatching(/./), description: expect.stringMatching(/./) });
      expect(tags).toEqual(expect.arrayContaining(operation.tags));
    }
  });

  it('given an example, then it is what its schema says', () => {
    const faults: string[] = [];
    let checked = 0;
    for (const { operation } of operations) {
      const contents = [operation.requestBody, ...Object.values<Any>(operation.responses)].map((each) => each?.content);
      for (const { schema, examples = {} } of contents.flatMap((content) => Object.values<Any>(content ?? {}))) {
        for (const [name, { value }] of Object.entries<Any>(examples)) {
          const found = faultsOf(schema, value);
          if (found) faults.push(`${operation.operationId}, ${name}: ${found}`);
          checked++;
        }
      }
    }
    expect(faults).toEqual([]);
    expect(checked).toBeGreaterThan(100);
  });

  it('given an operation with a body, then it has an example of a request, and its answer under the same name', () => {
    for (const { operation } of operations.filter(({ operation }) => operation.requestBody)) {
      const requests = Object.keys(operation.requestBody.content['application/json'].examples ?? {});
      const success = operation.responses[200] ?? operation.responses[202];
      const answers = Object.keys(success.content['application/json'].examples ?? {});
      expect(requests.length, operation.operationId).toBeGreaterThan(0);
      expect(answers).toEqual(expect.arrayContaining(requests));
    }
  });
});
