import type { ToolName } from '../../../lib/model.ts';
import type { Answer, Body, Service } from '../../support/service.ts';
import type { ShownTool } from './catalogue.ts';
import { type Attempt, mistakes } from './mistakes.ts';
import { filled, slipped, written } from './words.ts';

/** How an agent writes its calls: as they are shown, with slips, or wrong once before each right one. */
export type Manner = 'careful' | 'slipping' | 'guessing';

/** A refusal of which neither `next` nor `issues` led anywhere would be one too many. */
const TRIES = 4;

/**
 * An agent that knows no flow. It has the tools with their schemas, its inbox and listings, and `next`; it writes text
 * where a schema asks for some. It acts where the first call that `next` lists is its role's.
 */
export class Agent {
  readonly role: string;
  /** Things done, and the calls that these took. */
  steps = 0;
  calls = 0;
  readonly refusals: Body[] = [];
  /** Refusals that say neither what to call nor what to mend. */
  readonly deadEnds: Body[] = [];
  readonly #service: Service;
  readonly #who: string;
  readonly #tools: readonly ShownTool[];
  readonly #manner: Manner;

  constructor(service: Service, who: string, tools: readonly ShownTool[], manner: Manner) {
    this.#service = service;
    this.#who = who;
    this.role = `@${who.split('-')[0]}`;
    this.#tools = tools;
    this.#manner = manner;
  }

  /** Looks around, and does the first thing that is its own; whether there was any. */
  async turn(): Promise<boolean> {
    const { messages } = await this.#service.done(this.#who, 'message_list', { open: true });
    const { atps } = await this.#service.done(this.#who, 'atp_list', { limit: 5 });
    const atpIds = new Set<string>([...messages, ...atps].map(({ atpId }: Body) => atpId));
    for (const atpId of atpIds) {
      const { next } = await this.#service.done(this.#who, 'atp_get', { atpId });
      if (next[0]?.role !== this.role) continue;
      await this.#follow(next, atpId);
      return true;
    }
    return false;
  }

  async #follow(next: Body[], atpId: string): Promise<void> {
    const right = this.#call(next[0]);
    const step = this.steps++;
    if (this.#manner !== 'guessing') return this.#pursue(right, right);
    const err = mistakes[step % mistakes.length] ?? mistakes[0];
    return this.#pursue(err({ right, next, role: this.role, atpId, tools: this.#tools, step }), right);
  }

  /** Calls, and after a refusal what the refusal says, until a call is taken. */
  async #pursue(first: Attempt, right: Attempt): Promise<void> {
    let attempt = first;
    for (let tries = 0; tries < TRIES; tries++) {
      const { status, body } = await this.#make(attempt);
      if (status === 200) return;
      this.refusals.push({ by: this.role, ...attempt, code: body.code, detail: body.detail });
      const instead = this.#instead(attempt, body, right);
      if (!instead) {
        this.deadEnds.push({ by: this.role, ...attempt, ...body });
        return;
      }
      attempt = instead;
    }
    throw new Error(`${this.role} gets nowhere: ${JSON.stringify(this.refusals.slice(-TRIES))}`);
  }

  /** What the refusal permits, or the same call with the faults mended that it names. */
  #instead(attempt: Attempt, { next = [], issues = [] }: Body, right: Attempt): Attempt | undefined {
    const own = next.find(({ role }: Body) => role === this.role);
    if (issues.length === 0) return own && this.#call(own);
    const { properties = {} } = this.#schema(attempt.tool);
    const input = { ...attempt.input };
    for (const { path, message } of issues) {
      const [field] = path.split('.');
      if (message.startsWith('is not a field')) delete input[field];
      else if (right.tool === attempt.tool && field in right.input) input[field] = right.input[field];
      else input[field] = written(field, properties[field], message);
    }
    return { tool: attempt.tool, input };
  }

  #call({ tool, input, needs = [], why }: Body): Attempt {
    const { properties = {} } = this.#schema(tool);
    const words = Object.fromEntries(needs.map((field: string) => [field, written(field, properties[field], why)]));
    return { tool, input: { ...input, ...words } };
  }

  #schema(tool: ToolName): ShownTool['schema'] {
    return this.#tools.find(({ name }) => name === tool)?.schema ?? filled({});
  }

  #make({ tool, input }: Attempt): Promise<Answer> {
    this.calls++;
    const said = this.#manner === 'slipping' ? slipped(input, this.#schema(tool)) : input;
    return this.#service.call(this.#who, tool, said);
  }
}
