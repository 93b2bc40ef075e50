/** What may happen to a hotfix and its review, called and answered: the examples of the tools. */

import type { Recorder } from './recorder.ts';

const report = { artifactType: 'PMVerificationReport', title: 'Verified', content: 'All three gates hold.' };

const letter = (atpId: string) => ({
  atpId,
  toAgent: '@dev',
  messageType: 'Directive',
  subject: 'Fix checkout',
  body: 'Answers 500 since 14:02.',
});

/** From the page to the closure, with what is refused on the way. */
export const playHotfix = async (play: Recorder): Promise<void> => {
  const start = {
    atpId: 'AT-7',
    status: 'InProgress',
    title: 'Checkout answers 500',
    incident: { environment: 'production', category: 'production-down', reporter: 'probe-3' },
  };
  await play.tool('atp_set', 'Start a hotfix', 'pm-1', start, { 'Idempotency-Key': 'start-AT-7' });
  await play.tool('atp_set', 'The same request again', 'pm-1', start, { 'Idempotency-Key': 'start-AT-7' });
  const other = { ...start, title: 'Search answers 500' };
  await play.tool('atp_set', 'Another request under a used key', 'pm-1', other, { 'Idempotency-Key': 'start-AT-7' });
  await play.tool('atp_set', 'Start what has started', 'pm-1', { atpId: 'AT-7', status: 'InProgress' });
  await play.tool('atp_set', 'Start what can wait', 'pm-1', {
    atpId: 'AT-20',
    status: 'InProgress',
    incident: { category: 'can-wait' },
  });
  await play.tool('atp_set', 'A field of the wrong form and one that is unknown', 'pm-1', {
    atpId: 'AT-20',
    status: 'Open',
    titel: 'Checkout answers 500',
  });
  await play.tool('atp_set', 'Without a token that is known', 'nobody', { atpId: 'AT-20', status: 'InProgress' });
  await play.tool('atp_set', 'Correct what an ATP says', 'pm-1', { atpId: 'AT-7', notes: 'Search is slow as well.' });

  await play.tool('handoff', 'Complete before a directive was acknowledged', 'dev-1', {
    atpId: 'AT-7',
    completed: ['Rolled back to 4.17.2'],
    evidence: ['Error rate 0.02 %'],
  });
  const { message } = await play.tool('message_send', 'Direct the developers', 'pm-1', letter('AT-7'));
  await play.tool('message_send', 'A directive by another role', 'qa-1', letter('AT-7'));
  await play.tool('message_send', 'A message to the own role', 'pm-1', {
    ...letter('AT-7'),
    messageType: 'Update',
    toAgent: '@pm',
  });
  await play.tool('message_send', 'A body over 64 KiB', 'pm-1', { ...letter('AT-7'), body: 'x'.repeat(65_537) });
  await play.tool('message_list', 'What waits for me', 'dev-1', { open: true, limit: 10 });
  await play.tool('message_ack', 'Take the fix', 'dev-1', { messageId: message.messageId });
  await play.tool('message_ack', 'Take what another has taken', 'dev-2', { messageId: message.messageId });
  await play.tool('message_ack', 'Acknowledge an unknown message', 'dev-1', { messageId: 'msg_unknown' });

  const fix = { atpId: 'AT-7', completed: ['Rolled back to 4.17.2'], pending: ['Root cause'] };
  await play.tool('handoff', 'Hand off what another owns', 'dev-2', { ...fix, evidence: ['Error rate 0.02 %'] });
  await play.tool('handoff', 'Name another role than the own', 'dev-1', {
    ...fix,
    evidence: ['Error rate 0.02 %'],
    fromAgent: '@qa',
  });
  await play.tool('handoff', 'Hand off without evidence', 'dev-1', fix);
  await askOperator(play);
  await play.tool('atp_close', 'Close what is not complete', 'pm-1', { atpId: 'AT-7' });
  await play.tool('atp_change_status', 'Complete without a handoff', 'dev-1', { atpId: 'AT-7', status: 'Complete' });
  await play.tool('atp_close', 'Close before the handoff', 'pm-1', { atpId: 'AT-7' });
  await play.tool('handoff', 'Hand off the fix', 'dev-1', { ...fix, evidence: ['Error rate 0.02 %'] });
  await play.tool('atp_close', 'Close before the report', 'pm-1', { atpId: 'AT-7' });
  await play.tool('atp_close', 'Close as another role', 'dev-1', { atpId: 'AT-7' });
  await verifyAndClose(play);
};

const askOperator = async (play: Recorder): Promise<void> => {
  const { message } = await play.tool('message_send', 'Ask the operator to choose', 'dev-1', {
    atpId: 'AT-7',
    toAgent: '@operator',
    messageType: 'Escalation',
    subject: 'Roll back to 4.17.2?',
    body: 'A rollback loses the orders since 11:58. A fix takes an hour.',
    options: ['Roll back', 'Fix forward'],
    recommendation: 'Roll back',
  });
  const decision = {
    atpId: 'AT-7',
    toAgent: '@dev',
    messageType: 'Decision',
    subject: 'Roll back',
    body: 'Support knows.',
    inReplyTo: message.messageId,
    option: 'Roll back',
  };
  await play.tool('message_send', 'Choose one of its options', 'operator-1', decision);
  await play.tool('message_send', 'Choose once more', 'operator-1', { ...decision, option: 'Fix forward' });
};

