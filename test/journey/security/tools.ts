/** Calls by which the tools make use of all that they may do: what each does in an incident, what it refuses, and a lost race. */

import { expect } from 'vitest';
import type { ToolName } from '../../../lib/model.ts';
import { type Body, Given, newId, type Service } from '../../support/service.ts';
import type { ToolDoor } from './doors.ts';

const report = { artifactType: 'PMVerificationReport', title: 'Verified', content: 'It holds.', persist: 'both' };
const letter = { toAgent: '@dev', messageType: 'Directive', subject: 'Fix it', body: 'It fails.' };
const handedOff = { completed: ['Rolled back'], evidence: ['Tests pass'] };

/** Refused by the flow, so that the key of the call is looked for once more. */
const refused: Partial<Record<ToolName, object>> = {
  atp_set: { status: 'Closed' },
  atp_create: { type: 'hotfix', title: 'Down' },
  atp_change_status: { status: 'Closed' },
  atp_close: {},
  handoff: handedOff,
  message_send: letter,
  artifact_create: report,
  checklist_update: { item: 'root-cause', state: 'done', note: 'Known.' },
};

/** Answers the incident's id. */
export const useTools = async ({ call }: ToolDoor, service: Service): Promise<string> => {
  const done = async (...[who, tool, input]: Parameters<typeof call>): Promise<Body> => {
    const body = await call(who, tool, input);
    expect(body, `${tool} ${JSON.stringify(body)}`).not.toHaveProperty('code');
    return body;
  };
  for (const [tool, input] of Object.entries(refused) as [ToolName, object][])
    expect(await call('pm-1', tool, { atpId: newId(), ...input }), tool).toHaveProperty('code');
  expect(await call('dev-1', 'message_ack', { messageId: `msg_${newId()}_01JD0000000000000000000000` })).toMatchObject({
    code: 'NOT_FOUND',
  });
  const atpId = newId();
  await done('pm-1', 'atp_set', { atpId, status: 'InProgress', title: 'Checkout answers 500' });
  await done('pm-1', 'atp_set', { atpId, notes: 'Search too.' });
  const { message } = await done('pm-1', 'message_send', { atpId, ...letter });
  await done('dev-1', 'message_ack', { messageId: message.messageId });
  await done('dev-1', 'handoff', { atpId, ...handedOff });
  await done('pm-1', 'artifact_create', { atpId, ...report });
  const { artifact } = await done('pm-1', 'artifact_create', {
    atpId,
    ...report,
    artifactType: 'Other',
    persist: 'file',
  });
  await done('pm-1', 'artifact_get', { artifactId: artifact.artifactId });
  const { followUp } = await done('pm-1', 'atp_close', { atpId });
  await done('pm-1', 'atp_change_status', { atpId: followUp.atpId, status: 'InProgress' });
  await done('dev-1', 'checklist_update', { atpId: followUp.atpId, item: 'root-cause', state: 'done', note: 'Known.' });
  const sourceAtpId = await new Given(service).owing();
  await done('pm-1', 'atp_create', { type: 'review', title: 'Why', sourceAtpId });
  await done('pm-1', 'atp_get', { atpId });
  for (const input of [{}, { status: 'Queued' }]) await done('pm-1', 'atp_list', input);
  for (const input of [{}, { atpId }]) await done('pm-1', 'message_list', input);
  await done('pm-1', 'flow_get', { type: 'hotfix' });
  return atpId;
};

/** A file is put, and its record refused: the ATP ends in between. */
export const loseFile = async (
  { call }: ToolDoor,
  service: Service,
  interrupt: (by: () => Promise<unknown>) => void,
): Promise<void> => {
  const atpId = await new Given(service).started();
  const rejection = { atpId, status: 'Rejected', notes: 'A false alarm.' };
  interrupt(() => service.done('pm-1', 'atp_change_status', rejection));
  const other = { ...report, artifactType: 'Other' };
  expect(await call('dev-1', 'artifact_create', { atpId, ...other })).toMatchObject({ code: 'ATP_CLOSED' });
};
