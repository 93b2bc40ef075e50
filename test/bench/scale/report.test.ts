import { expect, test } from 'vitest';
import { type Found, grown, report } from './report.ts';

const found = (atps: number, read: number, ms: number): Found => ({
  atps,
  sums: new Map([['atp_list', { calls: 1, requests: 6, read, write: 0 }]]),
  times: new Map([['atp_list', [ms, ms * 2, ms * 3]]]),
});
const cells = (text: string): string[] => (text.split('\n').at(-1) ?? '').split('|').map((cell) => cell.trim());

test('given a list that costs the same however many ATPs there are, then it is flat, and an empty table is no measure of it', () => {
  const tables = [found(0, 5, 4), found(1_000, 28, 10), found(2_000, 28, 11)];
  expect(grown(tables)).toEqual([]);
  expect(cells(report(tables))).toEqual([
    '',
    'atp_list',
    '1',
    '6',
    '5 / 28 / 28',
    '0',
    '8.0',
    '20.0',
    '22.0',
    '1.10',
    'yes',
    '',
  ]);
});

test('given a list that costs more in the larger table, then it has grown', () => {
  expect(grown([found(0, 5, 4), found(1_000, 28, 10), found(2_000, 29, 10)])).toEqual(['atp_list']);
  expect(grown([found(1_000, 28, 10), found(2_000, 29, 10)])).toEqual(['atp_list']);
  expect(grown([found(0, 29, 4), found(1_000, 28, 10), found(2_000, 28, 10)])).toEqual(['atp_list']);
});
