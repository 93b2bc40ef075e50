import { beforeAll, describe, expect, it } from 'vitest';
import { type CallerRole, callerRoles, type MessageType, messageTypes, toolNames } from '../../lib/model.ts';
import { type Body, Given, newId, Service } from '../support/service.ts';

let service: Service;
let given: Given;
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
});

const everyone: readonly CallerRole[] = ['@pm', '@dev', '@operator', '@sre', '@qa'];
/** The table of `message_send` in the contract. */
const table: Record<MessageType, { from: readonly CallerRole[]; to: readonly CallerRole[] }> = {
  Directive: { from: ['@pm'], to: ['@dev', '@qa', '@sre'] },
  EmergencyDirective: { from: ['@pm'], to: ['@dev', '@qa', '@sre'] },
  Handoff: { from: ['@dev'], to: ['@pm'] },
  HITLNotification: { from: ['@pm'], to: ['@operator'] },
  Escalation: { from: everyone, to: ['@operator'] },
  Decision: { from: ['@operator'], to: everyone },
  Blocker: { from: everyone, to: ['@pm'] },
  Update: { from: everyone, to: ['@pm'] },
  Rejection: { from: ['@pm', '@qa'], to: ['@dev'] },
};

const sections = '### Completed Work\n- Rolled back\n\n### Pending Work\n\n### Evidence\n- Tests pass';
const letter = (messageType: MessageType, toAgent: string) => ({
  messageType,
  toAgent,
  subject: 'On the checkout',
  body: sections,
});
const who = (role: CallerRole): string => `${role.slice(1)}-1`;

const verdict = (messageType: MessageType, from: CallerRole, to: CallerRole): string => {
  const rule = table[messageType];
  if (!rule.to.includes(to)) return 'INVALID_INPUT';
  if (from === to) return 'SELF_MESSAGE';
  return rule.from.includes(from) ? 'accepted' : 'ROLE_NOT_PERMITTED';
};
const triples = (outcome: (verdict: string) => boolean) =>
  messageTypes.flatMap((type) =>
    callerRoles.flatMap((from) =>
      callerRoles.flatMap((to) => {
        const expected = verdict(type, from, to);
        return outcome(expected) ? [[type, from, to, expected] as const] : [];
      }),
    ),
  );

describe('given an open ATP', () => {
  it('when a type is sent by or to a role that its row does not list, then it is refused and nothing is written', async () => {
    for (const atpId of [await given.acknowledged(), await given.review('InProgress')]) {
      const before = await service.items(atpId);
      for (const [type, from, to, expected] of triples((each) => each !== 'accepted')) {
        const { body } = await service.call(who(from), 'message_send', { atpId, ...letter(type, to) });
        expect.soft(body.code, `${type} from ${from} to ${to}`).toBe(expected);
      }
      expect(await service.items(atpId)).toEqual(before);
    }
  });

  it.each(triples((each) => each === 'accepted'))(
    'when a %s goes from %s to %s, then it is sent',
    async (type, from, to) => {
      const atpId = await given.acknowledged();
      const { message, atp } = await service.done(who(from), 'message_send', { atpId, ...letter(type, to) });
      const directive = type === 'Directive' || type === 'EmergencyDirective';
      expect(message).toMatchObject({
        ...letter(type, to),
        atpId,
        fromAgent: from,
        sentBy: { role: from, name: who(from) },
        requiresAck: directive,
        priority: directive ? 'P0-Critical' : 'P2-Normal',
      });
      expect(message.sentAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(atp.status).toBe(type === 'Handoff' ? 'Complete' : 'InProgress');
      const { messages, timeline } = await service.done('qa-1', 'atp_get', { atpId });
      expect(messages).toContainEqual(message);
      expect(timeline.at(-1)).toMatchObject({ principal: who(from), role: from, messageId: message.messageId });
    },
  );

  it.each(['@system', '@pager', '@nobody', 'pmo', '', '@pm;'])(
    'when it goes to %j, then that is a fault',
    async (toAgent) => {
      const body = { atpId: await given.started(), ...letter('Update', toAgent) };
      const refused = await service.call('dev-1', 'message_send', body);
      expect(refused.body).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'toAgent' }] });
    },
  );

  it('when roles are written in any letter case, then they are stored in lower case', async () => {
    const atpId = await given.started();
    const body = { atpId, ...letter('Update', '@PM'), fromAgent: '@Dev' };
    expect((await service.done('dev-1', 'message_send', body)).message).toMatchObject({
      fromAgent: '@dev',
      toAgent: '@pm',
    });
  });

  it('when priority and requiresAck are given, then they are kept', async () => {
    const atpId = await given.started();
    const chosen = { priority: 'P3-Low', requiresAck: false };
    const body = { atpId, ...letter('Directive', '@qa'), ...chosen };
    expect((await service.done('pm-1', 'message_send', body)).message).toMatchObject(chosen);
    const update = { atpId, ...letter('Update', '@pm'), priority: 'P1-High', requiresAck: true };
    expect((await service.done('qa-1', 'message_send', update)).message).toMatchObject({
      priority: 'P1-High',
      requiresAck: true,
    });
  });

  it('when a directive is sent on a review, then it is of normal priority', async () => {
    const body = { atpId: await given.review('InProgress'), ...letter('Directive', '@dev') };
    expect((await service.done('pm-1', 'message_send', body)).message.priority).toBe('P2-Normal');
  });
});

