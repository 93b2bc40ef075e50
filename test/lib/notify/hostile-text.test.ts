import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { atpIdPattern } from '../../../lib/ids.ts';
import { bareNoticeOf, noticeOf } from '../../../lib/notify/notice.ts';
import type { Outgoing } from '../../../lib/notify/outgoing.ts';
import {
  givenDirective,
  givenEmergencyDirective,
  givenEscalation,
  givenNotification,
  givenQuestion,
  givenServiceEscalation,
} from './given.ts';
import { hostile, longHostile } from './hostile.ts';

/** 3GPP TS 23.038 by code, 0x00 to 0x7F; 0x1B escapes to the extension table. */
const gsm7ByCode =
  '@£$¥èéùìòÇ\nØø\rÅå' +
  'Δ_ΦΓΛΩΠΨΣΘΞ\u001BÆæßÉ' +
  ' !"#¤%&\'()*+,-./' +
  '0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNO' +
  'PQRSTUVWXYZÄÖÑÜ§' +
  '¿abcdefghijklmno' +
  'pqrstuvwxyzäöñüà';
const septetsOf = (text: string): number =>
  [...text].reduce((sum, character) => {
    if ('^{}\\[~]|€\f'.includes(character)) return sum + 2;
    return gsm7ByCode.includes(character) && character !== '\u001B' ? sum + 1 : Number.POSITIVE_INFINITY;
  }, 0);

const given = fc.constantFrom(
  givenDirective,
  givenEmergencyDirective,
  givenNotification,
  givenEscalation,
  givenQuestion,
  givenServiceEscalation,
);
const said = fc.record(
  {
    subject: hostile,
    body: fc.oneof(hostile, longHostile),
    drill: fc.boolean(),
    options: fc.array(hostile, { minLength: 2, maxLength: 4 }),
    brief: fc.record(
      { title: hostile, environment: hostile, url: hostile, summary: longHostile },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['subject', 'body'] },
);
const message: fc.Arbitrary<Outgoing> = fc
  .tuple(given, said)
  .map(([make, { options, ...words }]) => make(make === givenQuestion && options ? { ...words, options } : words));

const anId = fc
  .stringMatching(atpIdPattern)
  .map((atpId) => ({ atpId, messageId: `msg_${atpId}_01KJMBM0G0ZZZZZZZZZZZZZZZZ` }));

const linesOfOurs = (email: string): string[] => email.split('\n').filter((line) => !line.startsWith('>'));
const everyLineBreak = /\r|\v|\f|\u0085|\u2028|\u2029/;
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]|(?![\n\t])\p{Cc}/u;
const link = /\w:\/\/|[^\s.]\.\p{L}{2}|\b(mailto|tel):\S|\d\.\d+\.\d+\.\d/iu;

const holds = (property: (message: Outgoing) => void, numRuns = 500): void =>
  fc.assert(fc.property(message, property), { numRuns });

test('given a text that begins with a dot, then the mark before it makes no name of it', () => {
  const { subject, texts } = noticeOf(givenDirective({ subject: '.https://evil.example', brief: { title: '.evil' } }));
  for (const text of [subject, texts.sms, texts.email]) expect(text).not.toMatch(link);
});

