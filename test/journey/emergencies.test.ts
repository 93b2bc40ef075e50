import { beforeAll, describe, expect, it } from 'vitest';
import { letter } from '../support/overtaken.ts';
import { Given, newId, Service } from '../support/service.ts';

let service: Service;
let given: Given;
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
});

const direct = async (atpId: string) =>
  (await service.done('pm-1', 'message_send', letter(atpId, 'EmergencyDirective', '@dev'))).message;

describe('given an open emergency that has directed @dev', () => {
  it('when another one directs @dev for the first time, then that directive waits for neither', async () => {
    await direct(await given.emergency());
    const message = await direct(await given.emergency());
    expect(message).not.toHaveProperty('waitsFor');
  });

  it('when a hotfix directs @dev, then the answer names the emergency, as the inbox does', async () => {
    const atpId = await given.emergency('InProgress', { atpId: newId() });
    await direct(atpId);
    const hotfix = await given.started();
    const { message } = await service.done('pm-1', 'message_send', letter(hotfix, 'Directive', '@dev'));
    expect(message.waitsFor).toContain(atpId);
    const { messages } = await service.done('dev-1', 'message_list', { atpId: hotfix });
    expect(messages[0].waitsFor).toEqual(message.waitsFor);
  });
});
