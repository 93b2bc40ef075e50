import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Narration, StepFailed } from '../../../infra/demo/narration.ts';
import { delivered } from '../../../infra/demo/outbox.ts';
import { playHotfix } from '../../../infra/demo/story.ts';
import { createGovernance } from '../../../lib/client.ts';
import { mintToken } from '../../../lib/principal.ts';
import { answers, FarEnd, type Reply } from '../../support/far-end.ts';

let farEnd: FarEnd;
let directory: string;
beforeAll(async () => {
  farEnd = await FarEnd.listen();
  directory = mkdtempSync(join(tmpdir(), 'story-'));
});
afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await farEnd.close();
});

const outbox = () => join(directory, 'outbox');
const deliver = (name: string, content: string): void => {
  mkdirSync(outbox(), { recursive: true });
  writeFileSync(join(outbox(), name), content);
};

/** What is printed of a story that a service answering so must end, and how it ends. */
const played = async (...script: Reply[]): Promise<{ printed: string; error: unknown }> => {
  farEnd.script(...script);
  const out = new PassThrough();
  const governance = createGovernance({ url: farEnd.url, token: mintToken('@pm').token, attempts: 1 });
  const cast = { pm: governance, devs: { 'dev-1': governance, 'dev-2': governance }, outbox: outbox() };
  const narration = new Narration(out as unknown as NodeJS.WriteStream);
  const error = await playHotfix(narration, { ...cast, signal: AbortSignal.timeout(5_000) }).catch((reason) => reason);
  out.end();
  return { printed: await text(out), error };
};

const started = answers({ atp: { type: 'hotfix', status: 'InProgress', priority: 'P0-Critical' } });
const directive = { messageId: 'm-1', requiresAck: true, priority: 'P0-Critical' };

describe('the story of the demo ends at the step that does not hold, and says which', () => {
  it('given a hotfix that is queued, then the start', async () => {
    const { printed, error } = await played(answers({ atp: { type: 'hotfix', status: 'Queued' } }));
    expect(error).toEqual(new StepFailed('step 2 did not hold: @pm atp_set'));
    expect(printed).toMatch(/\n +\d+\.\d\d s {2}@pm +atp_set +DID NOT HOLD: [\s\S]*Queued/);
  });

  it('given two principals that both take the fix, then the race', async () => {
    deliver('1-directives-email-1.txt', 'mail');
    deliver('1-directives-sms-1.txt', 'sms');
    const { printed, error } = await played(started, answers({ message: directive }), answers({ message: directive }));
    expect(error).toEqual(new StepFailed('step 5 did not hold: dev-1 dev-2 message_ack'));
    expect(printed).toContain('DID NOT HOLD: exactly one of the two takes the fix');
  });
});

describe('what a subscriber got', () => {
  it('given nothing until the story is over, then it says what is missing', async () => {
    await expect(delivered(outbox(), 'hitl', AbortSignal.abort())).rejects.toThrow('-hitl-email-');
  });

  it('given a file of each kind beside drafts and other topics, then their texts', async () => {
    deliver('1-hitl-email-1.txt.draft', 'half');
    deliver('1-hitl-email-1.txt', 'mail');
    deliver('1-hitl-sms-1.txt', 'sms');
    await expect(delivered(outbox(), 'hitl', AbortSignal.timeout(5_000))).resolves.toEqual({
      email: 'mail',
      sms: 'sms',
    });
  });
});
