import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Gateway, paths } from './bad-input/gateway.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.open();
});
afterAll(() => gateway.expectUnchanged());

describe('given a key of a nested object', () => {
  it.each([
    ['stands twice', '{"atpId":"A","notification":{"body":"one","body":"two"}}', 'notification.body'],
    ['is spelt twice', '{"atpId":"A","followUp":{"title":"one","t\\u0069tle":"two"}}', 'followUp.title'],
    ['is not known', '{"atpId":"A","notification":{"text":"one"}}', 'notification.text'],
    ['is __proto__', '{"atpId":"A","notification":{"__proto__":{"body":"one"}}}', 'notification.__proto__'],
    ['is a gate of nobody’s', '{"atpId":"A","gates":{"__proto__":true}}', 'gates'],
  ])('when it %s, then it is named', async (_, body, path) => {
    expect(paths(await gateway.refused('atp_close', { body }))).toContain(path);
  });

  it('when two objects have it once each, or it stands as a text as well, then that is no fault', async () => {
    const body =
      '{"atpId":"AT-none","notification":{"body":"{\\"body\\":1,\\"body\\":2}","subject":"subject"},"summary":"body"}';
    expect((await gateway.refused('atp_close', { body })).code).toBe('NOT_FOUND');
  });
});

describe('given a cursor that this service did not give', () => {
  const forged = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');
  const questions = {
    atp_list: ['atps  ', { limit: 5 }],
    message_list: ['messages @pm true', { open: true }],
  } as const;

  it.each(['x', '====', '\u00ff', 'bnVsbA', forged(null), forged([]), forged({}), forged('x'), 'a'.repeat(2_000)])(
    'when it is %s, then it is refused by name',
    async (cursor) => {
      for (const tool of ['atp_list', 'message_list'] as const)
        expect(paths(await gateway.refused(tool, { body: JSON.stringify({ cursor }) }))).toEqual(['cursor']);
    },
  );

  it('when it is dressed as one of a listing, then it is refused or reads nothing that was not asked for', async () => {
    const places = [
      '',
      ' ',
      '0#',
      '0#\u{1f525}',
      '0#\ud800',
      '\uffff',
      'ATP',
      'z'.repeat(1_500),
      '🔥'.repeat(300),
      7,
      null,
    ];
    for (const [tool, [question, input]] of Object.entries(questions) as [keyof typeof questions, [string, object]][]) {
      for (const after of places) {
        const body = JSON.stringify({ ...input, cursor: forged({ question, after }) });
        const answer = await gateway.deliver(tool, { body });
        expect([200, 400], `${tool} ${JSON.stringify(after)}`).toContain(answer.status);
      }
    }
    const { body: list } = await gateway.deliver('atp_list', { body: '{"limit":1}' });
    const { atpId } = list.atps[0];
    for (const after of places) {
      const body = JSON.stringify({ atpId, cursor: forged({ question: `ATP#${atpId}`, after }) });
      expect([200, 400], JSON.stringify(after)).toContain((await gateway.deliver('atp_get', { body })).status);
    }
  });
});

describe('given an id of odd form', () => {
  const odd = [
    'msg_',
    'msg__',
    'msg_A_',
    `msg_${'A'.repeat(150)}`,
    'msg_A_01JD000000000000000000000',
    'ATP#A',
    'a\u202eb',
    '🔥',
    '#',
    '/',
    '..',
  ];
  it.each(odd)('when %j is asked for, then there is no such thing', async (id) => {
    expect((await gateway.refused('message_ack', { body: JSON.stringify({ messageId: id }) })).code).toBe('NOT_FOUND');
    const artifactId = id.replace('msg', 'art');
    expect((await gateway.refused('artifact_get', { body: JSON.stringify({ artifactId }) })).code).toBe('NOT_FOUND');
    const atp = await gateway.refused('atp_get', { body: JSON.stringify({ atpId: `-${id}` }) });
    expect(paths(atp)).toEqual(['atpId']);
  });
});
