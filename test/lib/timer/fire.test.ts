import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, expect, test } from 'vitest';
import { Unsettled, type Write } from '../../../lib/flow/write.ts';
import { keys } from '../../../lib/store/keys.ts';
import { type DeadlinePlan, fire } from '../../../lib/timer/fire.ts';
import { Given, Service, timeouts } from '../../support/service.ts';

let service: Service;
let given: Given;

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
});

const timerOf = (atpId: string) => ({ atpId, deadline: 'fix', dueAt: '2026-03-01T12:00:00.000Z' });

/** Notes the deadline on the ATP once, and tells of it in the timeline. */
const note: DeadlinePlan = ({ atpId, deadline }, snapshot, { principal: { role, name }, clock, ulid }) => {
  const atp = snapshot.atp(atpId);
  if (!atp || atp.notes === deadline) return [];
  const value = { at: new Date(clock).toISOString(), role, principal: name, action: 'note', notes: deadline };
  const change: Write = {
    label: 'ATP',
    change: { kind: 'atp', atpId },
    set: { notes: deadline },
    remove: [],
    expect: { notes: atp.notes, title: atp.title },
  };
  return [change, { label: 'event', create: { kind: 'event', atpId, ulid: ulid(clock), value } }];
};

const eventsOf = async (atpId: string) => (await service.items(atpId)).filter(({ action }) => action === 'note');

const retitle = ({ atpId }: { atpId: string }, title: string) =>
  service.table.client.send(
    new UpdateCommand({
      TableName: service.table.name,
      Key: keys.atp(atpId),
      UpdateExpression: 'SET title = :title',
      ExpressionAttributeValues: { ':title': title },
    }),
  );

test('given a timer that is due, when it fires, then what it asks for is written by @system, in one transaction', async () => {
  const atpId = await given.started();
  expect(await fire(service.table, timerOf(atpId), timeouts, note)).toBe(true);
  expect(await eventsOf(atpId)).toEqual([
    expect.objectContaining({ role: '@system', principal: 'system', notes: 'fix' }),
  ]);
});

test('given a timer that comes twice, when both fire at once, then it has its one effect', async () => {
  const atpId = await given.started();
  const both = [1, 2].map(() => fire(service.table, timerOf(atpId), timeouts, note));
  expect((await Promise.all(both)).sort()).toEqual([false, true]);
  expect(await eventsOf(atpId)).toHaveLength(1);
});

test('given an ATP that is gone, when its timer fires, then nothing is written', async () => {
  expect(await fire(service.table, timerOf('AT-never-was'), timeouts, note)).toBe(false);
});

test('given a state that changes before the commit, when a timer fires, then it is planned again on what is true now', async () => {
  const atpId = await given.started();
  const seen: (string | undefined)[] = [];
  const overtaken: DeadlinePlan = (timer, snapshot, call) => {
    seen.push(snapshot.atp(timer.atpId)?.title);
    const [change, event] = note(timer, snapshot, call);
    if (seen.length > 1 || !change || !event || !('expect' in change)) return change && event ? [change, event] : [];
    return [{ ...change, expect: { ...change.expect, title: 'as nobody titled it' } }, event];
  };
  expect(await fire(service.table, timerOf(atpId), timeouts, overtaken)).toBe(true);
  expect(seen).toHaveLength(2);
  expect(await eventsOf(atpId)).toHaveLength(1);
});

test('given records that contradict each other, when a timer fires, then they are read anew', async () => {
  const atpId = await given.started();
  const titles: (string | undefined)[] = [];
  const retitled: Promise<unknown>[] = [];
  const wary: DeadlinePlan = (timer, snapshot) => {
    titles.push(snapshot.atp(timer.atpId)?.title);
    if (titles.length === 1) retitled.push(retitle(timer, 'settled'));
    if (titles.at(-1) !== 'settled') throw new Unsettled({ kind: 'atp', atpId });
    return [];
  };
  expect(await fire(service.table, timerOf(atpId), timeouts, wary)).toBe(false);
  await Promise.all(retitled);
  expect(titles.at(-1)).toBe('settled');
});
