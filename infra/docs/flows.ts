/** `npm run docs:flows`: writes docs/flows.md from the tables that the service runs on. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Deadline, Effects, Flow, Guard, Transition } from '../../lib/flow/flow.ts';
import { flows } from '../../lib/flow/flows.ts';
import { isPublished, messageRules } from '../../lib/flow/messages.ts';
import { isClosed, isDirective, messageTypes } from '../../lib/model.ts';
import { httpStatus } from '../../lib/refusal.ts';

const path = join(import.meta.dirname, '../../docs/flows.md');

const code = (text: string): string => `\`${text}\``;
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const lines = (entries: readonly string[]): string => entries.join('<br>');

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** One arrow for all steps between two statuses. */
const diagram = ({ transitions }: Flow): string => {
  const arrows = Map.groupBy(transitions, ({ from, to }) => `${from ?? '[*]'} --> ${to}`);
  const drawn = [...arrows].map(([arrow, rows]) => `    ${arrow}: ${labels(rows).join('<br/>')}`);
  const ends = unique(transitions.map(({ to }) => to).filter(isClosed)).map((status) => `    ${status} --> [*]`);
  return ['```mermaid', 'stateDiagram-v2', ...drawn, ...ends, '```'].join('\n');
};

const labels = (rows: readonly Transition[]): string[] =>
  [...Map.groupBy(rows, ({ step }) => step)].map(
    ([step, same]) => `${step} by ${unique(same.flatMap(({ roles }) => roles)).join(' or ')}`,
  );

const stepRow = ({ step, from, to, roles, tools, artifact, decides, guards, effects }: Transition): string[] => [
  step,
  from ?? '(new)',
  to === from ? '(the same)' : to,
  roles.join(' '),
  [...tools, ...(artifact ? [artifact.artifactType, artifact.verdict ?? []].flat() : []), decides ?? []]
    .flat()
    .map(code)
    .join(' '),
  lines(guards.map(({ code: refusal, rule }) => `${code(refusal)} ${rule}`)),
  lines(effectsOf(effects)),
];

const effectsOf = (effects: Effects): string[] => {
  const { stamps, forgets, takesOwnership, owes, meets, tellsOperator, becomes, attests, sends } = effects;
  return [
    ...(becomes ? [`goes on as ${code(becomes)}`] : []),
    ...(takesOwnership ? ['the caller owns it'] : []),
    ...(attests ? [`attests ${code(attests)}`] : []),
    ...(sends ? [`the caller sends ${sends.toAgent} a ${code(sends.messageType)} in the same transaction`] : []),
    ...(stamps ? [`sets ${stamps.map(code).join(' ')}`] : []),
    ...(forgets ? [`forgets ${forgets.map(code).join(' ')}`] : []),
    ...(owes ? [`owes ${owes.map(code).join(' ')}`] : []),
    ...(meets ? [`meets ${code(meets)}`] : []),
    ...(tellsOperator ? ['the operator is notified in the same transaction'] : []),
  ];
};

const deadlineRow = ({ name, rule, reads, firings, escalation }: Deadline): string[] => [
  code(name),
  rule,
  reads.map(code).join(' '),
  escalation
    ? firings === Number.POSITIVE_INFINITY
      ? 'every time'
      : `${firings} at most`
    : 'no: the service meets what is owed',
];

const settings = (given: NonNullable<Flow['settings']>): string =>
  Object.entries(given)
    .map(([name, value]) => code(`${name}: ${value}`))
    .join(' ');

const section = (flow: Flow): string =>
  [
    `## ${flow.title}`,
    [
      `Type ${code(flow.type)}. An ATP has the priority ${code(flow.defaultPriority)}, a directive on it ${code(flow.defaultDirectivePriority)}, unless the caller says otherwise.`,
      ...(flow.gates.length > 0 ? [`A report attests the gates ${flow.gates.map(code).join(' ')}.`] : []),
      ...(flow.checklist.length > 0 ? [`Its checklist: ${flow.checklist.map(code).join(' ')}.`] : []),
      ...(flow.reviewChecklist ? [`Its review answers ${flow.reviewChecklist.map(code).join(' ')}.`] : []),
      ...(flow.takesPrecedence ? ['While it is open, other directives to the roles it directs wait.'] : []),
      ...(flow.handoffPriority ? [`Its handoffs are ${code(flow.handoffPriority)}.`] : []),
      ...(flow.settings ? [`Settings, with their defaults: ${settings(flow.settings)}.`] : []),
    ].join(' '),
    diagram(flow),
    table(
      ['step', 'from', 'to', 'by', 'tools', 'guards, in this order', 'what it does beside'],
      flow.transitions.map(stepRow),
    ),
    table(['deadline', 'rule', 'looks at', 'escalates to the operator'], flow.deadlines.map(deadlineRow)),
  ].join('\n\n');

const guardRows = (): string[][] => {
  const used = flows.flatMap(({ type, transitions }) =>
    transitions.flatMap(({ step, guards }) => guards.map((guard) => ({ guard, step: `${type} ${step}` }))),
  );
  return [...Map.groupBy(used, ({ guard }) => guard)].map(([guard, uses]) =>
    guardRow(guard, unique(uses.map(({ step }) => step))),
  );
};

const guardRow = ({ name, code: refusal, rule, reads }: Guard, steps: readonly string[]): string[] => [
  name,
  `${code(refusal)} ${httpStatus[refusal]}`,
  rule,
  reads.map(code).join(' ') || 'the call alone',
  lines(steps),
];

const messageRows = (): string[][] =>
  messageTypes.map((type) => [
    code(type),
    messageRules[type].from.join(' '),
    messageRules[type].to.join(' '),
    isDirective(type) ? 'yes' : 'no',
    isPublished(type, 'P3-Low') ? 'always' : isPublished(type, 'P0-Critical') ? `when ${code('P0-Critical')}` : 'no',
  ]);

export const flowsPage = (): string =>
  `${[
    '# Flows',
    'Written by `npm run docs:flows` from the tables in `lib/flow/`, which the service runs on. Change the tables, not this page.',
    'A step is permitted where its row stands: from that status, by that role, through one of those tools (`artifact_create` with that artifact and verdict, `atp_set` with that setting), once every guard passes. The first guard that fails names the refusal. `flow_get` answers the same rows.',
    'A deadline runs while what its rule waits for is not there, and starts anew when what it looks at names another wait; [deploy.md](deploy.md) lists the time-outs.',
    ...flows.map(section),
    '## Guards',
    'The write of a step holds only while the attributes its guards looked at, `type` and `status` are what they were when read.',
    table(['guard', 'refusal', 'rule', 'looks at', 'guards the steps'], guardRows()),
    '## Messages',
    'Who may send what to whom on an open ATP; never to the own role (`SELF_MESSAGE`). `Handoff` moves the ATP and has the guards of the steps through `message_send`, above. On a closed ATP only what it owes is taken, and messages between @operator and @pm.',
    table(['messageType', 'from', 'to', 'asks for acknowledgement', 'published'], messageRows()),
  ].join('\n\n')}\n`;

if (import.meta.main) writeFileSync(path, flowsPage());
