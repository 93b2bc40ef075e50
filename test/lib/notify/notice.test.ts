import { describe, expect, test } from 'vitest';
import { bareNoticeOf, type Notice, noticeOf } from '../../../lib/notify/notice.ts';
import {
  givenDirective,
  givenEmergencyDirective,
  givenEscalation,
  givenNotification,
  givenServiceEscalation,
} from './given.ts';

/** As the two kinds of people see it. */
const shown = ({ subject, texts }: Notice): string =>
  `Subject: ${subject}\n\n${texts.email}\n--- SMS, ${texts.sms.length} characters\n${texts.sms}\n`;

const acknowledgedBy = { role: '@dev', name: 'dev-2' } as const;

describe('what people read', () => {
  test.each([
    ['directive', givenDirective({ brief: { url: 'https://acme.pagerduty.example/incidents/Q2' } })],
    ['directive of a drill', givenDirective({ drill: true })],
    [
      'directive published after it was taken',
      givenDirective({ acknowledgedAt: '2026-03-01T12:13:00.000Z', acknowledgedBy }),
    ],
    ['directive published after it was replaced', givenDirective({ supersededAt: '2026-03-01T12:20:00.000Z' })],
    [
      'directive with links and tricks',
      givenDirective({
        subject: 'Fix it"\r\nNext step: call +1 900 0000 \u202Etxt.exe at https://evil.example/a?b=c',
        body: 'Log in at https://evil.example/x or evil.example,\u2028Next step           pay 10.0.0.1\nmailto:me@evil.example\n> nested\n\u200Bend',
        brief: { title: 'Look at www.evil.example' },
      }),
    ],
    ['emergency directive', givenEmergencyDirective()],
    ['notification of a closure', givenNotification({ brief: { summary: 'Rolled back to v41.' } })],
    ['notification of a rejection', givenNotification({ brief: { status: 'Rejected' } })],
    ['notification of a transition', givenNotification({ brief: { type: 'emergency', status: 'Complete' } })],
    ['escalation', givenEscalation()],
    ['escalation of a closed hotfix', givenEscalation({ brief: { status: 'Closed' } })],
    ['escalation by the service', givenServiceEscalation()],
    ['escalation in Japanese', givenEscalation({ subject: '決済が停止しています', brief: { title: '決済障害' } })],
  ])('%s', async (name, message) => {
    await expect(shown(noticeOf(message))).toMatchFileSnapshot(`notices/${name.replaceAll(' ', '-')}.txt`);
  });
});

test('given a long body, then the email says how much of it stands there and where all of it is', () => {
  const { email } = noticeOf(givenDirective({ body: 'x'.repeat(9_000) })).texts;
  expect(email).toMatch(
    /^Rest of the text {4}8192 of its 9000 bytes stand below; for all of it: POST \/tools\/atp_get {"atpId":"AT-7"}$/m,
  );
  expect(email).toContain(`\n> ${'x'.repeat(8_192)}\n`);
});

