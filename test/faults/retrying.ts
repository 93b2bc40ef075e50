/** The service as callers meet it who use its client: a call is sent again until it is answered. */

import { type Code, createGovernance, type Governance, GovernanceError } from '../../lib/client.ts';
import type { ToolName } from '../../lib/model.ts';
import type { Answer, Door } from '../support/service.ts';

/** A caller waits less than a person would, lest a soak lasts for days; what a refusal asks for it waits. */
const patience = { attempts: 8, backoffMs: 50 };
/** How often the client's own attempts are begun anew, with the key that its error names. */
const PERSISTENCE = 20;

/** The last attempt may have ended in a 500 of the gateway, which does not say whether there was an effect. */
const unanswered: readonly Code[] = ['UNAVAILABLE', 'THROTTLED', 'INTERNAL'];

type Call = { body: unknown; idempotencyKey: string | undefined; turnId: string | undefined };

/**
 * A door through the client. It tells no headers, so that a success is a repeated one is told from memory: of a
 * credential and a key that had theirs.
 */
export class Retrying {
  /** Calls as callers count them, and those whose client gave up at least once. */
  calls = 0;
  gaveUp = 0;
  readonly outcomes = new Map<string, number>();
  readonly #url: string;
  readonly #clients = new Map<string, Governance>();
  readonly #done = new Set<string>();

  constructor(url: string) {
    this.#url = url;
  }

  readonly door: Door = async (tool, body, headers) => {
    const { authorization = '', 'idempotency-key': idempotencyKey, 'x-turn-id': turnId } = headers;
    this.calls += 1;
    const answer = await this.#answer(authorization, tool, { body, idempotencyKey, turnId });
    const outcome = answer.status === 200 ? 'done' : answer.body.code;
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
    if (answer.status !== 200 || idempotencyKey === undefined) return answer;
    const marker = `${authorization} ${idempotencyKey}`;
    const again = this.#done.has(marker);
    this.#done.add(marker);
    return again ? { ...answer, headers: { 'idempotent-replayed': 'true' } } : answer;
  };

  async #answer(authorization: string, tool: ToolName, { body, ...given }: Call): Promise<Answer> {
    const client = this.#client(authorization);
    const send = client[tool] as (input: unknown, options: object) => Promise<object>;
    let { idempotencyKey } = given;
    for (let begun = 1; ; begun++) {
      try {
        const options = { ...given, ...(idempotencyKey && { idempotencyKey }) };
        return { status: 200, body: await send(body, options), headers: {} };
      } catch (error) {
        if (!(error instanceof GovernanceError)) throw error;
        const { status = 0, code, detail } = error;
        if (!unanswered.includes(code) || begun === PERSISTENCE) return { status, body: { code, detail }, headers: {} };
        if (begun === 1) this.gaveUp += 1;
        ({ idempotencyKey } = error);
      }
    }
  }

  #client(authorization: string): Governance {
    const token = authorization.slice('Bearer '.length);
    const client = this.#clients.get(token) ?? createGovernance({ url: this.#url, token, ...patience });
    this.#clients.set(token, client);
    return client;
  }
}
