/** `npm run docs:flows`: writes docs/flows.md from the tables that the service runs on. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Guard } from '../../lib/flow/flow.ts';
import { flows } from '../../lib/flow/flows.ts';
import { code, lines, section, table, unique } from '../../lib/flow/markdown.ts';
import { isPublished, messageRules } from '../../lib/flow/messages.ts';
import { isDirective, messageTypes } from '../../lib/model.ts';
import { httpStatus } from '../../lib/refusal.ts';

const path = join(import.meta.dirname, '../../docs/flows.md');

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
