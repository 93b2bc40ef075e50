import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firedMark, settleDeadlines } from '../../../lib/flow/deadlines.ts';
import type { Deadline } from '../../../lib/flow/flow.ts';
import { flows } from '../../../lib/flow/flows.ts';
import type { Atp } from '../../../lib/model.ts';
import { arbitraryAtp } from '../../support/arbitrary-atp.ts';
import { lookedAt } from '../../support/looked-at.ts';
import { timeouts } from '../../support/service.ts';

const RUNS = 1_000;

const deadlines = [...new Set(flows.flatMap((flow) => flow.deadlines))];

/** `one` in what the deadline declares, `other` in everything else. */
const alikeInDeclared = ({ reads }: Deadline, one: Atp, other: Atp): Atp => {
  const declared = (name: string) => reads.some((each) => each === name);
  return Object.fromEntries([
    ...Object.entries(other).filter(([name]) => !declared(name)),
    ...Object.entries(one).filter(([name]) => declared(name)),
  ]) as Atp;
};

/** Holds for every deadline of every flow, over so many random pairs of ATPs each. */
const everyDeadline = (holds: (deadline: Deadline, one: Atp, other: Atp) => void): void =>
  fc.assert(
    fc.property(arbitraryAtp, arbitraryAtp, (one, other) => {
      for (const deadline of deadlines) holds(deadline, one, other);
    }),
    { numRuns: RUNS },
  );

/** What is asked of a deadline to decide whether it runs, and until when. */
const askedOf =
  ({ waitsFor, due }: Deadline) =>
  (atp: Atp) => {
    if (waitsFor(atp) !== undefined) due(atp, 0, 1, timeouts);
  };

describe('given every deadline of every flow, and any ATP', () => {
  it('when it is asked what it waits for and until when, then it looks only at the attributes it declares', () => {
    everyDeadline((deadline, atp) => {
      const seen = lookedAt(atp, askedOf(deadline));
      const undeclared = [...seen].filter((each) => !deadline.reads.some((read) => read === each));
      expect(undeclared, deadline.name).toEqual([]);
    });
  });

  it('when everything it does not declare is another, then it waits for the same', () => {
    everyDeadline((deadline, one, other) => {
      expect(deadline.waitsFor(alikeInDeclared(deadline, one, other)), deadline.name).toBe(deadline.waitsFor(one));
    });
  });

  it('then each attribute it declares is looked at by some, and it runs on some and not on others', () => {
    const seen = new Map(deadlines.map(({ name }) => [name, { attributes: new Set<string>(), runs: new Set() }]));
    everyDeadline((deadline, atp) => {
      for (const attribute of lookedAt(atp, askedOf(deadline))) seen.get(deadline.name)?.attributes.add(attribute);
      seen.get(deadline.name)?.runs.add(deadline.waitsFor(atp) !== undefined);
    });
    for (const { name, reads } of deadlines) {
      expect([...(seen.get(name)?.attributes ?? [])].sort(), name).toEqual([...reads].sort());
      expect(seen.get(name)?.runs, name).toEqual(new Set([true, false]));
    }
  });

  it('when a deadline looked beyond what it declares, then these properties would say so', () => {
    const sly = ({ owner }: Atp) => owner?.name;
    expect(fc.sample(arbitraryAtp, RUNS).some((atp) => lookedAt(atp, sly).has('owner'))).toBe(true);
  });
});

const at = Date.UTC(2026, 0);
/** The marks of an ATP once a change that leaves it so is made. */
const settledMarks = (flow: (typeof flows)[number], atp: Atp): Atp['deadlines'] => {
  const marks = { ...atp.deadlines };
  for (const { name, mark } of settleDeadlines(flow.deadlines, marks, atp, at, timeouts)) {
    if (mark) marks[name] = mark;
    else delete marks[name];
  }
  return marks;
};

describe('given any ATP of any flow that a write leaves as it is', () => {
  it('when its deadlines are settled, then just those that wait and have a time are marked', () => {
    fc.assert(
      fc.property(arbitraryAtp, fc.constantFrom(...flows), (atp, flow) => {
        const marks = settledMarks(flow, atp);
        for (const [name, { waitsFor }] of Object.entries(marks)) {
          expect(flow.deadlines.find((each) => each.name === name)?.waitsFor(atp)).toBe(waitsFor);
        }
        for (const { name, waitsFor, due } of flow.deadlines) {
          const runs = waitsFor(atp) !== undefined && due(atp, at, 1, timeouts) !== undefined;
          if (runs) expect(marks).toHaveProperty([name]);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('when they are settled again, then nothing is left to start or to end', () => {
    fc.assert(
      fc.property(arbitraryAtp, fc.constantFrom(...flows), (atp, flow) => {
        const settled = { ...atp, deadlines: settledMarks(flow, atp) };
        expect(settledMarks(flow, settled)).toEqual(settled.deadlines);
      }),
      { numRuns: RUNS },
    );
  });

  it('when one fires, whenever that is, then it has fired once more and is due later than that or never again', () => {
    fc.assert(
      fc.property(arbitraryAtp, fc.constantFrom(...flows), fc.nat({ max: 10 * 86_400_000 }), (atp, flow, late) => {
        const marks = settledMarks(flow, atp);
        for (const deadline of flow.deadlines) {
          const mark = marks[deadline.name];
          if (!mark?.dueAt) continue;
          const firedAt = Date.parse(mark.dueAt) + late;
          const fired = firedMark(deadline, mark, atp, firedAt, timeouts);
          expect(fired).toMatchObject({ waitsFor: mark.waitsFor, since: mark.since, firings: mark.firings + 1 });
          if (fired.dueAt) expect(Date.parse(fired.dueAt)).toBeGreaterThan(firedAt);
          else expect(fired.firings).toBeGreaterThanOrEqual(deadline.firings);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
