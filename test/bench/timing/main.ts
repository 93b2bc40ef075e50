/** `npm run bench:timing`: whether the checks of credentials take longer the nearer a guess is. Prints, and judges nothing. */

import { parseArgs } from 'node:util';
import { type Check, checks, type Guess, guesses } from './checks.ts';
import { type Measured, report } from './report.ts';

const { rounds: given } = parseArgs({ options: { rounds: { type: 'string', default: '2000' } } }).values;
if (!/^[1-9]\d{0,5}$/.test(given)) throw new Error(`--rounds takes a whole number of at least one, not ${given}`);
const rounds = Number(given);

/** So many calls to a round: one alone is shorter than what the clock can tell. */
const CALLS = 50;

const timed = (check: () => unknown): number => {
  const started = process.hrtime.bigint();
  for (let call = 0; call < CALLS; call++) check();
  return Number(process.hrtime.bigint() - started) / CALLS;
};

/** Each round measures all guesses, beginning with another one each time: what else the machine does falls on all alike. */
const measure = ({ name, by }: Check): Measured => {
  const taken: Record<Guess, number[]> = { near: [], far: [], right: [] };
  for (const guess of guesses) for (let warming = 0; warming < 500; warming++) timed(by[guess]);
  for (let round = 0; round < rounds; round++)
    for (let turn = 0; turn < guesses.length; turn++) {
      const guess = guesses[(round + turn) % guesses.length] ?? 'near';
      taken[guess].push(timed(by[guess]));
    }
  return { name, by: taken };
};

console.log(report(checks.map(measure)));
