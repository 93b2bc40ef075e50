import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { type Code, type Governance, GovernanceError } from '../../lib/client.ts';
import type { Narration, Tell } from './narration.ts';
import { delivered } from './outbox.ts';

export type Cast = {
  pm: Governance;
  devs: Record<'dev-1' | 'dev-2', Governance>;
  /** Directory where the topics' subscribers get their mail. */
  outbox: string;
  /** When the story has to be over. */
  signal: AbortSignal;
};
type DevName = keyof Cast['devs'];

const atpId = 'AT-CHECKOUT-500';
const page = 'checkout-api in production: 38% of checkouts answer 500';
const POLL_MS = 50;

/** A hotfix from the page to the queued review. Every line is a step that has to hold. */
export const playHotfix = async (narration: Narration, cast: Cast): Promise<void> => {
  await opening(narration, cast);
  const owner = await race(narration, cast);
  await handover(narration, cast, owner);
  await closing(narration, cast);
  await aftermath(narration, cast);
};

const opening = async (narration: Narration, { pm }: Cast): Promise<void> => {
  await narration.step('pager', 'page', async (tell) => tell(page));
  await narration.step('@pm', 'atp_set', async (tell) => {
    const { atp } = await pm.atp_set({
      atpId,
      status: 'InProgress',
      title: 'Checkout answers 500',
      notes: 'HOTFIX: production incident',
      incident: { environment: 'production', category: 'customer-impact', summary: page, reporter: 'pager' },
    });
    assert.deepEqual([atp.type, atp.status, atp.priority], ['hotfix', 'InProgress', 'P0-Critical']);
    tell(`${atpId} is ${atp.status} at once, ${atp.priority}`);
  });
};

/** Both take the directive in the same moment. */
const race = async (narration: Narration, { pm, devs, outbox, signal }: Cast): Promise<DevName> => {
  const messageId = await narration.step('@pm', 'message_send', async (tell) => {
    const { message } = await pm.message_send({
      atpId,
      toAgent: '@dev',
      messageType: 'Directive',
      subject: 'Checkout answers 500: fix it now',
      body: 'Every third checkout in production fails. Roll back or fix forward; hand off with evidence.',
    });
    assert.ok(message.requiresAck, 'a directive waits for its acknowledgement');
    tell(`${message.priority} ${message.messageType} to ${message.toAgent}`);
    return message.messageId;
  });
  await narration.step('@dev', 'SMS', async (tell) => tell((await delivered(outbox, 'directives', signal)).sms));
  const { owner, late, refusal } = await narration.step('dev-1 dev-2', 'message_ack', async (tell) => {
    const names = ['dev-1', 'dev-2'] as const;
    const [first, second] = await Promise.allSettled(names.map((name) => devs[name].message_ack({ messageId })));
    assert.notEqual(first?.status, second?.status, 'exactly one of the two takes the fix');
    const [owner, late, lost] = first?.status === 'fulfilled' ? [...names, second] : [names[1], names[0], first];
    const { atp } = await pm.atp_get({ atpId });
    assert.equal(atp.owner?.name, owner);
    tell(`both at once: ${owner} owns the fix`);
    return { owner, late, refusal: lost?.status === 'rejected' ? lost.reason : undefined };
  });
  await narration.step(late, 'is refused', async (tell) => refusedWith('ALREADY_ACKNOWLEDGED', refusal, tell));
  return owner;
};

const handover = async (narration: Narration, { devs }: Cast, owner: DevName): Promise<void> => {
  await narration.step(owner, 'handoff', async (tell) => {
    const { atp, message } = await devs[owner].handoff({
      atpId,
      completed: ['Rolled checkout-api back to 4.17.2'],
      pending: ['Find out why 4.18.0 lost its connection pool'],
      evidence: ['Error rate 0.1% for 5 minutes', 'Smoke test of checkout passes'],
    });
    assert.deepEqual([atp.status, message.toAgent], ['Complete', '@pm']);
    tell(`to ${message.toAgent} with evidence; ${atpId} is ${atp.status}`);
  });
};

const closing = async (narration: Narration, { pm }: Cast): Promise<void> => {
  await narration.step('@pm', 'atp_close', async (tell) =>
    refusedWith('REPORT_MISSING', await rejectionOf(pm.atp_close({ atpId })), tell),
  );
  await narration.step('@pm', 'artifact_create', async (tell) => {
    const gates = { fixesIssue: true, noObviousBreakage: true, revertible: true };
    const { artifact } = await pm.artifact_create({
      atpId,
      artifactType: 'PMVerificationReport',
      title: `PM Verification Report: ${atpId}`,
      content: 'Checkout works again, nothing else changed, and 4.18.0 can be deployed again once it is fixed.',
      gates,
      persist: 'both',
    });
    assert.deepEqual(artifact.gates, gates);
    tell(`${artifact.artifactType}: all three gates hold`);
  });
  await narration.step('@pm', 'atp_close', async (tell) => {
    const { atp, endOfMessage, followUp } = await pm.turn().atp_close({
      atpId,
      summary: 'Checkout failed for every third customer; rolled back to 4.17.2.',
    });
    const owed = atp.obligations?.map(({ state }) => state);
    assert.deepEqual([atp.status, endOfMessage, followUp?.status, owed], ['Closed', true, 'Queued', ['met', 'met']]);
    tell(`${atpId} is ${atp.status}: operator notified, review queued, nothing owed`);
  });
};

const aftermath = async (narration: Narration, { pm, outbox, signal }: Cast): Promise<void> => {
  await narration.step('@operator', 'email', async (tell) => {
    const { email } = await delivered(outbox, 'hitl', signal);
    const subject = /^Subject: (.*)$/m.exec(email)?.[1] ?? '';
    assert.ok(subject.includes(atpId), `its subject names ${atpId}`);
    tell(subject, email);
  });
  await narration.step('@operator', 'SMS', async (tell) => {
    const { sms } = await delivered(outbox, 'hitl', signal);
    assert.ok(sms.length <= 160 && sms.includes(atpId), `it names ${atpId} in 160 characters: ${sms}`);
    tell(sms);
  });
  await narration.step('@pm', 'atp_list', async (tell) => {
    const review = await queuedReview(pm, signal);
    tell(`${review.status}: ${review.title}, due ${review.dueAt}`);
  });
};

/** A list may lag. */
const queuedReview = async (pm: Governance, signal: AbortSignal) => {
  for (;;) {
    const { atps } = await pm.atp_list({ status: 'Queued', type: 'review' });
    const review = atps.find(({ sourceAtpId }) => sourceAtpId === atpId);
    if (review) return review;
    await setTimeout(POLL_MS, undefined, { signal });
  }
};

const rejectionOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (reason: unknown) => reason,
  );

const refusedWith = (code: Code, refusal: unknown, tell: Tell): void => {
  if (refusal === undefined) throw new Error(`it was accepted, where ${code} was to refuse it`);
  if (!(refusal instanceof GovernanceError)) throw refusal;
  assert.equal(refusal.code, code);
  const [whatIsTrue] = refusal.detail.split(/(?<=\.) /);
  tell(`${code}: ${whatIsTrue}`);
};
