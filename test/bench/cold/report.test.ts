import { expect, test } from 'vitest';
import { player } from './exchange.ts';
import { report } from './report.ts';

const samples = (...totals: number[]) =>
  totals.map((total) => ({ importMs: total / 2, callMs: total / 2, cpuMs: total / 4 }));

test('given rounds of a subject and of its baseline, then the table compares their medians', () => {
  const table = report([
    { subject: 'atp_set', kilobytes: 200.4, goal: 0.7, own: samples(60, 70, 900), baseline: samples(100, 90, 110) },
    { subject: 'atp_get', kilobytes: 99.6, goal: 0.8, own: samples(80, 82), baseline: samples(100, 100) },
  ]);
  const rows = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  expect(rows[2]).toEqual(['', 'atp_set', '200', '35.0', '35.0', '70.0', '100.0', '0.70', '0.70', '0.70', 'yes', '']);
  expect(rows[3]).toEqual(['', 'atp_get', '100', '40.5', '40.5', '81.0', '100.0', '0.81', '0.81', '0.80', 'no', '']);
});

test('given a recording, when a read is asked that is not in it, then it is refused and not answered with another', async () => {
  const shared = { service: 'dynamodb' as const, type: 'application/x-amz-json-1.0' };
  const recording = [
    { ...shared, operation: 'BatchGetItem', request: '{"a":1}', answer: '{"Responses":{}}', wave: 1 },
    { ...shared, operation: 'TransactWriteItems', request: '{"written":"then"}', answer: '{}', wave: 2 },
  ];
  const far = await player(recording);
  const ask = async (operation: string, body: string) => {
    const headers = { 'x-amz-target': `DynamoDB_20120810.${operation}` };
    const response = await fetch(far.endpoint, { method: 'POST', headers, body });
    return { status: response.status, body: await response.text() };
  };
  expect(await ask('BatchGetItem', '{"a":1}')).toEqual({ status: 200, body: '{"Responses":{}}' });
  expect(await ask('TransactWriteItems', '{"written":"now"}')).toEqual({ status: 200, body: '{}' });
  expect((await ask('BatchGetItem', '{"a":2}')).status).toBe(400);
  expect((await ask('Query', '{"a":1}')).status).toBe(400);
  await far.close();
});
