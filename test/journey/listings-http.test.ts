import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshAssembly } from '../../infra/local/assembly.ts';
import { type RunningStack, startStack } from '../../infra/local/start.ts';
import { createGovernance, type Governance } from '../../lib/client.ts';

describe("given the spec's three listings, when the client runs them in order against the local stack", () => {
  let data: string;
  let stack: RunningStack;
  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'listings-'));
    stack = await startStack({ assembly: freshAssembly(() => undefined), data, port: 0 });
  }, 120_000);
  afterAll(async () => {
    await stack?.stop();
    rmSync(data, { recursive: true, force: true });
  });

  const as = (label: string): Governance => createGovernance({ url: stack.url, token: stack.tokens[label] ?? '' });

  it('then every call succeeds as it stands, and the hotfix ends closed with nothing owed', async () => {
    const messageId = await listing1(as('@pm'));
    await listing2(as('@dev'), messageId);
    const reportId = await listing3(as('@pm').turn('listing-3'));

    const { atp, next, timeline } = await as('@operator').atp_get({ atpId: 'AT-XX-YY' });
    expect(atp).toMatchObject({ status: 'Closed', stage: 'done', owner: { role: '@dev', name: 'dev-1' } });
    expect(atp.obligations?.map(({ kind, state }) => [kind, state])).toEqual([
      ['hitlNotification', 'met'],
      ['followUp', 'met'],
    ]);
    expect(next).toEqual([]);
    expect(timeline.map(({ action }) => action)).toEqual([
      'start',
      'direct',
      'acknowledge',
      'handoff',
      'report',
      'close',
      'message',
      'followUp',
    ]);
    const { artifact } = await as('@qa').artifact_get({ artifactId: reportId });
    expect(artifact).toMatchObject({ persist: 'both', content: '... hotfix verification summary ...' });
  });
});

/** 1. PM Creates Urgent ATP */
const listing1 = async (governance: Governance): Promise<string> => {
  const { atp } = await governance.atp_set({
    atpId: 'AT-XX-YY',
    status: 'InProgress', // Direct to InProgress
    agent: '@pm',
    notes: 'HOTFIX: Production incident',
  });
  expect(atp).toMatchObject({ type: 'hotfix', status: 'InProgress', priority: 'P0-Critical' });

  const { message } = await governance.message_send({
    atpId: 'AT-XX-YY',
    fromAgent: '@pm',
    toAgent: '@dev',
    messageType: 'Directive',
    priority: 'P0-Critical', // Highest priority
    subject: '🔥 HOTFIX: [Incident Description]',
    body: '## URGENT: Production Fix Required\n...',
  });
  expect(message.requiresAck).toBe(true);
  return message.messageId;
};

/** 2. Dev Immediate Response */
const listing2 = async (governance: Governance, messageId: string): Promise<void> => {
  const taken = await governance.message_ack({
    messageId,
    agent: '@dev',
    notes: 'Acknowledged, starting immediately',
  });
  expect(taken.atp.owner).toEqual({ role: '@dev', name: 'dev-1' });

  const handedOff = await governance.message_send({
    atpId: 'AT-XX-YY',
    fromAgent: '@dev',
    toAgent: '@pm',
    messageType: 'Handoff',
    priority: 'P1-High',
    subject: 'Handoff: AT-XX-YY - Hotfix Ready',
    body: `## Hotfix Ready for Deployment

### Completed Work
- Fix implemented and tested

### Pending Work
- Deploy
- Verify
- Close

### Evidence
- Tests pass
- Build passes`,
    requiresAck: false,
  });
  expect(handedOff.atp.status).toBe('Complete');
};

/** 3. PM Quick Close, in one message of the agent */
const listing3 = async (governance: Governance): Promise<string> => {
  const { artifact } = await governance.artifact_create({
    atpId: 'AT-XX-YY',
    artifactType: 'PMVerificationReport',
    title: 'PM Verification Report: AT-XX-YY (Hotfix)',
    content: '... hotfix verification summary ...',
    persist: 'both',
  });
  expect(artifact.fileKey).toBeDefined();

  const closed = await governance.atp_change_status({
    atpId: 'AT-XX-YY',
    status: 'Closed',
  });
  expect(closed).toMatchObject({ endOfMessage: true, atp: { status: 'Closed', stage: 'done' } });

  const { message } = await governance.message_send({
    atpId: 'AT-XX-YY',
    fromAgent: '@pm',
    toAgent: '@operator',
    messageType: 'HITLNotification',
    subject: 'ATP Closed: AT-XX-YY (Hotfix)',
    body: 'Hotfix deployed successfully...',
  });
  expect(message.toAgent).toBe('@operator');

  const review = await governance.atp_create({
    title: 'Post-Incident Review: [Original Issue]',
    type: 'review',
    notes: 'Follow-up from hotfix AT-XX-YY',
  });
  expect(review).toMatchObject({ created: true, atp: { status: 'Queued', sourceAtpId: 'AT-XX-YY' } });
  return artifact.artifactId;
};
