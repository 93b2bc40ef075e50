/** An ATP as callers see it: of the model and of the service, laid side by side. */

import type { Body as Any } from '../support/service.ts';
import type { Told } from '../support/timeline.ts';
import { isOver, type Letter, type ModelAtp, type World } from './world.ts';

export const titleShown = ({ title, incident, notes, id }: ModelAtp): string =>
  title ?? incident?.summary ?? notes ?? id;

const present = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== false));

/** The ATP itself. Times are only there or not. */
export const atpOfModel = (atp: ModelAtp): object => {
  const { id, sourceId, followUpId, owner, checklist, owes, deadlines, ...same } = atp;
  return present({
    ...kept(same),
    atpId: id,
    title: titleShown(atp),
    owner,
    sourceAtpId: sourceId,
    followUpAtpId: followUpId,
    acknowledgedAt: atp.acknowledged,
    completedAt: atp.completedAt !== undefined,
    deployedAt: atp.deployedAt !== undefined,
    closedAt: atp.closed,
    dueAt: atp.type === 'review',
    checklist: checklist && Object.entries(checklist).map(([item, entry]) => ({ item, ...entry })),
    obligations: owes && Object.entries(owes).map(([kind, { state, by }]) => `${kind} ${state} ${by ?? ''}`),
    deadlines: shownDeadlines(
      Object.entries(deadlines).flatMap(([deadline, { firings, due }]) => (due ? [{ deadline, firings }] : [])),
    ),
  });
};

const shownDeadlines = (running: readonly { deadline: string; firings: number }[]): string[] =>
  running.map(({ deadline, firings }) => `${deadline} ${firings}`).sort();

const sameFields = [
  'type',
  'status',
  'stage',
  'notes',
  'priority',
  'drill',
  'evidence',
  'incident',
  'qa',
  'codeReview',
  'qaVerdict',
  'codeReviewVerdict',
  'gates',
  'summary',
  'dependencies',
] as const;
const kept = (atp: Any): object => Object.fromEntries(sameFields.map((name) => [name, atp[name]]));

export const atpOfService = (atp: Any): object =>
  present({
    ...kept(atp),
    atpId: atp.atpId,
    title: atp.title,
    createdBy: undefined,
    qaVerdict: atp.qaVerdict?.verdict,
    codeReviewVerdict: atp.codeReviewVerdict?.verdict,
    owner: atp.owner?.name,
    sourceAtpId: atp.sourceAtpId,
    followUpAtpId: atp.followUpAtpId,
    acknowledgedAt: atp.acknowledgedAt !== undefined,
    completedAt: atp.completedAt !== undefined,
    deployedAt: atp.deployedAt !== undefined,
    closedAt: atp.closedAt !== undefined,
    dueAt: atp.dueAt !== undefined,
    checklist: atp.checklist,
    obligations: atp.obligations?.map((each: Any) => `${each.kind} ${each.state} ${each.metBy?.name ?? ''}`),
    deadlines: shownDeadlines(atp.deadlines ?? []),
  });

const letterText = (letter: Omit<Letter, 'sentAt' | 'id'>): string =>
  [
    `${letter.type} ${letter.from}>${letter.to} ${letter.priority}`,
    letter.requiresAck ? 'asks' : '',
    letter.acknowledgedBy ? `acknowledged by ${letter.acknowledgedBy}` : '',
    letter.superseded ? 'superseded' : '',
  ]
    .filter(Boolean)
    .join(', ');

export const letterOfModel = letterText;
export const letterOfService = (message: Any): string =>
  letterText({
    type: message.messageType,
    from: message.fromAgent,
    to: message.toAgent,
    priority: message.priority,
    requiresAck: message.requiresAck,
    acknowledgedBy: message.acknowledgedBy?.name,
    ...(message.supersededAt && { superseded: true }),
  });

/** The emergencies that a letter waits for: those that direct its receiver, unless it is of one itself. */
const waitsFor = ({ atps }: World, atp: ModelAtp, letter: Letter): readonly string[] => {
  const directs = (each: ModelAtp, to?: string): boolean =>
    each.type === 'emergency' &&
    !isOver(each) &&
    (to ? to in each.directives : Object.keys(each.directives).length > 0);
  const asks = letter.type === 'Directive' || letter.type === 'EmergencyDirective';
  if (!asks || letter.acknowledgedBy || letter.superseded || directs(atp)) return [];
  return Object.values(atps)
    .filter((each) => directs(each, letter.to))
    .map(({ id }) => id)
    .sort();
};

export const waitingOfModel = (world: World, atp: ModelAtp, letter: Letter): string =>
  waitsFor(world, atp, letter).join(' ');
/** The table is shared: emergencies of other plays are none of this one's. */
export const waitingOfService = ({ waitsFor: all = [] }: Any, world: World): string =>
  all.filter((id: string) => id in world.atps).join(' ');

/** What callers do not see, and what comes next rests on; `stored` is the ATP as it lies in the table. */
const hiddenOfModel = ({ directives, messages, handedOff, report, waitsOn, dependents }: ModelAtp): object => ({
  newest: Object.entries(directives)
    .map(([role, { place, open }]) => `${role} ${messages[place]?.id} ${open}`)
    .sort(),
  handedOff: handedOff ?? false,
  report,
  waitsOn: waitsOn.toSorted(),
  dependents: dependents.toSorted(),
});

const hiddenOfService = (stored: Any): object => ({
  newest: Object.entries<Any>(stored.directives)
    .map(([role, { messageId, open }]) => `${role} ${messageId} ${open}`)
    .sort(),
  handedOff: stored.handoffMessageId !== undefined,
  report: stored.reportGates,
  waitsOn: Object.keys(stored.openDependencies)
    .map((entry) => entry.slice(1))
    .sort(),
  dependents: Object.keys(stored.dependents)
    .map((entry) => entry.slice(1))
    .sort(),
});

/** All that is told of an ATP. Writes that did not see each other may stand in any order. */
export const seenOfModel = (world: World, atp: ModelAtp, inOrder: boolean): object => ({
  atp: atpOfModel(atp),
  timeline: inOrder ? atp.timeline : atp.timeline.toSorted(),
  messages: atp.messages
    .map((letter) => `${letter.id ?? ''} ${letterText(letter)} waits for [${waitingOfModel(world, atp, letter)}]`)
    .sort(),
  artifacts: atp.artifacts.toSorted(),
  hidden: hiddenOfModel(atp),
});

/** A message whose id no answer named has none here. */
export const seenOfService = ({ told, stored }: Seen, world: World, inOrder: boolean): object => {
  const timeline = told.timeline.map((line: Any) => {
    const way = line.to ? ` ${line.from ?? ''}>${line.to}` : '';
    return `${line.action} ${line.role} ${line.principal}${way}`;
  });
  const named = new Set(world.atps[told.atp.atpId]?.messages.map(({ id }) => id));
  return {
    atp: atpOfService(told.atp),
    timeline: inOrder ? timeline : timeline.sort(),
    messages: told.messages
      .map((each) => {
        const id = named.has(each.messageId) ? each.messageId : '';
        return `${id} ${letterOfService(each)} waits for [${waitingOfService(each, world)}]`;
      })
      .sort(),
    artifacts: told.artifacts
      .map(({ artifactType, verdict }) => (verdict ? `${artifactType} ${verdict}` : artifactType))
      .sort(),
    hidden: hiddenOfService(stored),
  };
};

export type Seen = { told: Told; stored: Any };
