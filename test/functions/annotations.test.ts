import { beforeAll, expect, test } from 'vitest';
import { type ToolName, toolNames } from '../../lib/model.ts';
import { type Body, Given, newId, Service } from '../support/service.ts';

let service: Service;
let given: Given;
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
});

type Scene = { who: string; atpId: string; input: Record<string, unknown> };

/** A call of each tool that succeeds, and the ATP that it is about. */
const scenes: Record<ToolName, () => Promise<Scene>> = {
  atp_set: async () => {
    const atpId = newId();
    return { who: 'pm-1', atpId, input: { atpId, status: 'InProgress', title: 'Down' } };
  },
  atp_create: async () => {
    const atpId = newId();
    return { who: 'pm-1', atpId, input: { atpId, type: 'standard', title: 'Alarm sooner' } };
  },
  atp_change_status: async () => {
    const atpId = await given.completed();
    return { who: 'pm-1', atpId, input: { atpId, status: 'InProgress', notes: 'Still failing.' } };
  },
  atp_close: async () => {
    const atpId = await given.verified();
    return { who: 'pm-1', atpId, input: { atpId } };
  },
  handoff: async () => {
    const atpId = await given.acknowledged();
    return { who: 'dev-1', atpId, input: { atpId, completed: ['Rolled back'], evidence: ['Probes pass'] } };
  },
  message_send: async () => {
    const atpId = await given.started();
    const letter = { messageType: 'Update', toAgent: '@pm', subject: 'Still on it', body: 'Yes.' };
    return { who: 'dev-1', atpId, input: { atpId, ...letter } };
  },
  message_ack: async () => {
    const { atpId, messageId } = await given.directed();
    return { who: 'dev-1', atpId, input: { messageId } };
  },
  artifact_create: async () => {
    const atpId = await given.completed();
    const report = { artifactType: 'PMVerificationReport', title: 'Verified', content: 'All three gates hold.' };
    return { who: 'pm-1', atpId, input: { atpId, ...report } };
  },
  checklist_update: async () => {
    const atpId = await given.review('InProgress');
    return { who: 'dev-1', atpId, input: { atpId, item: 'root-cause', state: 'done', note: 'A typo.' } };
  },
  atp_get: async () => {
    const atpId = await given.verified();
    return { who: 'qa-1', atpId, input: { atpId } };
  },
  atp_list: async () => ({ who: 'qa-1', atpId: await given.started(), input: {} }),
  message_list: async () => ({ who: 'dev-1', atpId: (await given.directed()).atpId, input: { open: true } }),
  artifact_get: async () => {
    const atpId = await given.verified();
    const { artifacts } = await service.done('pm-1', 'atp_get', { atpId });
    return { who: 'qa-1', atpId, input: { artifactId: artifacts[0].artifactId } };
  },
  flow_get: async () => ({ who: 'sre-1', atpId: await given.started(), input: { type: 'hotfix' } }),
};

/** All that a partition holds, in one order. */
const partition = async (atpId: string): Promise<Body[]> => {
  const items = await service.items(atpId);
  return items.toSorted((one, other) => (one.sk < other.sk ? -1 : 1));
};

test.each(toolNames)('given what is said of %s, when it is called twice, then that is true', async (name) => {
  const { tools } = await import('../../functions/tools.ts');
  const { readOnly, idempotent } = tools[name].documentation;
  const { who, atpId, input } = await scenes[name]();
  const before = await partition(atpId);
  await service.done(who, name, input);
  const after = await partition(atpId);
  if (readOnly) expect(after).toEqual(before);
  else expect(after).not.toEqual(before);
  await service.call(who, name, input);
  const again = await partition(atpId);
  if (readOnly || idempotent) expect(again).toEqual(after);
});
