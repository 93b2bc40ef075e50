/** What answers name, to be named again: so that requests are about what exists, and go deeper. */

import type { Dice } from './dice.ts';

export type Suggestion = { tool: string; role: string; input: Record<string, unknown> };

/** As many as are still likely to be in a state where something can happen. */
const KEPT = 16;
/** What `next` does not name, because nothing is there yet. */
const beginnings = [
  { tool: 'atp_set', input: { status: 'InProgress', incident: { environment: 'production' } } },
  { tool: 'atp_set', input: { status: 'InProgress', type: 'emergency' } },
  { tool: 'atp_create', input: { type: 'bugfix' } },
  { tool: 'atp_create', input: { type: 'standard', qa: 'pm-decision', codeReview: true } },
  { tool: 'atp_create', input: { type: 'standard', qa: 'never' } },
] as const satisfies readonly { tool: string; input: object }[];
const BEGINS = 0.06;
/** What is asked for before its time: to be refused by the guards. */
const sections = '### Completed Work\n- It\n### Pending Work\n### Evidence\n- It';
const early = [
  { tool: 'atp_close', roles: ['@pm'], input: {} },
  { tool: 'atp_change_status', roles: ['@pm'], input: { status: 'Closed' } },
  { tool: 'atp_set', roles: ['@pm'], input: { status: 'Closed' } },
  { tool: 'atp_change_status', roles: ['@dev', 'dev-2'], input: { status: 'Complete' } },
  { tool: 'atp_set', roles: ['@dev', 'dev-2'], input: { status: 'Complete' } },
  {
    tool: 'message_send',
    roles: ['@dev', 'dev-2'],
    input: { messageType: 'Handoff', toAgent: '@pm', subject: 'Ready', body: sections },
  },
] as const;
const EARLY = 0.15;

const pools = ['atpId', 'messageId', 'artifactId', 'cursor'] as const;
type Pool = (typeof pools)[number];

export class Pools {
  readonly #known: Record<Pool, string[]> = { atpId: [], messageId: [], artifactId: [], cursor: [] };
  /** By what they lead to, so that what is rarely permitted is not lost among the rest. */
  readonly #suggestions = new Map<string, Suggestion[]>();

  /** Takes in all that an answer names. */
  learn(body: unknown): void {
    if (Array.isArray(body)) for (const each of body) this.learn(each);
    else if (typeof body === 'object' && body !== null)
      for (const [name, value] of Object.entries(body)) {
        const pool = pools.find((each) => each === name);
        if (pool && typeof value === 'string') keep(this.#known[pool], value);
        else if (name === 'next' && Array.isArray(value)) for (const each of value) this.#suggest(suggestionOf(each));
        else this.learn(value);
      }
  }

  /** An id for a field of that name; undefined where none fits. */
  of(field: string, dice: Dice): string | undefined {
    const pool = pools.find((each) => field.toLowerCase().endsWith(each.toLowerCase()));
    if (pool) return dice.pick(this.#known[pool]);
    return field === 'dependencies' ? dice.pick(this.#known.atpId) : undefined;
  }

  #suggest(suggestion: Suggestion): void {
    const { tool, input } = suggestion;
    const step = `${tool} ${input.status ?? input.artifactType ?? ''}`;
    const known = this.#suggestions.get(step) ?? [];
    this.#suggestions.set(step, known);
    keep(known, suggestion);
  }

  /** A call that is likely to have an effect. */
  suggestion(dice: Dice): Suggestion | undefined {
    if (dice.chance(BEGINS)) {
      const { tool, input } = dice.pick(beginnings);
      const atpId = `AT-${dice.below(1e9)}`;
      const dependencies = tool === 'atp_create' && dice.chance(0.3) ? [this.of('atpId', dice) ?? 'AT-0'] : undefined;
      return { tool, role: '@pm', input: { ...input, atpId, ...(dependencies && { dependencies }) } };
    }
    const found = dice.pick(dice.pick([...this.#suggestions.values()]) ?? []);
    const { atpId } = found?.input ?? {};
    if (atpId && dice.chance(EARLY)) {
      const { tool, roles, input } = dice.pick(early);
      return { tool, role: dice.pick(roles), input: { ...input, atpId } };
    }
    // Or little would live to be closed.
    return found?.input.status === 'Rejected' && dice.chance(0.9) ? undefined : found;
  }
}

const suggestionOf = ({ tool, role, input = {} }: Suggestion): Suggestion => ({ tool, role, input });

const keep = <T>(pool: T[], value: T): void => {
  if (pool.includes(value)) return;
  pool.push(value);
  if (pool.length > KEPT) pool.shift();
};
