import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundle } from '../../infra/bundle.ts';
import { env } from '../../lib/env.ts';
import type { PagerSource } from '../../lib/model.ts';
import type { Operation } from '../fuzz/document.ts';
import type { World } from '../fuzz/requests.ts';
import { type Door, fuzz, pathOf } from '../fuzz/run.ts';
import { Pages } from '../support/pages.ts';
import { quietly } from '../support/quietly.ts';
import { Service } from '../support/service.ts';
import { temporary } from '../support/temporary.ts';

/** The same requests every time: a gate must not fail by chance. `npm run fuzz` makes many more, by any seed. */
const GIVEN = { requests: 600, seed: 1, callers: 4 };
const directory = temporary();
const built = temporary();

let pages: Pages;
let world: World;
/** Its files lie beside its bundle. */
let board: string;
beforeAll(async () => {
  const functions = await bundle({ entries: [{ name: 'board', source: 'functions/board.ts' }], into: built });
  process.env[env.decisionKey] = '/HotfixControlPlane/decisions/signing-key';
  board = pathToFileURL(join(functions, 'board', 'index.mjs')).href;
  const service = await Service.start();
  pages = await Pages.start(service, directory);
  const { tokens: t } = service;
  const tokens = {
    '@pm': t['pm-1'] ?? '',
    '@dev': t['dev-1'] ?? '',
    '@operator': t['operator-1'] ?? '',
    '@sre': t['sre-1'] ?? '',
    '@qa': t['qa-1'] ?? '',
    'dev-2': t['dev-2'] ?? '',
  };
  const given = (source: PagerSource, signs?: boolean) =>
    pages.integration(source, signs === undefined ? {} : { signs });
  const sources = {
    events: await given('events'),
    pagerduty: await given('pagerduty'),
    alertmanager: await given('alertmanager'),
    grafana: await given('grafana'),
    signed: await given('grafana', true),
    generic: await given('generic'),
    sns: pages.cloudwatch,
  };
  world = { tokens, sources };
});
afterAll(() => pages.stop());

const files: Partial<Record<string, string>> = {
  page_events: 'pager-events',
  page_change: 'pager-events',
  page_grafana_put: 'pager-grafana',
  healthz: 'health',
  openapi: 'openapi',
  docs: 'openapi',
  decision_post: 'decision',
  decision: 'decision',
  get_report: 'report',
};
const handlerOf = async ({ operationId }: Operation) => {
  if (operationId.startsWith('board')) return (await import(board)).handler;
  const file = files[operationId] ?? (operationId.startsWith('page_') ? operationId.replace('page_', 'pager-') : '');
  const loaded = file
    ? await import(`../../functions/${file}.ts`)
    : await import(`../../functions/tools/${operationId.replace(/^get_/, '')}.ts`);
  return loaded.handler;
};

/** The handlers, called as API Gateway calls them. */
const handlers: Door = async ({ operation, path, headers, query, body }) => {
  const event = {
    version: '2.0',
    routeKey: `${operation.method} ${operation.path}`,
    rawPath: pathOf(operation, path),
    pathParameters: path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers,
    queryStringParameters: query,
    body,
    isBase64Encoded: false,
    requestContext: { requestId: randomUUID(), http: { method: operation.method, path: operation.path } },
  } as unknown as APIGatewayProxyEventV2;
  const answer = (await (await handlerOf(operation))(event, {})) as APIGatewayProxyStructuredResultV2;
  return {
    status: answer.statusCode ?? 0,
    headers: (answer.headers ?? {}) as Record<string, string>,
    body: answer.isBase64Encoded ? '' : (answer.body ?? ''),
  };
};

it('given requests that the document allows, and some that it does not, then every answer is one that it names', async () => {
  const tally = await quietly(() => fuzz(world, handlers, GIVEN));
  expect(tally.failures).toEqual([]);
  expect(tally.requests).toBe(GIVEN.requests);
});
