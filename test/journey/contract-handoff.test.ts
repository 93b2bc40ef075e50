import { beforeAll, describe, expect, it } from 'vitest';
import { type Body, Given, Service } from '../support/service.ts';

let service: Service;
let given: Given;
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
});

const handOff = async (input: Body, atpId?: string) =>
  service.call('dev-1', 'handoff', { atpId: atpId ?? (await given.acknowledged()), ...input });
const send = async (body: string) =>
  service.call('dev-1', 'message_send', {
    atpId: await given.acknowledged(),
    messageType: 'Handoff',
    toAgent: '@pm',
    subject: 'Ready',
    body,
  });

/** The lines under a heading of a body, up to the next heading. */
const under = (body: string, heading: string): string[] => {
  const lines = body.split('\n');
  const start = lines.findIndex((line) => line.endsWith(heading));
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith('#'));
  return (end < 0 ? rest : rest.slice(0, end)).filter((line) => line.trim() !== '');
};

describe('given lists of what was completed, what is pending, and the evidence', () => {
  it('then they stand in the body under their headings, and the ATP is Complete', async () => {
    const lists = { completed: ['Rolled back', 'Pool doubled'], pending: ['Watch it'], evidence: ['Tests pass'] };
    const { body } = await handOff(lists);
    expect(body.atp).toMatchObject({ status: 'Complete', stage: 'review', evidence: ['Tests pass'] });
    expect(body.atp.completedAt).toBe(body.message.sentAt);
    expect(body.message).toMatchObject({
      messageType: 'Handoff',
      fromAgent: '@dev',
      toAgent: '@pm',
      requiresAck: false,
      priority: 'P2-Normal',
    });
    expect(under(body.message.body, 'Completed Work').map((line) => line.replace(/^\W+/, ''))).toEqual(lists.completed);
    expect(under(body.message.body, 'Pending Work').map((line) => line.replace(/^\W+/, ''))).toEqual(lists.pending);
    expect(under(body.message.body, 'Evidence').map((line) => line.replace(/^\W+/, ''))).toEqual(lists.evidence);
  });

  it.each([{}, { pending: [] }])(
    'when pending is left out or empty, then the heading stands all the same',
    async (more) => {
      const { body } = await handOff({ completed: ['Rolled back'], evidence: ['Tests pass'], ...more });
      expect(body.message.body).toContain('Pending Work');
    },
  );

  it('when a text stands beside them, then it is kept before them', async () => {
    const { body } = await handOff({ body: 'It was the pool.', completed: ['Doubled it'], evidence: ['Tests pass'] });
    expect(body.message.body).toMatch(/^It was the pool\..*Completed Work.*Doubled it/s);
  });

  it('when subject and priority are given, then they are kept', async () => {
    const more = { subject: 'Ready for you', priority: 'P1-High', toAgent: '@PM', fromAgent: '@Dev' };
    const { body } = await handOff({ completed: ['Rolled back'], evidence: ['Tests pass'], ...more });
    expect(body.message).toMatchObject({ subject: 'Ready for you', priority: 'P1-High', toAgent: '@pm' });
  });

  it.each([
    ['nothing', {}, ['completed', 'evidence']],
    ['no evidence', { completed: ['Rolled back'] }, ['evidence']],
    ['nothing completed', { evidence: ['Tests pass'] }, ['completed']],
    ['empty lists', { completed: [], evidence: [] }, ['completed', 'evidence']],
    ['pending alone', { pending: ['Watch it'] }, ['completed', 'evidence']],
    ['a blank entry', { completed: [' '], evidence: ['Tests pass'] }, ['completed.0']],
    ['a number for a list', { completed: 7, evidence: ['Tests pass'] }, ['completed']],
  ])('when they hold %s, then what is missing is named', async (_, lists, paths) => {
    const { body } = await handOff(lists);
    expect(body.code).toBe('INVALID_INPUT');
    expect(body.issues.map(({ path }: Body) => path)).toEqual(expect.arrayContaining(paths));
  });

  it('when it goes to another than @pm, then that is a fault of the input', async () => {
    const { body } = await handOff({ completed: ['Rolled back'], evidence: ['Tests pass'], toAgent: '@qa' });
    expect(body).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'toAgent' }] });
  });
});

describe('given a body of the caller’s', () => {
  const whole = '### Completed Work\n- Rolled back\n\n### Pending Work\n- Watch it\n\n### Evidence\n- Tests pass';

  it.each([
    ['with the three headings', whole],
    ['with nothing pending', whole.replace('- Watch it\n', '')],
    ['with headings of another level', whole.replaceAll('###', '##')],
    ['with text before and after', `# Ready\n\nAll is well.\n\n${whole}\n\n### Thanks\nto all`],
    ['with carriage returns', whole.replaceAll('\n', '\r\n')],
  ])('%s, then both doors take it as it is', async (_, body) => {
    expect((await send(body)).body).toMatchObject({ atp: { status: 'Complete' }, message: { body } });
    expect((await handOff({ body })).body).toMatchObject({ atp: { status: 'Complete' }, message: { body } });
  });

  it.each([
    ['without Completed Work', whole.replace('### Completed Work', ''), ['Completed Work']],
    ['without Pending Work', whole.replace('### Pending Work', ''), ['Pending Work']],
    ['without Evidence', whole.replace('### Evidence', ''), ['Evidence']],
    ['with nothing completed', whole.replace('- Rolled back', ''), ['Completed Work']],
    ['with no evidence under its heading', whole.replace('- Tests pass', '  \n\t'), ['Evidence']],
    [
      'with the headings in running text',
      'Completed Work, Pending Work and Evidence are all fine.',
      ['Completed Work'],
    ],
    ['without any heading', 'It is done.', ['Completed Work', 'Pending Work', 'Evidence']],
  ])('%s, then both doors refuse it and name what is missing', async (_, body, missing) => {
    for (const { body: refusal } of [await send(body), await handOff({ body })]) {
      expect(refusal.code).toBe('INVALID_INPUT');
      for (const heading of missing) expect(JSON.stringify(refusal.issues)).toContain(heading);
    }
  });

  it.each([
    ['what is pending', { pending: ['Tell the shop'] }, 'Tell the shop'],
    ['what was completed', { completed: ['Doubled the pool'] }, 'Doubled the pool'],
    ['evidence', { evidence: ['The graph is flat'] }, 'The graph is flat'],
  ])('that is whole, when a list of %s stands beside it, then that is not lost', async (_, lists, entry) => {
    const { body } = await handOff({ body: whole, ...lists });
    expect(body.message.body.startsWith(whole)).toBe(true);
    expect(body.message.body.slice(whole.length)).toContain(entry);
  });
});

describe('given an ATP that is Complete already', () => {
  it('when it is handed off, then the message is written and the status stays', async () => {
    const atpId = await given.acknowledged();
    const { atp: completed } = await service.done('dev-1', 'atp_set', { atpId, status: 'Complete' });
    const { body } = await handOff({ completed: ['Rolled back'], evidence: ['Tests pass'] }, atpId);
    expect(body.atp).toMatchObject({ status: 'Complete', completedAt: completed.completedAt });
    const again = await handOff({ completed: ['Rolled back again'], evidence: ['Tests pass'] }, atpId);
    expect(again.status).toBe(200);
    const { messages, timeline } = await service.done('pm-1', 'atp_get', { atpId });
    expect(messages.filter(({ messageType }: Body) => messageType === 'Handoff')).toHaveLength(2);
    expect(timeline.filter(({ to }: Body) => to === 'Complete')).toHaveLength(1);
  });
});
