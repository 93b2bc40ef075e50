import { beforeAll, describe, expect, it } from 'vitest';
import { letter } from '../support/overtaken.ts';
import { Given, Service } from '../support/service.ts';

let service: Service;
let given: Given;
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
});

describe('given an open emergency that directs @dev', () => {
  it('when another emergency directs @dev for the first time, then that waits for none, in the answer as in a read', async () => {
    const [first, second] = [await given.emergency(), await given.emergency()];
    await service.done('pm-1', 'message_send', letter(first, 'EmergencyDirective', '@dev'));
    const { message } = await service.done('pm-1', 'message_send', letter(second, 'EmergencyDirective', '@dev'));
    expect(message.waitsFor).toBeUndefined();
    const { messages } = await service.done('dev-1', 'atp_get', { atpId: second });
    expect(messages.filter(({ waitsFor }: { waitsFor?: string[] }) => waitsFor)).toEqual([]);
  });

  it('when a bugfix directs @dev, then that says which emergency comes first', async () => {
    const emergency = await given.emergency();
    await service.done('pm-1', 'message_send', letter(emergency, 'EmergencyDirective', '@dev'));
    const bugfix = await given.work('bugfix');
    const { message } = await service.done('pm-1', 'message_send', letter(bugfix, 'Directive', '@dev'));
    expect(message.waitsFor).toContain(emergency);
  });
});
