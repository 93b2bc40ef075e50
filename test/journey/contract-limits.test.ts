import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { ToolName } from '../../lib/model.ts';
import { type Body, Given, newId, Service } from '../support/service.ts';

let service: Service;
let given: Given;
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  const s3 = { endpoint: inject('fauxqs'), region: 'us-east-1' };
  const files = new S3Client({ ...s3, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
  await files.send(new CreateBucketCommand({ Bucket: 'artifacts' })).catch((error: Error) => {
    if (error.name !== 'BucketAlreadyOwnedByYou') throw error;
  });
});

const KIB = 1024;
const ASTRAL = '🔥';
const outcome = async (who: string, tool: ToolName, body: Body): Promise<[string, string[]]> => {
  const answer = (await service.call(who, tool, body)).body;
  return [answer.code ?? 'accepted', (answer.issues ?? []).map(({ path }: Body) => path)];
};

type Field = [string, number, string, (value: string) => Promise<[string, ToolName, Body]>];
const letter = (more: Body) => ({ messageType: 'Update', toAgent: '@pm', subject: 'S', body: 'B', ...more });
const start = (more: Body) => ['pm-1', 'atp_set', { atpId: newId(), status: 'InProgress', ...more }] as const;
const close = async (more: Body) => ['pm-1', 'atp_close', { atpId: await given.verified(), ...more }] as const;

/** Fields of so many characters, with a call that carries them. */
const fields: Field[] = [
  ['title of atp_set', 200, 'title', async (title) => [...start({ title })]],
  ['title of atp_create', 200, 'title', async (title) => ['pm-1', 'atp_create', { type: 'review', title }]],
  [
    'subject',
    200,
    'subject',
    async (subject) => ['qa-1', 'message_send', { atpId: await given.started(), ...letter({ subject }) }],
  ],
  ['notes', 4_000, 'notes', async (notes) => [...start({ notes })]],
  ['summary of atp_close', 4_000, 'summary', async (summary) => [...(await close({ summary }))]],
  [
    'subject of a notification',
    200,
    'notification.subject',
    async (subject) => [...(await close({ notification: { subject } }))],
  ],
  ['title of a follow-up', 200, 'followUp.title', async (title) => [...(await close({ followUp: { title } }))]],
  ['notes of a follow-up', 4_000, 'followUp.notes', async (notes) => [...(await close({ followUp: { notes } }))]],
  [
    'title of an artifact',
    200,
    'title',
    async (title) => [
      'qa-1',
      'artifact_create',
      { atpId: await given.started(), artifactType: 'Other', title, content: 'C' },
    ],
  ],
  [
    'note',
    4_000,
    'note',
    async (note) => [
      'dev-1',
      'checklist_update',
      { atpId: await given.review('InProgress'), item: 'root-cause', state: 'done', note },
    ],
  ],
  [
    'notes of message_ack',
    4_000,
    'notes',
    async (notes) => ['dev-1', 'message_ack', { messageId: (await given.directed()).messageId, notes }],
  ],
  ['an entry of a list', 500, 'evidence.0', async (entry) => [...start({ evidence: [entry] })]],
];

describe('given a text of so many characters, counted in code points', () => {
  it.each(fields)('when %s has exactly %i, then it is taken', async (_, limit, _path, call) => {
    for (const character of ['x', ASTRAL]) {
      const [who, tool, body] = await call(character.repeat(limit));
      expect(await outcome(who, tool, body)).toEqual(['accepted', []]);
    }
  });

  it.each(fields)('when %s has one more than %i, then it is a fault of the input', async (_, limit, path, call) => {
    for (const character of ['x', ASTRAL]) {
      const [who, tool, body] = await call(character.repeat(limit + 1));
      expect(await outcome(who, tool, body)).toEqual(['INVALID_INPUT', [path]]);
    }
  });
});

describe('given a message', () => {
  const send = async (body: string) =>
    outcome('qa-1', 'message_send', { atpId: await given.started(), ...letter({ body }) });

  it('when its body is exactly 64 KiB of UTF-8, then it is taken, and one byte more is too large', async () => {
    for (const character of ['x', 'é', ASTRAL]) {
      const whole = character.repeat((64 * KIB) / Buffer.byteLength(character));
      expect((await send(whole))[0]).toBe('accepted');
      expect((await send(`${whole}x`))[0]).toBe('PAYLOAD_TOO_LARGE');
    }
  });

  it('when a notification’s body and its summary are more than 64 KiB together, then that is too large', async () => {
    const notification = { body: 'x'.repeat(64 * KIB) };
    expect((await outcome(...(await close({ notification }))))[0]).toBe('accepted');
    expect((await outcome(...(await close({ notification, summary: 'It holds.' }))))[0]).toBe('PAYLOAD_TOO_LARGE');
    const larger = { body: 'x'.repeat(64 * KIB + 1) };
    expect((await outcome(...(await close({ notification: larger }))))[0]).toBe('PAYLOAD_TOO_LARGE');
  });

  it('when a handoff’s lists are as long as lists may be, then they lay out to more than 64 KiB and are taken', async () => {
    const entries = Array.from({ length: 50 }, () => ASTRAL.repeat(500));
    const lists = { completed: entries, pending: entries, evidence: entries };
    const atpId = await given.acknowledged();
    expect((await outcome('dev-1', 'handoff', { atpId, ...lists }))[0]).toBe('accepted');
    expect((await outcome('dev-1', 'handoff', { atpId, ...lists, body: 'x'.repeat(64 * 1024) }))[0]).toBe(
      'PAYLOAD_TOO_LARGE',
    );
  });
});

