/** What must be true of every ATP whatever was played, told from the table alone. */

import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { expect } from 'vitest';
import { keys } from '../../lib/store/keys.ts';
import type { Body as Any, Service } from '../support/service.ts';
import { readWhole } from '../support/timeline.ts';

/** The statuses that each flow has. */
const legal: Record<string, readonly string[]> = {
  hotfix: ['InProgress', 'Complete', 'Closed', 'Rejected'],
  emergency: ['InProgress', 'Complete', 'Deployed', 'Closed', 'Rejected'],
  review: ['Queued', 'InProgress', 'Complete', 'Closed'],
  bugfix: ['Queued', 'InProgress', 'Blocked', 'Complete', 'Closed'],
  standard: ['Queued', 'InProgress', 'Blocked', 'Complete', 'Closed', 'Rejected', 'Deferred'],
};

type Lying = { atp: Any; events: Any[]; messages: Any[]; artifacts: Any[] };

const lying = async (service: Service, atpId: string): Promise<Lying> => {
  const items = await service.items(atpId);
  const of = (kind: string): Any[] => items.filter(({ sk }) => sk.startsWith(kind));
  return { atp: of('ATP')[0], events: of('EVENT#'), messages: of('MESSAGE#'), artifacts: of('ARTIFACT#') };
};

const isDirective = ({ messageType }: Any): boolean => ['Directive', 'EmergencyDirective'].includes(messageType);
const isOver = ({ status }: Any): boolean => status === 'Closed' || status === 'Rejected';

/** Of the ATPs of one play, once nobody plays any more and what is owed was met. */
export const expectInvariants = async (service: Service, atpIds: readonly string[]): Promise<void> => {
  const all = await Promise.all(atpIds.map((atpId) => lying(service, atpId)));
  for (const each of all) {
    const { atp, messages, events } = each;
    expect(legal[atp.type], `${atp.atpId} is a legal ${atp.type}`).toContain(atp.status);
    expect(atp.closedAt !== undefined, 'closedAt stands where it is closed').toBe(isOver(atp));
    if (atp.status === 'Closed') expectEvidence(each);
    expectOneReview(atp, all);
    expectPublished(messages);
    expectOneOwner(messages, events);
    expectDirectivesWithdrawn(atp, messages);
    expectFewEscalations(messages);
    expectDependencies(atp, all);
    const times = events.map(({ at }) => at);
    expect(times, 'a timeline is in order').toEqual(times.toSorted());
    await readWhole(service, atp.atpId);
  }
  await expectEmergencies(service, all);
};

/** No closure without evidence, made for the completion that was closed. */
const expectEvidence = ({ atp, messages, artifacts }: Lying): void => {
  const since = ({ sentAt, createdAt }: Any): boolean => (sentAt ?? createdAt) >= atp.completedAt;
  if (atp.type === 'review') {
    expect(Object.values<Any>(atp.checklist).filter(({ state }) => state === 'open')).toEqual([]);
    return;
  }
  const handoffs = messages.filter((each) => each.messageType === 'Handoff' && since(each));
  expect(handoffs, `${atp.atpId} was handed off`).not.toEqual([]);
  const reports = artifacts.filter(since);
  if (atp.type === 'hotfix' || atp.type === 'emergency') {
    const newest = reports.filter(({ artifactType }) => artifactType === 'PMVerificationReport').at(-1);
    expect(newest, `${atp.atpId} was verified`).toBeDefined();
    expect(Object.values(newest.gates), 'every gate held').toEqual([true, true, true]);
  } else if (atp.qa !== 'never') {
    const newest = reports.filter(({ artifactType }) => artifactType === 'QATestReport').at(-1);
    expect(newest, `${atp.atpId} was tested`).toMatchObject({ verdict: 'pass', regressionTest: expect.any(String) });
  }
};

const expectOneReview = ({ atpId, type, status, followUpAtpId }: Any, all: readonly Lying[]): void => {
  const owed = status === 'Closed' && (type === 'hotfix' || type === 'emergency');
  const reviews = all.filter(({ atp }) => atp.sourceAtpId === atpId).map(({ atp }) => atp.atpId);
  expect(reviews, `${atpId} has one review if it is a closed incident`).toEqual(owed ? [followUpAtpId] : []);
};

/** Owed by contract section 5: exactly what is published has a place in the outbox, or had, and what a notice says. */
const expectPublished = (messages: readonly Any[]): void => {
  for (const each of messages) {
    const owed = isDirective(each)
      ? each.priority === 'P0-Critical'
      : ['HITLNotification', 'Escalation'].includes(each.messageType);
    const isHandedOver = each.outbox !== undefined || each.publishedAt !== undefined;
    expect([isHandedOver, each.brief !== undefined], each.messageType).toEqual([owed, owed]);
  }
};

const expectOneOwner = (messages: readonly Any[], events: readonly Any[]): void => {
  for (const { messageId, acknowledgedBy } of messages) {
    const taken = events.filter((each) => each.action === 'acknowledge' && each.messageId === messageId);
    expect(taken.map(({ principal }) => principal)).toEqual(acknowledgedBy ? [acknowledgedBy.name] : []);
  }
};

const expectDirectivesWithdrawn = (atp: Any, messages: readonly Any[]): void => {
  if (!isOver(atp)) return;
  expect(Object.values<Any>(atp.directives).filter(({ open }) => open)).toEqual([]);
  const waiting = messages.filter(
    (each) => isDirective(each) && each.requiresAck && !each.acknowledgedAt && !each.supersededAt,
  );
  expect(waiting, `nothing waits on ${atp.atpId}, which is over`).toEqual([]);
};

/** The service names the directive that nobody took. */
const expectFewEscalations = (messages: readonly Any[]): void => {
  const escalations = messages.filter((each) => each.messageType === 'Escalation' && each.fromAgent === '@system');
  for (const { messageId } of messages.filter(isDirective)) {
    const about = escalations.filter(({ body }) => body.includes(messageId));
    expect(about.length, 'a directive escalates three times at most').toBeLessThanOrEqual(3);
  }
};

const expectDependencies = ({ atpId, dependencies = [], openDependencies }: Any, all: readonly Lying[]): void => {
  const open = all.filter(({ atp }) => dependencies.includes(atp.atpId) && !isOver(atp)).map(({ atp }) => atp.atpId);
  expect(Object.keys(openDependencies).sort(), `${atpId} waits for what is open`).toEqual(
    open.map((each) => `#${each}`).sort(),
  );
};

/** One item names the emergencies that are open and have directed a role: these, and no other of the play. */
const expectEmergencies = async ({ table }: Service, all: readonly Lying[]): Promise<void> => {
  const { Item = {} } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: keys.emergencies, ConsistentRead: true }),
  );
  const recorded = all.flatMap(({ atp: { atpId } }) => (`#${atpId}` in Item ? [[atpId, Item[`#${atpId}`]]] : []));
  const open = all.flatMap(({ atp }) => {
    const roles = Object.keys(atp.directives).sort();
    return atp.type === 'emergency' && !isOver(atp) && roles.length > 0 ? [[atp.atpId, roles]] : [];
  });
  expect(recorded).toEqual(open);
};
