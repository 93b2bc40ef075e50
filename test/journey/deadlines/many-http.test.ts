import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { givenDeadlines } from '../../support/deadlines.ts';
import { newId } from '../../support/service.ts';
import { until } from '../../support/until.ts';

const MANY = 200;
const CALLERS = 10;
const deadlines = givenDeadlines({ acknowledgement: 6 });

/** So many calls at a time as the stack works on at once. */
const each = async <R>(ids: readonly string[], work: (atpId: string) => Promise<R>): Promise<R[]> => {
  const results: R[] = [];
  const waiting = [...ids.entries()];
  const caller = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return results;
};

test('given 200 directives that nobody acknowledges, when their deadlines pass, then each is escalated three times, each once', async () => {
  const ids = Array.from({ length: MANY }, newId);
  await each(ids, (atpId) => deadlines().given.directed(atpId));
  const log = join(deadlines().stack.data, 'functions.log');
  const fired = (): number => readFileSync(log, 'utf8').split('"msg":"fired"').length - 1;
  // Asking for each of them again and again would take the time that they need.
  await until(() => fired() >= 3 * MANY, { patienceMs: 100_000, everyMs: 500 });
  const escalations = await each(ids, (atpId) => deadlines().written(atpId));
  const numbers = escalations.map((all) => all.map(({ body }) => /escalation (\d) of 3/.exec(body)?.[1]).join());
  expect(numbers).toEqual(ids.map(() => '1,2,3'));
});
