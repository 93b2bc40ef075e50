import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import { artifactIdOf, messageIdOf } from '../../lib/ids.ts';
import type { Item } from '../../lib/store/items.ts';
import { keys } from '../../lib/store/keys.ts';
import { ulid } from '../../lib/ulid.ts';
import { askReport, markdown } from '../support/report.ts';
import { type Body, Given, Service } from '../support/service.ts';

const pm = { role: '@pm', name: 'pm-1' };
const at = new Date(0).toISOString();
let service: Service;
let given: Given;
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
});

/** Puts items straight into the table: calls would take minutes. */
const put = async (items: readonly Item[]): Promise<void> => {
  for (let start = 0; start < items.length; start += 25) {
    const requests = items.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } }));
    await service.table.client.send(new BatchWriteCommand({ RequestItems: { [service.table.name]: requests } }));
  }
};
const update = (atpId: string, subject: string, body: string): Item => {
  const parts = { atpId, ulid: ulid(0) };
  const letter = { fromAgent: '@dev', toAgent: '@pm', messageType: 'Update', priority: 'P2-Normal' };
  const sent = { requiresAck: false, sentAt: at, sentBy: pm };
  return { ...keys.message(parts), messageId: messageIdOf(parts), atpId, ...letter, subject, body, ...sent };
};
const report = (atpId: string, content: string): Item[] => {
  const parts = { atpId, ulid: ulid(0) };
  const artifactId = artifactIdOf(parts);
  const artifact = { artifactId, atpId, artifactType: 'Other', title: 'A log', persist: 'db' };
  return [
    { ...keys.artifact(parts), ...artifact, createdAt: at, createdBy: pm },
    { ...keys.content(artifactId), content },
  ];
};
const bytesOf = (text: string): number => Buffer.byteLength(JSON.stringify(text));

describe('given an incident whose texts are more than an answer holds', () => {
  let atpId: string;
  beforeAll(async () => {
    atpId = await given.started();
    const bodies = Array.from({ length: 120 }, (_, n) => update(atpId, `Update ${n}`, `"${n}"\n`.repeat(10_000)));
    const contents = Array.from({ length: 8 }, (_, n) => report(atpId, `🔥${n}\\`.repeat(30_000))).flat();
    await put([...bodies, ...contents, update(atpId, 'Short', 'It answers again.')]);
  });

  test('when it is read, then every record is there, what is short is whole, and each cut names the call that brings it', async () => {
    const { status, text } = await askReport(service, 'pm-1', atpId);
    expect(status).toBe(200);
    // Not cut to a stump either.
    expect(bytesOf(text)).toBeGreaterThan(2_500_000);
    const { messages, artifacts, leftOut } = JSON.parse(text);
    expect([messages.length, artifacts.length]).toEqual([121, 8]);
    expect(messages.find(({ subject }: Body) => subject === 'Short').body).toBe('It answers again.');
    expect(leftOut).toHaveLength(128);
    for (const { what, messageId, artifactId, kept, bytes, fetch } of leftOut) {
      expect(kept).toBeLessThan(bytes);
      if (what === 'content') expect(fetch).toEqual({ tool: 'artifact_get', input: { artifactId } });
      else expect([what, fetch.tool]).toEqual(['body', 'atp_get']);
      if (messageId !== leftOut.at(0).messageId && messageId !== messages.at(-1).messageId) continue;
      const page = await service.done('pm-1', fetch.tool, fetch.input);
      const whole = page.messages.find((each: Body) => each.messageId === messageId);
      expect(Buffer.byteLength(whole.body)).toBe(bytes);
    }
  });

  test('when it is read as Markdown, then it says first that it is cut, and at each text how much', async () => {
    const { status, text } = await askReport(service, 'pm-1', atpId, markdown);
    expect(status).toBe(200);
    expect(text.slice(0, 400)).toMatch(/^# .*\n\n.*\n\n## Left out\n/);
    expect(text.match(/^\*\*Cut to \d+ of \d+ bytes; all of it is read with\*\* `/gm)).toHaveLength(128);
  });
});

test('given more records than an answer holds, then the first are there, and the call that goes on from them', async () => {
  const atpId = await given.started();
  await put(Array.from({ length: 3_000 }, (_, n) => update(atpId, `${'#'.repeat(190)} ${n}`, 'x'.repeat(600))));
  for (const asked of [{}, markdown]) {
    const { status, text } = await askReport(service, 'pm-1', atpId, asked);
    expect(status).toBe(200);
    expect(bytesOf(text)).toBeGreaterThan(1_500_000);
    if (asked === markdown) {
      expect(text).toContain('Later records are left out; they are read from `atp_get {"atpId":');
      continue;
    }
    const { messages, leftOut } = JSON.parse(text);
    const { fetch } = leftOut.find(({ what }: Body) => what === 'records');
    const page = await service.done('pm-1', fetch.tool, fetch.input);
    const ids = page.messages.map(({ messageId }: Body) => messageId);
    expect(ids).toContain(messages.at(-1).messageId);
  }
});

test('given a file that is gone from the bucket, then the rest is there, and what is left out is named', async () => {
  const atpId = await given.started();
  const [{ artifactId, ...artifact }] = report(atpId, '') as [Item];
  await put([{ ...artifact, artifactId, persist: 'file', fileKey: 'gone' }]);
  const { status, text } = await askReport(service, 'pm-1', atpId);
  const fetch = { tool: 'artifact_get', input: { artifactId } };
  expect([status, JSON.parse(text).leftOut]).toEqual([200, [{ what: 'content', artifactId, fetch }]]);
});
