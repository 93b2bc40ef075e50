/** The open emergencies, by the roles that they direct: what else these roles are told to do waits meanwhile. */

import { type Atp, type Emergencies, isClosed, isDirective, type Message, type Role } from '../model.ts';
import { entryOf, idsOf } from './dependencies.ts';
import { flowOf } from './flows.ts';
import type { Write } from './write.ts';

const directedRoles = (atp: Atp | undefined): Role[] =>
  atp && flowOf(atp).takesPrecedence && !isClosed(atp.status) ? (Object.keys(atp.directives) as Role[]).sort() : [];

/** What a change of an ATP changes of the record of open emergencies. */
export const emergencyWrite = (before: Atp | undefined, after: Atp): Write[] => {
  const [were, are] = [directedRoles(before), directedRoles(after)];
  if (were.join() === are.join()) return [];
  const entry = entryOf(after.atpId);
  const change = are.length > 0 ? { set: { [entry]: are }, remove: [] } : { set: {}, remove: [entry] };
  return [{ label: `emergency ${after.atpId}`, emergencies: change }];
};

/** The emergencies that come before a directive; undefined for what does not wait. */
export const waitsFor = (message: Message, emergencies: Emergencies): string[] | undefined => {
  const { atpId, messageType, toAgent, acknowledgedAt, supersededAt } = message;
  if (!isDirective(messageType) || acknowledgedAt || supersededAt || emergencies[entryOf(atpId)]) return undefined;
  const before = Object.entries(emergencies).filter(([, roles]) => roles.includes(toAgent));
  return before.length > 0 ? idsOf(Object.fromEntries(before.map(([entry]) => [entry, true]))).sort() : undefined;
};
