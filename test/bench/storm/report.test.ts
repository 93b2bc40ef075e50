import { expect, test } from 'vitest';
import { mostInASecond, report } from './report.ts';

test.each<[number[], number]>([
  [[], 0],
  [[0, 1_000, 2_000], 1],
  [[900, 0, 1_800, 999], 3],
  [[0, 500, 999, 1_000, 1_001], 4],
])('given mails at %j, then %i at most lie within a second', (times, most) => {
  expect(mostInASecond(times)).toBe(most);
});

test('given a notice that machines had after a second and one of two by email after five, then the table says so', () => {
  const writtenAt = new Map([
    ['a', { writtenAt: 0 }],
    ['b', { writtenAt: 1_000 }],
  ]);
  const machines = [...writtenAt.values()].map((each) => ({ ...each, at: each.writtenAt + 1_000 }));
  const own = [{ messageId: 'a', at: 5_000 }];
  const text = report({ sentWithinMs: 2_000, machines, own, digests: [{ messageId: 'b', at: 11_000 }], writtenAt });
  expect(text).toContain('Pages sent within 2.00 s.');
  expect(text).toMatch(/^\| to machines +\| +2 \| +1\.00 \| +1\.00 \| +1\.00 \|$/m);
  expect(text).toMatch(/^\| by email of their own +\| +1 \| +5\.00 \|/m);
  expect(text).toMatch(/^\| by email in a digest +\| +1 \| +10\.00 \|/m);
});
