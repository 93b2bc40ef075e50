import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Guard, StepCall } from '../../../lib/flow/flow.ts';
import { flows } from '../../../lib/flow/flows.ts';
import type { Atp } from '../../../lib/model.ts';
import { arbitraryAtp, arbitraryCall } from '../../support/arbitrary-atp.ts';
import { lookedAt } from '../../support/looked-at.ts';

const RUNS = 1_000;

/** What is said of a guard: each of its functions, with and without a call. */
const weigh = ({ passes, detail }: Guard, atp: Atp, call: StepCall): unknown[] => [
  passes(atp),
  passes(atp, call),
  detail(atp, call),
];

/** `one` in what the guard declares, `other` in everything else. */
const alikeInDeclared = ({ reads }: Guard, one: Atp, other: Atp): Atp => {
  const declared = (name: string) => reads.some((each) => each === name);
  return Object.fromEntries([
    ...Object.entries(other).filter(([name]) => !declared(name)),
    ...Object.entries(one).filter(([name]) => declared(name)),
  ]) as Atp;
};

const guards = flows.flatMap(({ type, transitions }) =>
  transitions.flatMap(({ step, from, guards }) =>
    guards.map((guard) => ({ name: `${guard.name} of ${type}, ${step} from ${from ?? 'new'}`, guard })),
  ),
);

/** Holds for every guard of every row of every flow, over so many random ATPs and calls each. */
const everyGuard = (holds: (guard: Guard, name: string, one: Atp, other: Atp, call: StepCall) => void): void =>
  fc.assert(
    fc.property(arbitraryAtp, arbitraryAtp, arbitraryCall, (one, other, call) => {
      for (const { name, guard } of guards) holds(guard, name, one, other, call);
    }),
    { numRuns: RUNS },
  );

describe('given every guard of every row of every flow, and any ATP and call', () => {
  it('when it weighs them, then it looks only at the attributes it declares', () => {
    everyGuard((guard, name, atp, _, call) => {
      const undeclared = [...lookedAt(atp, (watched) => weigh(guard, watched, call))].filter(
        (each) => !guard.reads.some((read) => read === each),
      );
      expect(undeclared, name).toEqual([]);
    });
  });

  it('when everything it does not declare is another, then it says the same', () => {
    everyGuard((guard, name, one, other, call) => {
      expect(weigh(guard, alikeInDeclared(guard, one, other), call), name).toEqual(weigh(guard, one, call));
    });
  });

  it('then each attribute it declares is looked at by some of them, and it passes some and refuses some', () => {
    const seen = new Map(guards.map(({ name }) => [name, { attributes: new Set<string>(), outcomes: new Set() }]));
    everyGuard((guard, name, atp, _, call) => {
      for (const attribute of lookedAt(atp, (watched) => weigh(guard, watched, call)))
        seen.get(name)?.attributes.add(attribute);
      seen.get(name)?.outcomes.add(guard.passes(atp, call));
    });
    for (const { name, guard } of guards) {
      expect([...(seen.get(name)?.attributes ?? [])].sort(), name).toEqual([...guard.reads].sort());
      expect(seen.get(name)?.outcomes, name).toEqual(new Set([true, false]));
    }
  });

  it('when a guard looked beyond what it declares, then these properties would say so', () => {
    const sly = { ...guards[0]?.guard, reads: [], passes: ({ owner }: Atp) => owner === undefined } as unknown as Guard;
    expect(
      fc
        .sample(arbitraryAtp, RUNS)
        .some((atp) => lookedAt(atp, (watched) => weigh(sly, watched, anyCall)).has('owner')),
    ).toBe(true);
  });
});

const anyCall: StepCall = { principal: { role: '@pm', name: 'pm-1' } };
