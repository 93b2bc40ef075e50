import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { tokenHash } from '../../lib/principal.ts';
import { keys } from '../../lib/store/keys.ts';
import { readItems } from '../../lib/store/read.ts';
import { type Body, Given, newId, Service } from '../support/service.ts';

let service: Service;
let given: Given;
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
});

const newKey = () => ({ 'idempotency-key': newId() });
const update = (atpId: string, body = 'Half done.') => ({
  atpId,
  messageType: 'Update',
  toAgent: '@pm',
  subject: 'On the way',
  body,
});
const messagesOf = async (atpId: string): Promise<Body[]> =>
  (await service.done('pm-1', 'atp_get', { atpId })).messages;

describe('given a call with an Idempotency-Key, when it is repeated', () => {
  it('then it has one effect and the same answer, marked as a replay', async () => {
    const [atpId, key] = [await given.started(), newKey()];
    const first = await service.call('dev-1', 'message_send', update(atpId), key);
    const again = await service.call('dev-1', 'message_send', update(atpId), key);
    expect(first.headers).not.toHaveProperty('idempotent-replayed');
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.headers['content-type']).toBe('application/json');
    expect(again.status).toBe(200);
    expect(again.body).toEqual(first.body);
    expect(await messagesOf(atpId)).toHaveLength(1);
  });

  it('then the order of fields, the letter case of roles and what is left to its default make no difference', async () => {
    const [atpId, key] = [await given.started(), newKey()];
    const { messageType, toAgent, ...rest } = update(atpId);
    await service.done('dev-1', 'message_send', { messageType, toAgent, ...rest }, key);
    const again = await service.call('dev-1', 'message_send', { ...rest, toAgent: '@PM', messageType }, key);
    expect(again.headers['idempotent-replayed']).toBe('true');
  });

  it('then concurrent duplicates have one effect and the same answer', async () => {
    const [atpId, key] = [await given.started(), newKey()];
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => service.call('dev-1', 'message_send', update(atpId), key)),
    );
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === 'true')).toHaveLength(7);
    expect(await messagesOf(atpId)).toHaveLength(1);
  });

  it.each([
    ['another body', 'message_send', (atpId: string) => update(atpId, 'All done.')],
    [
      'another tool',
      'artifact_create',
      (atpId: string) => ({ atpId, artifactType: 'Other', title: 'T', content: 'C' }),
    ],
  ] as const)('with %s, then it is refused and nothing is done', async (_, tool, body) => {
    const [atpId, key] = [await given.started(), newKey()];
    await service.done('dev-1', 'message_send', update(atpId), key);
    const before = await service.items(atpId);
    const { status, body: refusal } = await service.call('dev-1', tool, body(atpId), key);
    expect([status, refusal.code]).toEqual([422, 'IDEMPOTENCY_MISMATCH']);
    expect(await service.items(atpId)).toEqual(before);
  });

  it('by another credential, of the same role even, then it is another key', async () => {
    const [atpId, key] = [await given.started(), newKey()];
    for (const who of ['dev-1', 'dev-2', 'qa-1']) {
      const { headers } = await service.call(who, 'message_send', update(atpId), key);
      expect(headers, who).not.toHaveProperty('idempotent-replayed');
    }
    expect(await messagesOf(atpId)).toHaveLength(3);
  });

  it('after a refusal, then the refusal is not remembered', async () => {
    const [atpId, key] = [await given.completed(), newKey()];
    expect((await service.call('pm-1', 'atp_close', { atpId }, key)).body.code).toBe('REPORT_MISSING');
    const report = { atpId, artifactType: 'PMVerificationReport', title: 'Verified', content: 'It holds.' };
    expect((await service.call('pm-1', 'artifact_create', report, key)).status).toBe(200);
    expect((await service.call('pm-1', 'atp_close', { atpId }, key)).body.code).toBe('IDEMPOTENCY_MISMATCH');
  });

  it('once the state has moved on, then the answer is still the same: a replay comes before any later check', async () => {
    const { atpId, messageId } = await given.directed();
    const key = newKey();
    const first = await service.done('dev-1', 'message_ack', { messageId }, key);
    await service.done('dev-1', 'handoff', { atpId, completed: ['Done'], evidence: ['Seen'] });
    await given.directive(atpId);
    expect(await service.done('dev-1', 'message_ack', { messageId }, key)).toEqual(first);
  });

  it('of a creation that found the review there already, then it is a replay as well', async () => {
    const { atpId: sourceAtpId } = await given.closed();
    const [body, key] = [{ type: 'review', title: 'Again', sourceAtpId }, newKey()];
    const first = await service.done('pm-1', 'atp_create', body, key);
    expect(first.created).toBe(false);
    const again = await service.call('pm-1', 'atp_create', body, key);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.body).toEqual(first);
  });
});

describe('given the record of a key', () => {
  const recordOf = (who: string, key: string) => keys.idempotency(tokenHash(service.tokens[who] ?? '') ?? '', key);

  it('then it holds for 24 hours at least', async () => {
    const key = newKey();
    await service.done('dev-1', 'message_send', update(await given.started()), key);
    const place = recordOf('dev-1', key['idempotency-key']);
    const record = (await readItems(service.table, [place])).get(place);
    expect(Number(record?.ttl)).toBeGreaterThan(Date.now() / 1000 + 86_400);
  });

  it('when it has expired and still lies in the table, then the call is made anew', async () => {
    const [atpId, key] = [await given.started(), newKey()];
    await service.done('dev-1', 'message_send', update(atpId), key);
    await service.table.client.send(
      new UpdateCommand({
        TableName: service.table.name,
        Key: recordOf('dev-1', key['idempotency-key']),
        UpdateExpression: 'SET #ttl = :past',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':past': 1 },
      }),
    );
    const again = await service.call('dev-1', 'message_send', update(atpId, 'All done.'), key);
    expect(again.headers).not.toHaveProperty('idempotent-replayed');
    expect(await messagesOf(atpId)).toHaveLength(2);
  });
});

describe('given a key of odd form', () => {
  it.each([1, 128])('when it has %i visible characters, then it is taken', async (length) => {
    const key = { 'idempotency-key': '~'.repeat(length) };
    expect((await service.call('dev-1', 'message_send', update(await given.started()), key)).status).toBeLessThan(423);
  });

  it.each(['', ' ', 'a b', 'é', 'x'.repeat(129), 'a\tb', '\u007f'])(
    'when it is %j, then that is a fault of the input',
    async (value) => {
      for (const header of ['idempotency-key', 'x-turn-id']) {
        const { body } = await service.call('dev-1', 'atp_get', { atpId: 'A', oops: 1 }, { [header]: value });
        expect(body.code).toBe('INVALID_INPUT');
        expect(body.issues.map(({ path }: Body) => path.toLowerCase())).toEqual(
          expect.arrayContaining([header, 'oops']),
        );
      }
    },
  );
});
