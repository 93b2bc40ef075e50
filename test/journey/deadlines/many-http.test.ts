import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onEach } from '../../support/callers.ts';
import { givenDeadlines } from '../../support/deadlines.ts';
import { newId } from '../../support/service.ts';
import { until } from '../../support/until.ts';

const MANY = 200;
const deadlines = givenDeadlines({ acknowledgement: 6 });

test('given 200 directives that nobody acknowledges, when their deadlines pass, then each is escalated, once each time', async () => {
  const ids = Array.from({ length: MANY }, newId);
  await onEach(ids, (atpId) => deadlines().given.directed(atpId));
  const log = join(deadlines().stack.data, 'functions.log');
  const fired = (): number => readFileSync(log, 'utf8').split('"msg":"fired"').length - 1;
  // Asking for each of them again and again would take the time that they need.
  await until(() => fired() >= MANY, { patienceMs: 100_000, everyMs: 500 });
  await onEach(ids, (atpId) => deadlines().escalated(atpId));
  const escalations = await onEach(ids, (atpId) => deadlines().written(atpId));
  const numbers = escalations.map((all) => all.map(({ body }) => Number(/escalation (\d) of 3/.exec(body)?.[1])));
  // The first of them wait already for the next time, or had it.
  expect(numbers).toEqual(numbers.map((all) => all.map((_, index) => index + 1)));
});
