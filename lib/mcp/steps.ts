import type { Flow, Transition } from '../flow/flow.ts';
import { messageRules } from '../flow/messages.ts';
import { type CallerRole, type MessageType, messageTypes, type Role } from '../model.ts';

const code = (text: string): string => `\`${text}\``;

/** What the table of a flow gives a role to do, in the order of the table. */
export const stepsOf = ({ transitions }: Flow, role: Role): string[] =>
  transitions.filter(({ roles }) => roles.includes(role)).map(stepLine);

const stepLine = ({ step, from, to, tools, artifact, why, guards }: Transition): string => {
  const where = from === null ? 'new' : from === to ? `while ${from}` : `${from} to ${to}`;
  const what = [artifact?.artifactType, artifact?.verdict].filter((each) => each !== undefined);
  const made = what.length > 0 ? ` (${what.join(', ')})` : '';
  const head = `- **${step}** (${where}) with ${tools.map(code).join(' or ')}${made}: ${why}`;
  return [head, ...guards.map((each) => `  - ${code(each.code)} unless ${each.rule}`)].join('\n');
};

/** Who may write what to whom, as far as it concerns a role. */
export const messagesOf = (role: CallerRole): string[] => [
  ...messageTypes.filter((type) => messageRules[type].from.includes(role)).flatMap((type) => sent(type, role)),
  ...messageTypes.filter((type) => messageRules[type].to.includes(role)).flatMap((type) => received(type, role)),
];

const others = (all: readonly Role[], role: Role): string => all.filter((each) => each !== role).join(', ');
const told = (how: string, all: readonly Role[], role: Role): string[] => {
  const names = others(all, role);
  return names === '' ? [] : [`- you may ${how} ${names}`];
};
const sent = (type: MessageType, role: Role): string[] => told(`send ${code(type)} to`, messageRules[type].to, role);
const received = (type: MessageType, role: Role): string[] =>
  told(`get ${code(type)} from`, messageRules[type].from, role);
