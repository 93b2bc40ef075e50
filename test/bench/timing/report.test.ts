import { expect, test } from 'vitest';
import { ratioOf, report } from './report.ts';

const measured = { name: 'a check', by: { near: [30, 10, 20, 40], far: [10, 10, 10, 10], right: [5] } };

test('given what was measured, then its quartiles and how much longer a near miss took', () => {
  expect(ratioOf(measured)).toBe(2);
  expect(report([measured])).toBe(
    [
      '| check | near ns (p25 p50 p75) | far ns (p25 p50 p75) | right ns (p25 p50 p75) | near / far |',
      '|---|---:|---:|---:|---:|',
      '| a check | 10 20 30 | 10 10 10 | 5 5 5 | 2.000 |',
    ].join('\n'),
  );
});