describe('given an artifact', () => {
  const write = async (persist: string, content: string) =>
    outcome('qa-1', 'artifact_create', {
      atpId: await given.started(),
      artifactType: 'Other',
      title: 'T',
      persist,
      content,
    });

  it.each([
    ['db', 256 * KIB],
    ['both', 256 * KIB],
    ['file', 4096 * KIB],
  ])(
    'when it goes to %s with exactly %i bytes, then it is taken, and one more is too large',
    async (persist, limit) => {
      for (const character of ['x', ASTRAL]) {
        const whole = character.repeat(limit / Buffer.byteLength(character));
        expect((await write(persist, whole))[0]).toBe('accepted');
        expect((await write(persist, `${whole}x`))[0]).toBe('PAYLOAD_TOO_LARGE');
      }
    },
  );
});

describe('given a request as a whole', () => {
  it('when it has more than 6 MB, then it is too large, whatever it holds', async () => {
    const large = 'x'.repeat(6_000_001);
    for (const body of [{ atpId: 'A', title: large }, { [large]: 1 }, large])
      expect((await outcome('pm-1', 'atp_set', body))[0]).toBe('PAYLOAD_TOO_LARGE');
  });
});

describe('given a list', () => {
  const entries = (length: number) => Array.from({ length }, (_, entry) => `Entry ${entry}`);

  it('when it has 50 entries, then it is taken, and 51 are a fault', async () => {
    expect(await outcome(...start({ evidence: entries(50) }))).toEqual(['accepted', []]);
    expect(await outcome(...start({ evidence: entries(51) }))).toEqual(['INVALID_INPUT', ['evidence']]);
    for (const name of ['completed', 'pending', 'evidence']) {
      const lists = { completed: ['C'], evidence: ['E'], [name]: entries(51) };
      const handoff = { atpId: await given.acknowledged(), ...lists };
      expect(await outcome('dev-1', 'handoff', handoff)).toEqual(['INVALID_INPUT', [name]]);
    }
  });
});

describe('given a limit', () => {
  it.each(['atp_list', 'message_list'] as const)(
    'when %s is asked for 1 to 100, then it is taken, and no other',
    async (tool) => {
      for (const limit of [1, 100]) expect((await outcome('pm-1', tool, { limit }))[0]).toBe('accepted');
      for (const limit of [0, 101, -1, 1.5, null, 1e300, []])
        expect((await outcome('pm-1', tool, { limit }))[1]).toContain('limit');
    },
  );
});

describe('given characters nobody sees', () => {
  const title = (text: string) => outcome(...start({ title: text }));
  const notes = (text: string) => outcome(...start({ notes: text }));

  it.each(['\n', '\r', '\t', '\u0000', '\u0007', '\u001b', '\u007f', '\u0085', '\u009f'])(
    'when a field of one line holds %j, then it is refused',
    async (character) => {
      expect(await title(`a${character}b`)).toEqual(['INVALID_INPUT', ['title']]);
    },
  );

  it.each(['\n', '\r', '\t', '\r\n'])('when other text holds %j, then it is taken', async (character) => {
    expect((await notes(`a${character}b`))[0]).toBe('accepted');
  });

  it.each(['\u0000', '\u0007', '\u000b', '\u001b', '\u007f', '\u0085'])(
    'when other text holds %j, then it is refused',
    async (character) => {
      expect(await notes(`a${character}b`)).toEqual(['INVALID_INPUT', ['notes']]);
    },
  );

  it.each(['\ud800', '\udc00', '\udc00\ud800', 'a\ud83db'])(
    'when text holds the lone surrogate in %j, then it is refused',
    async (text) => {
      expect(await title(text)).toEqual(['INVALID_INPUT', ['title']]);
      expect(await notes(text)).toEqual(['INVALID_INPUT', ['notes']]);
      expect(await outcome(...start({ evidence: [text] }))).toEqual(['INVALID_INPUT', ['evidence.0']]);
      const atpId = await given.started();
      expect((await outcome('qa-1', 'message_send', { atpId, ...letter({ body: text }) }))[0]).toBe('INVALID_INPUT');
      const artifact = { atpId, artifactType: 'Other', title: 'T', content: text };
      expect((await outcome('qa-1', 'artifact_create', artifact))[0]).toBe('INVALID_INPUT');
    },
  );

  it.each(['', ' ', '\u3000'])('when a text is blank (%j), then it is refused', async (text) => {
    expect(await title(text)).toEqual(['INVALID_INPUT', ['title']]);
    expect(await notes(text)).toEqual(['INVALID_INPUT', ['notes']]);
  });
});
