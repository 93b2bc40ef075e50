import { expect, test } from 'vitest';
import { report, type Taken } from './report.ts';

/** The cells of a line, its name left out. */
const cells = (text: string, name: string): string[] => {
  const row = text.split('\n').find((line) => line.startsWith(`| ${name} `)) ?? '';
  return row
    .split('|')
    .slice(2, -1)
    .map((cell) => cell.trim());
};

const hundred = (noticedMs: (rank: number) => number): Taken[] =>
  Array.from({ length: 100 }, (_, index) => ({ answeredMs: 100 - index, noticedMs: noticedMs(100 - index) }));

test('given pages and a baseline, then the table has the nearest ranks of both', () => {
  const text = report({ pages: hundred((rank) => rank * 10), baseline: hundred((rank) => rank * 20) });
  expect(cells(text, 'page, to its answer')).toEqual(['100', '50', '95', '100']);
  expect(cells(text, 'page, to the notice')).toEqual(['100', '500', '950', '1000']);
  expect(cells(text, 'atp_set, message_send, to the notice')).toEqual(['100', '1000', '1900', '2000']);
});

test('given a page that takes half of what the baseline does, then the ratio says so at each rank', () => {
  const text = report({ pages: hundred((rank) => rank * 10), baseline: hundred((rank) => rank * 20) });
  expect(cells(text, 'ratio, to the notice')).toEqual(['', '0.50', '0.50', '0.50']);
});

test('given any figures, then all lines of the table are of one width', () => {
  const widths = report({ pages: hundred(() => 1), baseline: hundred(() => 1) })
    .split('\n')
    .map(({ length }) => length);
  expect(new Set(widths).size).toBe(1);
});
