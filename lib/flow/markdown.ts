/** The tables of the flows as Markdown: for docs/flows.md and for agents that read them as resources. */

import { isClosed } from '../model.ts';
import type { Deadline, Effects, Flow, Transition } from './flow.ts';

export const code = (text: string): string => `\`${text}\``;
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
export const lines = (entries: readonly string[]): string => entries.join('<br>');

export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

export const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

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

/** A flow as a section of a page: its diagram, its steps with their guards and effects, its deadlines. */
export const section = (flow: Flow): string =>
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
