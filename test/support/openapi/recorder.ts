import { vi } from 'vitest';
import type { Exchange, Sent } from '../../../infra/docs/openapi/exchange.ts';
import type { ToolName } from '../../../lib/model.ts';
import type { Body, Service } from '../service.ts';

type Answered = { status: number; headers: Record<string, string>; body: unknown };

/** Longer than this a request shows nobody more: its example has no body. */
const SHOWN_LIMIT = 4_000;
const START = Date.parse('2026-11-24T09:00:00.000Z');
const STEP_MS = 30_000;

/** Before anything is made. Only the date is feigned: engines and connections need their timers. */
export const feignDate = (): void => void vi.useFakeTimers({ toFake: ['Date'], now: START });

/** Plays exchanges, half a minute apart on a clock of its own, and keeps them. */
export class Recorder {
  readonly #service: Service;
  readonly #exchanges: Exchange[] = [];
  readonly #others: [string, string][] = [];

  constructor(service: Service) {
    this.#service = service;
  }

  /** What is made at random reads so in the examples. */
  reads(made: string, as: string): void {
    this.#others.push([made, as]);
  }

  async tool(
    name: ToolName,
    summary: string,
    who: string,
    body: unknown,
    headers: Sent['headers'] = {},
  ): Promise<Body> {
    const lower = Object.fromEntries(Object.entries(headers).map(([header, value]) => [header.toLowerCase(), value]));
    const call = () => this.#service.call(who, name, body, lower);
    return this.exchange(name, summary, { ...(Object.keys(headers).length > 0 && { headers }), body }, call);
  }

  async exchange(operationId: string, summary: string, request: Sent, call: () => Promise<Answered>): Promise<Body> {
    vi.setSystemTime(Date.now() + STEP_MS);
    const { status, headers, body } = await call();
    const { 'content-type': type = '', ...rest } = headers;
    const isLong = JSON.stringify(request.body ?? '').length > SHOWN_LIMIT;
    const { body: _, ...without } = request;
    this.#exchanges.push({
      operationId,
      name: summary
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, '-')
        .replaceAll(/^-|-$/g, ''),
      summary,
      request: isLong ? without : request,
      answer: { status, type, headers: rest, body },
    });
    return body;
  }

  /** All of them; ids that differ from run to run are replaced, each always by the same. */
  recorded(): Exchange[] {
    let text = JSON.stringify(this.#exchanges);
    for (const [made, as] of this.#others) text = text.replaceAll(made, as);
    const numbered = (pattern: RegExp, shape: (number: number) => string): void => {
      const seen = new Map<string, string>();
      text = text.replaceAll(pattern, (id) => {
        const stable = seen.get(id) ?? shape(seen.size + 1);
        seen.set(id, stable);
        return stable;
      });
    };
    numbered(/[0-7][0-9A-HJKMNP-TV-Z]{25}(?![0-9A-Za-z])/g, (number) => `01KAV${String(number).padStart(21, '0')}`);
    numbered(
      /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
      (number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    );
    text = text.replaceAll(/"cursor":"[^"]+"/g, '"cursor":"eyJhZnRlciI6…"');
    return JSON.parse(text);
  }
}
