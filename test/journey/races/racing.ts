import type { CallerRole } from '../../../lib/model.ts';
import { createToken } from '../../../lib/store/tokens.ts';
import { type Answer, Given, type Service } from '../../support/service.ts';

/** How many callers race. */
export const CALLERS = 20;

/** A service that many call at once. */
export class Racing {
  readonly service: Service;
  readonly given: Given;
  /** Names of so many principals, all `@dev`. */
  readonly devs: readonly string[] = Array.from({ length: CALLERS }, (_, position) => `racer-${position}`);

  private constructor(service: Service) {
    this.service = service;
    this.given = new Given(service);
  }

  static async on(service: Service): Promise<Racing> {
    const racing = new Racing(service);
    const { client, name: table } = service.table;
    const others: [string, CallerRole][] = [
      ...racing.devs.map((name): [string, CallerRole] => [name, '@dev']),
      ['qa-2', '@qa'],
      ['sre-2', '@sre'],
    ];
    for (const [name, role] of others) {
      service.tokens[name] = (await createToken(client, table, { role, name, days: 1 })).token;
    }
    return racing;
  }

  /** So many calls at once, by their place in line. */
  together<T = Answer>(call: (place: number) => Promise<T>, callers = CALLERS): Promise<T[]> {
    return Promise.all(Array.from({ length: callers }, (_, place) => call(place)));
  }
}

/** What many timers and calls did, beside each other: how many fired timers wrote, and the answers to the calls. */
export const sorted = (outcomes: readonly (Answer | 'acted' | 'nothing')[]): { acted: number; answers: Answer[] } => ({
  acted: outcomes.filter((outcome) => outcome === 'acted').length,
  answers: outcomes.filter((outcome) => typeof outcome === 'object'),
});

/** How many answers had an effect, and how many were refused with which code. */
export const tally = (answers: readonly Answer[]): { [outcome: string]: number } => {
  const outcomes = Map.groupBy(answers, ({ status, body }) => (status === 200 ? 'done' : String(body.code)));
  return Object.fromEntries([...outcomes].map(([outcome, all]) => [outcome, all.length]));
};

/** One of the caller's choices by its place in line, so that all are taken equally often. */
export const byTurns = <T>(place: number, first: T, ...more: readonly T[]): T =>
  [first, ...more][place % (more.length + 1)] ?? first;