describe('given a body that names an agent', () => {
  const inputs: Record<(typeof toolNames)[number], Body> = {
    atp_set: { atpId: 'AT-1', status: 'InProgress' },
    atp_create: { title: 'T', type: 'review' },
    atp_change_status: { atpId: 'AT-1', status: 'Complete' },
    atp_close: { atpId: 'AT-1' },
    handoff: { atpId: 'AT-1', completed: ['A'], evidence: ['B'] },
    message_send: { atpId: 'AT-1', ...letter('Update', '@pm') },
    message_ack: { messageId: 'msg' },
    artifact_create: { atpId: 'AT-1', artifactType: 'Other', title: 'T', content: 'C' },
    checklist_update: { atpId: 'AT-1', item: 'root-cause', state: 'open' },
    atp_get: { atpId: 'AT-1' },
    atp_list: {},
    message_list: {},
    artifact_get: { artifactId: 'art' },
    flow_get: { type: 'hotfix' },
  };
  const named = (tool: (typeof toolNames)[number]) =>
    tool === 'message_send' || tool === 'handoff' ? 'fromAgent' : 'agent';
  const writing = toolNames.filter((tool) => !/_get$|_list$/.test(tool));

  it.each(writing)('when it is not the role of the credential, then %s refuses it', async (tool) => {
    const { status, body } = await service.call('qa-1', tool, { ...inputs[tool], [named(tool)]: '@Sre' });
    expect([status, body.code]).toEqual([403, 'AGENT_MISMATCH']);
  });

  it.each(writing)('when it is, in any letter case, then %s says nothing of it', async (tool) => {
    const { body } = await service.call('qa-1', tool, { ...inputs[tool], [named(tool)]: '@Qa' });
    expect(body.code).not.toMatch(/AGENT_MISMATCH|INVALID_INPUT/);
  });

  it.each(writing)('when it names nobody there is, then %s says so', async (tool) => {
    const { body } = await service.call('qa-1', tool, { ...inputs[tool], [named(tool)]: '@ceo' });
    expect(body).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: named(tool) }] });
  });
});

describe('given a message nobody sent', () => {
  it.each([newId(), `msg_${newId()}_01JD0000000000000000000000`, 'msg_', '../../etc'])(
    'when %s is acknowledged, then it is not found',
    async (messageId) => {
      expect((await service.call('dev-1', 'message_ack', { messageId })).body.code).toBe('NOT_FOUND');
    },
  );
});
