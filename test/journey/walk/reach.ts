import { keys } from '../../../lib/store/keys.ts';
import type { Body, Given, Service } from '../../support/service.ts';
import { copyOf, setAttribute } from '../../support/states.ts';
import type { State } from './calls.ts';

export type World = { service: Service; given: Given };

export const change = async ({ service }: World, who: string, atpId: string, status: string, notes?: string) => {
  await service.done(who, 'atp_change_status', { atpId, status, ...(notes && { notes }) });
  return atpId;
};
/** Completed without a handoff, by `dev-1`. */
export const complete = (world: World, atpId: string) => change(world, 'dev-1', atpId, 'Complete');
export const sendBack = (world: World, atpId: string) => change(world, 'pm-1', atpId, 'InProgress', 'Still fails.');
export const reject = (world: World, atpId: string) => change(world, 'pm-1', atpId, 'Rejected', 'A false alarm.');

export const direct = async ({ service }: World, atpId: string, messageType = 'Directive'): Promise<string> => {
  const letter = { atpId, toAgent: '@dev', messageType, subject: 'Yours', body: 'Before all else.' };
  await service.done('pm-1', 'message_send', letter);
  return atpId;
};

/** The newest directive, by `dev-1`. */
export const acknowledge = async ({ service }: World, atpId: string): Promise<string> => {
  const { messages } = await service.done('pm-1', 'atp_get', { atpId });
  await service.done('dev-1', 'message_ack', { messageId: devDirectives(messages).at(-1) });
  return atpId;
};

export const handOff = async ({ service }: World, atpId: string): Promise<string> => {
  await service.done('dev-1', 'handoff', { atpId, completed: ['Rolled back'], evidence: ['Tests pass'] });
  return atpId;
};

export const report = async ({ service }: World, atpId: string, gates?: Record<string, boolean>): Promise<string> => {
  const said = { artifactType: 'PMVerificationReport', title: 'Verified', content: 'Looked at the graphs.' };
  await service.done('pm-1', 'artifact_create', { atpId, ...said, ...(gates && { gates }) });
  return atpId;
};

export const test = async ({ given }: World, atpId: string, verdict?: 'pass' | 'minor-fix' | 'escalate') => {
  await given.tested(atpId, verdict);
  return atpId;
};

export const raise = async ({ service }: World, atpId: string): Promise<string> => {
  await service.done('pm-1', 'atp_set', { atpId, type: 'emergency' });
  return atpId;
};

/** What pager intake does while the source fires; there is no tool for it. */
export const fire = async ({ service }: World, atpId: string): Promise<string> => {
  await setAttribute(service, keys.atp(atpId), 'alertFiring', true);
  return atpId;
};

const devDirectives = (messages: Body[]): string[] =>
  messages
    .filter(({ messageType, toAgent }) => /Directive$/.test(messageType) && toAgent === '@dev')
    .map(({ messageId }) => messageId)
    .sort();

const NOTHING = '01JD0000000000000000000000';

/** What a walk needs to know of an ATP; of one that does not exist, what it would be called. */
export const stateOf = async ({ service }: World, atpId: string, exists: boolean): Promise<State> => {
  const found = exists ? await service.done('pm-1', 'atp_get', { atpId }) : undefined;
  const messages: Body[] = found?.messages ?? [];
  const none = `msg_${atpId}_${NOTHING}`;
  const directives = devDirectives(messages);
  const related: (string | undefined)[] = [found?.atp.followUpAtpId, found?.atp.sourceAtpId];
  return {
    atpId,
    newest: directives.at(-1) ?? none,
    superseded: directives.at(-2) ?? none,
    notice: messages.find(({ messageType }) => messageType === 'HITLNotification')?.messageId ?? none,
    artifactId: found?.artifacts[0]?.artifactId ?? `art_${atpId}_${NOTHING}`,
    atpIds: [atpId, ...related, ...(found?.atp.dependencies ?? [])].filter((id) => id !== undefined),
  };
};

/** The same state of an ATP of its own. Its relations are those of the one it is copied from. */
export const copyState = async ({ service }: World, state: State, items: string): Promise<State> => {
  const { copyId } = await copyOf(service, state.atpId, items);
  return JSON.parse(JSON.stringify(state).replaceAll(state.atpId, copyId)) as State;
};