const verifyAndClose = async (play: Recorder): Promise<void> => {
  const gates = { fixesIssue: true, noObviousBreakage: true, revertible: true };
  await play.tool('artifact_create', 'A report by another role', 'qa-1', { atpId: 'AT-7', ...report });
  const { artifact } = await play.tool('artifact_create', 'Write the verification report', 'pm-1', {
    atpId: 'AT-7',
    ...report,
    gates,
  });
  await play.tool('artifact_get', 'Read an artifact', 'operator-1', { artifactId: artifact.artifactId });
  await play.tool('artifact_get', 'Read an unknown artifact', 'operator-1', { artifactId: 'art_unknown' });
  await play.tool('atp_close', 'Close with a gate that does not hold', 'pm-1', {
    atpId: 'AT-7',
    gates: { ...gates, revertible: false },
  });
  const turn = { 'X-Turn-Id': 'turn-42' };
  const summary = 'Rolled back; checkout answers again.';
  await play.tool('atp_close', 'Close it', 'pm-1', { atpId: 'AT-7', summary, followUp: { atpId: 'AT-8' } }, turn);
  await play.tool(
    'atp_set',
    'Write on in a turn that closed an ATP',
    'pm-1',
    { atpId: 'AT-9', status: 'InProgress' },
    turn,
  );
  await play.tool('atp_set', 'Correct what is closed', 'pm-1', { atpId: 'AT-7', title: 'Checkout' });
  await play.tool('atp_get', 'Read an ATP', 'operator-1', { atpId: 'AT-7' });
  await play.tool('atp_get', 'Read an unknown ATP', 'operator-1', { atpId: 'AT-404' });
};

/** The review that the closure queued. */
export const playReview = async (play: Recorder): Promise<void> => {
  await play.tool('atp_create', 'Review what is reviewed', 'pm-1', {
    type: 'review',
    title: 'Why checkout broke',
    sourceAtpId: 'AT-7',
  });
  await play.tool('atp_change_status', 'Begin the review', 'pm-1', { atpId: 'AT-8', status: 'InProgress' });
  await play.tool('checklist_update', 'Answer an item', 'dev-1', {
    atpId: 'AT-8',
    item: 'root-cause',
    state: 'done',
    note: 'A migration locked the table of orders.',
  });
  await play.tool('checklist_update', 'Answer without a note', 'dev-1', {
    atpId: 'AT-8',
    item: 'documentation',
    state: 'done',
  });
  await play.tool('checklist_update', 'Answer as a role that reviews nothing', 'sre-1', {
    atpId: 'AT-8',
    item: 'documentation',
    state: 'done',
    note: 'The runbook names the lock.',
  });
  await play.tool('atp_change_status', 'Complete the review', 'pm-1', { atpId: 'AT-8', status: 'Complete' });
  await play.tool('atp_close', 'Close a review with open items', 'pm-1', { atpId: 'AT-8' });
};

/** Work that is queued, and the lists. */
export const playWork = async (play: Recorder): Promise<void> => {
  const fix = { type: 'bugfix', title: 'Totals are rounded wrongly' };
  await play.tool('atp_create', 'Queue a bugfix', 'pm-1', { ...fix, atpId: 'AT-10' });
  await play.tool('atp_create', 'Queue what depends on another', 'pm-1', {
    type: 'standard',
    atpId: 'AT-11',
    title: 'Show totals in two currencies',
    qa: 'never',
    dependencies: ['AT-10'],
  });
  await play.tool('atp_create', 'An id that is taken', 'pm-1', { ...fix, atpId: 'AT-10' });
  await play.tool('atp_create', 'Queue a hotfix', 'pm-1', { type: 'hotfix', title: 'Checkout answers 500' });
  await play.tool('atp_create', 'Queue as another role', 'dev-1', fix);
  await play.tool('atp_change_status', 'A step that the flow does not have', 'pm-1', {
    atpId: 'AT-11',
    status: 'Deployed',
  });
  await play.tool('atp_change_status', 'Put it off', 'pm-1', { atpId: 'AT-11', status: 'Deferred' });
  await play.tool('atp_change_status', 'Take it up again', 'pm-1', { atpId: 'AT-11', status: 'Queued' });
  await play.tool('atp_change_status', 'Begin it', 'pm-1', { atpId: 'AT-11', status: 'InProgress' });
  await play.tool('handoff', 'Hand off work', 'dev-1', {
    atpId: 'AT-11',
    completed: ['Both currencies are shown'],
    evidence: ['test/totals.test.ts passes'],
  });
  await play.tool('atp_close', 'Close before what it depends on', 'pm-1', { atpId: 'AT-11' });
  await play.tool('atp_list', 'List what is queued', 'operator-1', { status: 'Queued', limit: 2 });
  await play.tool('flow_get', 'Read a flow', 'dev-1', { type: 'review' });
};
