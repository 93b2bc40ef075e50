import { expect, test } from 'vitest';
import { Given, newId, Service } from '../support/service.ts';

const service = await Service.start();
const given = new Given(service);

test('given webhooks are off, as they are by default, then no event is written for them', async () => {
  const walked = [(await given.closed()).atpId, await given.rejected(), await given.emergency('Closed')];
  walked.push(await given.work('bugfix', 'Closed', { atpId: newId() }));
  for (const atpId of walked) {
    const events = (await service.items(atpId)).filter(({ sk }) => sk.startsWith('EVENT#'));
    expect(events.length).toBeGreaterThan(0);
    expect(events.filter(({ webhook }) => webhook !== undefined)).toEqual([]);
    expect(events.filter(({ outbox, timers }) => outbox !== undefined && timers === undefined)).toEqual([]);
  }
});
