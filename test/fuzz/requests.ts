/** Requests of an operation: most as the document asks for, some as it does not. */

import { createHmac } from 'node:crypto';
import type { Dice } from './dice.ts';
import { bodyOf, type Operation, operations } from './document.ts';
import type { Pools } from './pools.ts';
import { hostileText, spoilt, valueFor } from './values.ts';

export type Source = { integrationId: string; credential: string };
export type World = {
  /** By role, and `dev-2`, the second `@dev`. */
  tokens: Readonly<Record<string, string>>;
  sources: Readonly<Record<'events' | 'pagerduty' | 'alertmanager' | 'grafana' | 'signed' | 'generic' | 'sns', Source>>;
};

export type Request = {
  operation: Operation;
  /** What stands for the parts of the path that are parameters. */
  path: Record<string, string>;
  headers: Record<string, string>;
  query: Record<string, string>;
  /** Undefined for a GET. */
  body?: string;
};

const SPOILT = 0.12;
const SUGGESTED = 0.6;
/** More than any operation takes: 6 MB a tool, 512 KiB a door for pages. */
const TOO_LARGE = { tool: 6_000_001, page: 524_289 };
/** What changes something is asked for more often than what only answers. */
const weighted = operations.flatMap((operation) => {
  if (operation.tags.includes('Service')) return [operation];
  // Another protocol, with a suite of its own.
  if (operation.tags.includes('Agents')) return [];
  return Array.from({ length: /_(get|list)$|^page_/.test(operation.operationId) ? 3 : 8 }, () => operation);
});
const roles = ['@pm', '@dev', '@operator', '@sre', '@qa', 'dev-2'] as const;

/** What was sent under a key, to be sent again. */
type Sent = { request: Request; key: string };

export class Requests {
  readonly #world: World;
  readonly #dice: Dice;
  readonly #pools: Pools;
  readonly #sent: Sent[] = [];
  #keys = 0;
  #requests = 0;

  constructor(world: World, dice: Dice, pools: Pools) {
    this.#world = world;
    this.#dice = dice;
    this.#pools = pools;
  }

  next(): Request {
    this.#requests++;
    const again = this.#dice.chance(0.03) ? this.#dice.pick(this.#sent) : undefined;
    if (again) return this.#repeated(again);
    const suggestion = this.#dice.chance(SUGGESTED) ? this.#pools.suggestion(this.#dice) : undefined;
    const suggested = suggestion && operations.find(({ operationId }) => operationId === suggestion.tool);
    const operation = suggested ?? this.#dice.pick(weighted);
    if (!operation) throw new Error('the document has no operation');
    const given = suggested && suggestion ? suggestion : undefined;
    return operation.operationId.startsWith('page_') ? this.#page(operation) : this.#call(operation, given);
  }

  #body(operation: Operation, given: object = {}): unknown {
    const schema = bodyOf(operation);
    if (!schema) return undefined;
    const made = valueFor(schema, this.#dice, this.#pools);
    return { ...(made as object), ...given };
  }

  /** A tool, or what is open. */
  #call(operation: Operation, suggestion?: { role: string; input: object }): Request {
    const dice = this.#dice;
    let body = this.#body(operation, suggestion?.input);
    if (suggestion && typeof body === 'object' && body !== null)
      body = without(body, 'agent', 'fromAgent', ...(operation.operationId === 'handoff' ? ['toAgent'] : []));
    if (dice.chance(SPOILT)) body = spoilt(body, dice);
    const who = suggestion && !dice.chance(0.1) ? suggestion.role : dice.pick(roles);
    const headers: Record<string, string> = { ...(operation.security.length > 0 && this.#authorization(who)) };
    if (operation.requestBody) headers['content-type'] = dice.chance(0.98) ? 'application/json' : 'text/plain';
    if (dice.chance(0.15)) headers['x-turn-id'] = `turn-${dice.below(4)}-${Math.floor(this.#requests / 200)}`;
    if (dice.chance(0.02)) headers['idempotency-key'] = 'not one word';
    if (dice.chance(0.1)) headers['accept-encoding'] = 'identity';
    const request = this.#request(operation, headers, body);
    if (operation.requestBody && dice.chance(0.1)) this.#keyed(request);
    return request;
  }

  #authorization(who: string): Record<string, string> {
    const dice = this.#dice;
    const token = this.#world.tokens[who] ?? this.#world.tokens['dev-2'] ?? '';
    if (dice.chance(0.97)) return { authorization: `Bearer ${token}` };
    return dice.chance(0.5) ? {} : { authorization: `Bearer ${token.slice(0, -1)}0` };
  }