describe('given any text of agents', () => {
  test('then the SMS is one part of GSM-7, with the display name that SNS puts before it', () => {
    holds((message) => {
      const { sms } = noticeOf(message).texts;
      expect(septetsOf(`DIRECTIVES> ${sms}`)).toBeLessThanOrEqual(160);
      expect(sms).not.toMatch(/[\r\n]/);
    });
  });

  test('then the subject is less than 100 characters of printable ASCII, with nothing encoded in it', () => {
    holds((message) => {
      const { subject } = noticeOf(message);
      expect(subject).toMatch(/^\[P[0-3]( DRILL)?\] [ -~]{4,}$/);
      expect(subject.length).toBeLessThan(100);
      expect(subject).not.toContain('=?');
    });
  });

  test('then nothing in email, SMS and subject can be clicked', () => {
    holds((message) => {
      const { subject, texts } = noticeOf(message);
      for (const text of [texts.email, texts.sms, subject]) expect(text).not.toMatch(link);
    });
  });

  test('then the email hides and reorders nothing', () => {
    holds((message) => {
      const { email } = noticeOf(message).texts;
      expect(email.isWellFormed()).toBe(true);
      expect(email).not.toMatch(invisible);
      expect(email).not.toMatch(everyLineBreak);
    });
  });

  test('then no subject, body or summary makes, changes or removes a line of ours', () => {
    holds((message) => {
      const quiet = { ...message, subject: 'x', body: 'x', brief: { ...message.brief, summary: 'x' } };
      const ours = linesOfOurs(noticeOf(message).texts.email).filter((line) => !line.startsWith('Rest of the text'));
      expect(ours).toEqual(linesOfOurs(noticeOf(quiet).texts.email));
    });
  });

  test('then no title, environment or address breaks out of its line', () => {
    holds((message) => {
      const quiet = { ...message, brief: { ...message.brief, title: 'x', environment: 'x', url: 'x' } };
      const labels = (email: string) => linesOfOurs(email).map((line) => line.slice(0, 20));
      const other = { ...message, brief: { environment: 'x', ...message.brief, url: message.brief.url || 'x' } };
      expect(labels(noticeOf(other).texts.email)).toEqual(labels(noticeOf(quiet).texts.email));
    });
  });

  test('then everything of ours stands above everything quoted', () => {
    holds((message) => {
      const lines = noticeOf(message).texts.email.trimEnd().split('\n');
      const first = lines.findIndex((line) => line.startsWith('>'));
      expect(lines.slice(first).every((line) => line.startsWith('>'))).toBe(true);
    });
  });

  test('then SNS takes it: below 256 KiB with all variants, and no attribute empty', () => {
    holds((message) => {
      const { texts, attributes, subject } = noticeOf(message);
      const size = [JSON.stringify(texts), subject, ...Object.entries(attributes).flat()].map((text) =>
        Buffer.byteLength(text),
      );
      expect(size.reduce((sum, bytes) => sum + bytes)).toBeLessThan(262_144);
      for (const value of Object.values(attributes)) expect(value).not.toBe('');
    });
  });

  test('then machines get the longest beginning of the body that fits 8 KiB and ends between two characters', () => {
    holds((message) => {
      const all = message.body.toWellFormed();
      const { body, bodyCut } = JSON.parse(noticeOf(message).texts.default).message;
      expect(all.startsWith(body)).toBe(true);
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(8_192);
      expect(bodyCut === undefined).toBe(body === all);
      if (body === all) return;
      const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });
      const next = characters.segment(all).containing(body.length);
      // What is longer than any character in use is a pile of marks, which is cut between two code points.
      const isPile = Buffer.byteLength(next?.segment ?? '') > 128;
      if (!isPile) expect(next?.index).toBe(body.length);
      const following = isPile ? String.fromCodePoint(all.codePointAt(body.length) ?? 0) : (next?.segment ?? '');
      expect(Buffer.byteLength(body + following)).toBeGreaterThan(8_192);
    }, 200);
  });
});

describe('given the worst of one character in every text', () => {
  test.each([
    '"',
    '\\',
    '\n',
    '\u0001',
    '\u{1F525}',
    '.aa',
    '://',
    'tel:1 ',
    '\uD800',
    'z\u0300',
    '\u2028',
    'http://a.bc ',
  ])('%j, then SNS takes it', (text) => {
    const worst = text.repeat(70_000);
    const brief = { title: worst, environment: worst, url: worst, summary: `!${worst}` };
    for (const make of [givenDirective, givenEscalation]) {
      const { texts } = noticeOf(make({ subject: worst, body: worst, brief }));
      expect(Buffer.byteLength(JSON.stringify(texts))).toBeLessThan(250_000);
    }
  });
});

describe('given any id that a caller may choose', () => {
  test('then it neither breaks the limits nor can be clicked', () => {
    fc.assert(
      fc.property(given, anId, hostile, fc.boolean(), (make, id, subject, drill) => {
        const message = make({ ...id, subject, drill });
        for (const { subject, texts } of [noticeOf(message), bareNoticeOf({ ...id, item: message })]) {
          expect(subject.length).toBeLessThan(100);
          expect(septetsOf(`DIRECTIVES> ${texts.sms}`)).toBeLessThanOrEqual(160);
          const email = texts.email.replaceAll(id.messageId, 'ID');
          for (const text of [subject, texts.sms, email]) expect(text).not.toMatch(link);
        }
      }),
    );
  });

  test('of the longest kind, then subject and SMS still begin with priority, drill, flow and id', () => {
    const atpId = 'A'.repeat(64);
    const { subject, texts } = noticeOf(givenDirective({ atpId, drill: true, brief: { type: 'emergency' } }));
    expect(subject).toMatch(new RegExp(`^\\[P0 DRILL\\] EMERGENCY ${atpId}`));
    expect(texts.sms).toMatch(new RegExp(`^DRILL P0 EMERGENCY ${atpId}`));
  });
});

describe('what is not in the alphabet', () => {
  test.each([
    ['“Zahlung” – kaputt…', "'Zahlung' - kaputt..."],
    ['Größe ≥ 5 €/Tag', 'Größe >= 5 €/Tag'],
    ['Paiement refusé à Besançon', 'Paiement refusé à Besancon'],
    ['Łódź nie działa', 'Lodz nie dziala'],
    ['Привет: 500', '?: 500'],
    ['🔥🔥 down', 'down'],
    ['C:\\{a}[b]', 'C:\\{a}[b]'],
  ])('%s is sent as %s', (subject, sent) => {
    expect(noticeOf(givenDirective({ subject })).texts.sms).toContain(`"${sent}"`);
  });
});
