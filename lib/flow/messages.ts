import {
  type CallerRole,
  callerRoles,
  isDirective,
  type MessageType,
  messageTypes,
  type Priority,
  priorities,
  type Role,
  roles,
} from '../model.ts';

type Rule = { from: readonly Role[]; to: readonly CallerRole[] };

const anyRole: readonly CallerRole[] = callerRoles;

/** Who may send what to whom. The owner of the fix is a `@dev`: see the flow's `complete` step for which one. */
export const messageRules: Record<MessageType, Rule> = {
  Directive: { from: ['@pm', '@pager'], to: ['@dev', '@qa', '@sre'] },
  EmergencyDirective: { from: ['@pm', '@pager'], to: ['@dev', '@qa', '@sre'] },
  Handoff: { from: ['@dev'], to: ['@pm'] },
  HITLNotification: { from: ['@pm', '@system'], to: ['@operator'] },
  Escalation: { from: [...anyRole, '@system'], to: ['@operator'] },
  Decision: { from: ['@operator'], to: anyRole },
  Blocker: { from: anyRole, to: ['@pm'] },
  Update: { from: anyRole, to: ['@pm'] },
  Rejection: { from: ['@pm', '@qa'], to: ['@dev'] },
};

/** A wrong receiver is a fault of the input, whoever sends: what is wrong with it. Undefined for what names no type or role. */
export const wrongReceiver = (type: unknown, toAgent: unknown): string | undefined => {
  const known = messageTypes.find((each) => each === type);
  if (!known || !roles.some((role) => role === toAgent)) return undefined;
  const { to } = messageRules[known];
  return to.some((role) => role === toAgent) ? undefined : `${known} goes to ${to.join(', ')}, not to ${toAgent}`;
};

export const maySend = (type: MessageType, fromAgent: Role): boolean => messageRules[type].from.includes(fromAgent);

/** Whether the message is published to people and machines (contract section 5). */
export const isPublished = (type: MessageType, priority: Priority): boolean =>
  isDirective(type) ? priority === 'P0-Critical' : type === 'HITLNotification' || type === 'Escalation';

/** Sort key, in an inbox, of a message that asks for nothing more: by priority, then oldest first (`ulid` begins with the time). */
export const urgency = (priority: Priority, ulid: string): string => `1#${priorities.indexOf(priority)}#${ulid}`;

/** Of a directive that waits for acknowledgement: before all else, those of an emergency first of all. */
export const urgencyWaiting = (priority: Priority, ulid: string, takesPrecedence = false): string =>
  `0#${takesPrecedence ? 0 : 1}${priorities.indexOf(priority)}#${ulid}`;

/** What the keys of each class and priority begin with, in the order of an inbox; a ULID follows. */
export const urgencyRuns = (waitingOnly = false): string[] => [
  ...[true, false].flatMap((takesPrecedence) =>
    priorities.map((priority) => urgencyWaiting(priority, '', takesPrecedence)),
  ),
  ...(waitingOnly ? [] : priorities.map((priority) => urgency(priority, ''))),
];