  #keyed(request: Request): void {
    const key = `key-${++this.#keys}`;
    request.headers['idempotency-key'] = key;
    this.#sent.push({ request, key });
    if (this.#sent.length > 20) this.#sent.shift();
  }

  /** The same request, or another under its key. */
  #repeated({ request, key }: Sent): Request {
    if (this.#dice.chance(0.7)) return request;
    const other = this.#call(request.operation);
    const { authorization } = request.headers;
    return { ...other, headers: { ...other.headers, ...(authorization && { authorization }), 'idempotency-key': key } };
  }

  #page(operation: Operation): Request {
    const dice = this.#dice;
    const { sources } = this.#world;
    const name = operation.operationId
      .replace(/^page_/, '')
      .replace('change', 'events')
      .replace('grafana_put', 'grafana');
    const signs = name === 'pagerduty' || (name === 'grafana' && dice.chance(0.5));
    const source = sources[(name === 'grafana' && signs ? 'signed' : name) as keyof World['sources']];
    let body = this.#body(operation, name === 'events' && dice.chance(0.95) ? { routing_key: source.credential } : {});
    if (name === 'events' && dice.chance(0.8)) body = { ...(body as object), dedup_key: `episode-${dice.below(20)}` };
    if (dice.chance(SPOILT)) body = spoilt(body, dice);
    const text = JSON.stringify(body);
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    const isKnown = dice.chance(0.95);
    const signature = createHmac('sha256', isKnown ? source.credential : 'another')
      .update(text)
      .digest('hex');
    if (name === 'pagerduty') headers['x-pagerduty-signature'] = `v1=${signature}`;
    else if (signs) headers['x-grafana-alerting-signature'] = signature;
    else if (name !== 'events' && isKnown) headers.authorization = `Bearer ${source.credential}`;
    const query: Record<string, string> = signs || name === 'sns' ? { integration: source.integrationId } : {};
    if (dice.chance(0.02)) query.integration = hostileText(dice);
    return { operation, path: {}, headers, query, body: dice.chance(0.01) ? text.padEnd(TOO_LARGE.page) : text };
  }

  #request(operation: Operation, headers: Record<string, string>, body: unknown): Request {
    const { path, query } = this.#parameters(operation);
    if (!operation.requestBody) return { operation, path, headers, query };
    const text = JSON.stringify(body) ?? '';
    if (this.#dice.chance(0.002)) return { operation, path, headers, query, body: text.padEnd(TOO_LARGE.tool) };
    return { operation, path, headers, query, body: this.#dice.chance(0.99) ? text : text.slice(0, -1) };
  }

  #parameters({ parameters = [] }: Operation): Pick<Request, 'path' | 'query'> {
    const made = { path: {} as Record<string, string>, query: {} as Record<string, string> };
    for (const each of parameters) {
      if ('$ref' in each || (each.in !== 'path' && each.in !== 'query')) continue;
      if (!each.required && this.#dice.chance(0.7)) continue;
      const value = this.#dice.chance(0.95)
        ? valueFor(each.schema ?? {}, this.#dice, this.#pools, each.name)
        : hostileText(this.#dice);
      made[each.in][each.name] = String(value).toWellFormed() || 'x';
    }
    return made;
  }
}

const without = (object: object, ...names: string[]): object =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
