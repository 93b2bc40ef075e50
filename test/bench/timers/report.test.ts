import { expect, test } from 'vitest';
import { report } from './report.ts';

const cells = (lateMs: readonly number[], apartMs = 0): string[] => {
  const firings = lateMs.map((late, index) => ({ dueAt: index * apartMs, sentAt: index * apartMs + late }));
  const row = report(firings).split('\n').at(-1) ?? '';
  return row.split('|').map((cell) => cell.trim());
};

test('given firings, then the table has the nearest ranks of their lateness', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => (100 - index) * 10);
  expect(cells(hundred, 20)).toEqual(['', '100', '1.98', '0.50', '0.95', '1.00', 'yes', '']);
});

test('given one firing that is later than the bound, then the bound is not met', () => {
  expect(cells([10, 3_000])).toEqual(['', '2', '0.00', '0.01', '3.00', '3.00', 'yes', '']);
  expect(cells([10, 3_001]).at(-2)).toBe('no');
});
