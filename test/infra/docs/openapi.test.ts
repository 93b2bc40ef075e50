import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { beforeAll, describe, expect, it } from 'vitest';
import type { tools as Tools } from '../../../functions/tools.ts';
import { Schemas } from '../../../infra/docs/openapi/schemas.ts';
import { readOperation } from '../../../infra/docs/openapi/tool-operations.ts';
import { createGovernance } from '../../../lib/client.ts';
import { env } from '../../../lib/env.ts';
import type { ToolName } from '../../../lib/model.ts';

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

/** What the contract fixes. */
const contract = `atp_set atp_create atp_change_status atp_close handoff message_send message_ack artifact_create
  checklist_update atp_get atp_list message_list artifact_get flow_get`.split(/\s+/);

describe('the tools', () => {
  let tools: typeof Tools;
  beforeAll(async () => {
    Object.assign(process.env, { [env.table]: 'none', [env.timeouts]: '{}', [env.webhooks]: 'false' });
    ({ tools } = await import('../../../functions/tools.ts'));
  });

  it('are the same in the contract, in the code, in the document and in the client', () => {
    expect(Object.keys(tools)).toEqual(contract);
    const called = operations.filter(({ path }) => path.startsWith('/tools/'));
    expect(called.map(({ path, method, operation }) => [path, method, operation.operationId])).toEqual(
      contract.map((name) => [`/tools/${name}`, 'post', name]),
    );
    const client = createGovernance({ url: 'http://127.0.0.1:1', token: 'none' });
    expect(Object.keys(client).sort()).toEqual([...contract, 'turn'].sort());
  });

  it('given the example of a request, then it is what the tool takes; without a required field it is not', () => {
    for (const { operation } of operations.filter(({ path }) => path.startsWith('/tools/'))) {
      const { input } = tools[operation.operationId as ToolName].tool;
      const { schema, examples } = operation.requestBody.content['application/json'];
      for (const { value } of Object.values<Any>(examples)) {
        expect(input.safeParse(value).success, operation.operationId).toBe(true);
        for (const name of schema.required ?? []) {
          const { [name]: _, ...rest } = value;
          expect(input.safeParse(rest).success, `${operation.operationId} without ${name}`).toBe(false);
          expect(faultsOf(schema, rest)).not.toBe('');
        }
      }
    }
  });
});

describe('a tool that is read over GET', () => {
  it.each([
    { path: '/atps/{atpId}', tool: 'atp_get', hidden: [], expected: ['atpId path required', 'cursor query'] },
    {
      path: '/inbox',
      tool: 'message_list',
      hidden: ['atpId'],
      expected: ['open query', 'limit query', 'cursor query'],
    },
  ] as const)('given $path, then its parameters are the fields of $tool', async ({ path, tool, hidden, expected }) => {
    const { tools } = await import('../../../functions/tools.ts');
    const operation = readOperation({ path, tool, hidden }, tools[tool], new Schemas());
    const told = (operation.parameters as Any[]).flatMap(({ name, in: where, required }) =>
      name ? [`${name} ${where}${required ? ' required' : ''}`] : [],
    );
    expect(told).toEqual(expect.arrayContaining([...expected]));
    for (const name of hidden) expect(told.join()).not.toContain(name);
    expect(Object.keys(operation.answers)).toEqual(['200', '304']);
  });
});

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

  it('given a record inside another, then it is referred to; what is said of one place is said there alone', () => {
    const { createdBy, owner } = document.components.schemas.Atp.properties;
    expect(createdBy).toEqual({ $ref: '#/components/schemas/Principal' });
    expect(owner).toEqual({ ...createdBy, description: expect.stringContaining('newest directive') });
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
    const takesJson = ({ operation }: (typeof operations)[number]) =>
      operation.requestBody?.content['application/json'];
    for (const { operation } of operations.filter(takesJson)) {
      const requests = Object.keys(operation.requestBody.content['application/json'].examples ?? {});
      const success = operation.responses[200] ?? operation.responses[202];
      const answers = Object.keys(success.content['application/json'].examples ?? {});
      expect(requests.length, operation.operationId).toBeGreaterThan(0);
      expect(answers).toEqual(expect.arrayContaining(requests));
    }
  });
});