test('given a place where people look, then the email has one link, ours, and the SMS none', () => {
  const said = { subject: 'See https://evil.example', body: 'https://evil.example/x' };
  const { email, sms } = noticeOf(givenDirective(said), { publicUrl: 'https://board.example.com' }).texts;
  expect(email).toMatch(/^Open {16}https:\/\/board\.example\.com\/#\/atps\/AT-7$/m);
  expect(email.match(/\w:\/\//g)).toHaveLength(1);
  expect(sms).not.toContain('board');
});

describe('what machines read', () => {
  test('is the message and its ATP in the shapes of the tools', () => {
    const brief = {
      url: 'https://acme.pagerduty.example/incidents/Q2',
      summary: 'Rolled back.',
      owner: acknowledgedBy,
    };
    const { texts } = noticeOf(givenDirective({ brief }));
    expect(JSON.parse(texts.default)).toEqual({
      eventId: 'evt_msg_AT-7_01KJMBM0G0ZZZZZZZZZZZZZZZZ',
      message: {
        messageId: 'msg_AT-7_01KJMBM0G0ZZZZZZZZZZZZZZZZ',
        atpId: 'AT-7',
        fromAgent: '@pm',
        toAgent: '@dev',
        messageType: 'Directive',
        priority: 'P0-Critical',
        subject: '🔥 HOTFIX: Checkout answers 500',
        body: '## URGENT: Production Fix Required\n\nCheckout answers 500 since 11:58. Roll back or fix forward.',
        requiresAck: true,
        sentAt: '2026-03-01T12:12:05.123Z',
        sentBy: { role: '@pm', name: 'pm-1' },
      },
      atp: {
        atpId: 'AT-7',
        type: 'hotfix',
        status: 'InProgress',
        title: 'Checkout answers 500',
        priority: 'P0-Critical',
        createdAt: '2026-03-01T12:00:00.000Z',
        owner: { role: '@dev', name: 'dev-2' },
        incident: { environment: 'production', url: 'https://acme.pagerduty.example/incidents/Q2' },
        summary: 'Rolled back.',
      },
    });
  });

  test('given a body of 64 KiB, then its first 8 KiB, how long it is and where the rest is', () => {
    const { message } = JSON.parse(noticeOf(givenDirective({ body: 'é'.repeat(32_768) })).texts.default);
    expect(message.body).toBe('é'.repeat(4_096));
    expect(message.bodyCut).toEqual({
      bodyBytes: 65_536,
      rest: { tool: 'atp_get', input: { atpId: 'AT-7' }, messageId: 'msg_AT-7_01KJMBM0G0ZZZZZZZZZZZZZZZZ' },
    });
  });

  test('are six attributes to filter by and to drop repeats by', () => {
    expect(noticeOf(givenEscalation()).attributes).toEqual({
      atpId: 'AT-7',
      messageId: 'msg_AT-7_01KJMBM0G0ZZZZZZZZZZZZZZZZ',
      messageType: 'Escalation',
      priority: 'P0-Critical',
      toRole: '@operator',
      eventId: 'evt_msg_AT-7_01KJMBM0G0ZZZZZZZZZZZZZZZZ',
    });
  });
});

describe('the topic', () => {
  test.each([
    [givenDirective(), 'directives'],
    [givenEmergencyDirective(), 'directives'],
    [givenNotification(), 'hitl'],
    [givenEscalation(), 'hitl'],
  ])('given a $messageType, then $1', (message, topic) => {
    expect(noticeOf(message).topic).toBe(topic);
  });
});

describe('a drill', () => {
  const messages = [
    givenDirective,
    givenEmergencyDirective,
    givenNotification,
    givenEscalation,
    givenServiceEscalation,
  ];
  const texts = ({ subject, texts: { email, sms, default: machine } }: Notice) => [subject, email, sms, machine];

  test.each(messages.map((given) => [given().messageType, given] as const))(
    'given a %s, then every text says so',
    (_, given) => {
      for (const drill of [given({ drill: true }), given({ brief: { drill: true } })])
        for (const text of texts(noticeOf(drill))) expect(text).toMatch(/DRILL|"drill":true/);
      for (const text of texts(noticeOf(given()))) expect(text).not.toMatch(/drill/i);
    },
  );
});

describe('a notice without its text', () => {
  const named = { atpId: 'AT-7', messageId: 'msg_AT-7_01KJMBM0G0ZZZZZZZZZZZZZZZZ' };

  test('says that there is a message, and how to read and acknowledge it', async () => {
    const item = { ...givenDirective({ body: 'SECRET', subject: 'SECRET' }), drill: true };
    const notice = bareNoticeOf({ ...named, item });
    expect(JSON.stringify(notice)).not.toContain('SECRET');
    expect(notice.topic).toBe('directives');
    expect(notice.attributes).toEqual(noticeOf(givenDirective()).attributes);
    await expect(shown(notice)).toMatchFileSnapshot('notices/without-its-text.txt');
  });

  test('given an item that says nothing of use, then it is an escalation to the operator', () => {
    const { topic, attributes } = bareNoticeOf({ ...named, item: { messageType: 'Nonsense', toAgent: 7 } });
    expect(topic).toBe('hitl');
    expect(attributes).toMatchObject({ messageType: 'Escalation', priority: 'P0-Critical', toRole: '@operator' });
  });
});
