import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { keys } from '../../lib/store/keys.ts';
import { readItems } from '../../lib/store/read.ts';
import { type Body, Given, newId, Service } from '../support/service.ts';

const Bucket = 'artifacts';

let service: Service;
let given: Given;
let files: S3Client;
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  files = new S3Client({
    endpoint: inject('fauxqs'),
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await files.send(new CreateBucketCommand({ Bucket })).catch((error: Error) => {
    if (error.name !== 'BucketAlreadyOwnedByYou') throw error;
  });
});

const content = 'Grüße 🔥 \u0001'.replace('\u0001', '\t').concat('\n"quoted"\r\n');
const artifact = (more: Body) => ({ artifactType: 'Other', title: 'Graphs', content, ...more });
const create = (who: string, input: Body) => service.call(who, 'artifact_create', input);
const fileOf = async (Key: string): Promise<string | undefined> =>
  (await files.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString('utf8');
const filesOf = async (atpId: string): Promise<unknown[]> =>
  (await files.send(new ListObjectsV2Command({ Bucket, Prefix: `artifacts/${atpId}/` }))).Contents ?? [];
const heldInTable = async (artifactId: string): Promise<unknown> => {
  const key = keys.content(artifactId);
  return (await readItems(service.table, [key])).get(key)?.content;
};

describe('given an artifact', () => {
  it.each([
    ['left out', undefined, 'db'],
    ['db', 'db', 'db'],
    ['file', 'file', 'file'],
    ['both', 'both', 'both'],
  ])('when persist is %s, then it lies there, and is read back as it was written', async (_, persist, kept) => {
    const atpId = await given.started();
    const { body } = await create('qa-1', { atpId, ...artifact({ ...(persist && { persist }) }) });
    expect(body.artifact).toMatchObject({ atpId, artifactType: 'Other', title: 'Graphs', persist: kept });
    expect(body.artifact.createdBy).toEqual({ role: '@qa', name: 'qa-1' });
    expect(body.artifact).not.toHaveProperty('gates');
    const { artifactId, fileKey } = body.artifact;
    expect(await heldInTable(artifactId)).toBe(kept === 'file' ? undefined : content);
    if (kept === 'db') expect(body.artifact).not.toHaveProperty('fileKey');
    else expect(await fileOf(fileKey)).toBe(content);
    const read = await service.done('sre-1', 'artifact_get', { artifactId });
    expect(read.artifact).toEqual({ ...body.artifact, content });
    const { artifacts, timeline } = await service.done('sre-1', 'atp_get', { atpId });
    expect(artifacts).toEqual([body.artifact]);
    expect(artifacts[0]).not.toHaveProperty('content');
    expect(timeline.at(-1)).toMatchObject({ principal: 'qa-1', artifactId });
  });

  it.each(['PMVerificationReport', 'Other'])(
    'when it is refused, then no file of it is left (%s)',
    async (artifactType) => {
      const atpId = artifactType === 'Other' ? await given.rejected() : await given.started();
      const { status } = await create('pm-1', { atpId, ...artifact({ artifactType, persist: 'file' }) });
      expect(status).toBe(409);
      expect(await filesOf(atpId)).toEqual([]);
    },
  );

  it('when it is written twice with one Idempotency-Key, at once even, then there is one artifact and one file', async () => {
    const [atpId, headers] = [await given.started(), { 'idempotency-key': newId() }];
    const input = { atpId, ...artifact({ persist: 'both' }) };
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => service.call('qa-1', 'artifact_create', input, headers)),
    );
    expect(new Set(answers.map(({ body }) => body.artifact.artifactId)).size).toBe(1);
    expect((await service.done('qa-1', 'atp_get', { atpId })).artifacts).toHaveLength(1);
    expect(await filesOf(atpId)).toHaveLength(1);
  });

  it.each([newId(), `art_${newId()}_01JD0000000000000000000000`, 'art_', '../../etc/passwd'])(
    'when nobody wrote %s, then it is not found',
    async (artifactId) => {
      expect((await service.call('pm-1', 'artifact_get', { artifactId })).body.code).toBe('NOT_FOUND');
    },
  );
});

describe('given a verification report', () => {
  const report = (more: Body = {}) => artifact({ artifactType: 'PMVerificationReport', ...more });
  const gates = { fixesIssue: true, noObviousBreakage: true, revertible: true };

  it('when it names no gates, then it attests all three', async () => {
    const { body } = await create('pm-1', { atpId: await given.completed(), ...report() });
    expect(body.artifact.gates).toEqual(gates);
  });

  it('when it answers one with no, then that is kept', async () => {
    const answered = { ...gates, fixesIssue: false };
    const { body } = await create('pm-1', { atpId: await given.completed(), ...report({ gates: answered }) });
    expect(body.artifact.gates).toEqual(answered);
  });

  it('when it lies in the bucket alone, then it counts as any other', async () => {
    const atpId = await given.completed();
    await create('pm-1', { atpId, ...report({ persist: 'file' }) });
    expect((await service.done('pm-1', 'atp_close', { atpId })).atp.status).toBe('Closed');
  });

  it.each(['CompletionReport', 'QATestReport', 'IncidentReport', 'PostmortemReport', 'Other'])(
    'when it is a %s instead, then closing still asks for the report',
    async (artifactType) => {
      const atpId = await given.completed();
      expect((await create('pm-1', { atpId, ...artifact({ artifactType }) })).status).toBe(200);
      expect((await service.call('pm-1', 'atp_close', { atpId })).body.code).toBe('REPORT_MISSING');
    },
  );
});
