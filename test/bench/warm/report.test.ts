import { expect, test } from 'vitest';
import { report } from './report.ts';

test('given the times of a subject and of its baseline, then the table says how much more the median is', () => {
  const table = report([
    { subject: 'atp_set', own: [9, 1.3, 1.2], baseline: [1, 1.1, 5] },
    { subject: 'atp_get', own: [2], baseline: [1] },
  ]);
  const rows = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  expect(rows[2]).toEqual(['', 'atp_set', '1.30', '9.00', '1.10', '5.00', '0.20', 'yes', '']);
  expect(rows[3]).toEqual(['', 'atp_get', '2.00', '2.00', '1.00', '1.00', '1.00', 'no', '']);
});
