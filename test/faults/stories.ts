/** Incidents whose end is known beforehand, whatever happens on the way: the deadlines of the stack run, and fire. */

import type { Body as Any, Given, Service } from '../support/service.ts';
import { read, readWhole } from '../support/timeline.ts';

type Story = {
  /** What callers do; the service does the rest. */
  tell: (given: Given, service: Service, atpId: string) => Promise<unknown>;
  /** The timeline, but for escalations and who of several did it. */
  lines: readonly string[];
  /** How many escalations of the service follow its last line; left out, any number. */
  escalations?: number;
  reviews: 0 | 1;
};

const taken = ['start', 'direct', 'acknowledge', 'handoff', 'report'];

const stories: { [name: string]: Story } = {
  'is closed, and all is done': {
    tell: (given, _, atpId) => given.closed(atpId),
    lines: [...taken, 'close'],
    reviews: 1,
  },
  'is closed, and nobody does what is owed': {
    tell: (given, _, atpId) => given.owing(atpId),
    lines: [...taken, 'close', 'meetObligations'],
    reviews: 1,
  },
  'is directed, and nobody takes it': {
    tell: (given, _, atpId) => given.directed(atpId),
    lines: ['start', 'direct'],
    escalations: 3,
    reviews: 0,
  },
  'is started, and nobody is told': {
    tell: (given, _, atpId) => given.started(atpId),
    lines: ['start'],
    escalations: 1,
    reviews: 0,
  },
  'is a false alarm': {
    tell: (given, _, atpId) => given.rejected(atpId),
    lines: ['start', 'reject'],
    reviews: 0,
  },
};
const names = Object.keys(stories);

/** A start that is followed late, while parts are down, is told of once before its directive comes. */
const EARLY = 1;

export type Told = { atpId: string; name: string };

/** The story of that number: they take turns. */
export const tell = async (given: Given, service: Service, number: number, prefix = 'S'): Promise<Told> => {
  const name = names[number % names.length] ?? '';
  const atpId = `${prefix}-${number}`;
  await stories[name]?.tell(given, service, atpId);
  return { atpId, name };
};

/** Whether nothing more is going to happen to it by itself. */
export const isOver = async (service: Service, { atpId }: Told): Promise<boolean> =>
  (await read(service, atpId)).atp.deadlines === undefined;

/** How it ended otherwise than it had to. */
export const faultsOf = async (service: Service, { atpId, name }: Told): Promise<string[]> => {
  const { lines = [], escalations, reviews = 0 } = stories[name] ?? {};
  const faults: string[] = [];
  const fault = (what: string): void => void faults.push(`${atpId}, which ${name}: ${what}`);
  const { atp, timeline, messages } = await readWhole(service, atpId);
  const actions = timeline.map(({ action }) => action);
  const told = actions.filter((action) => action !== 'escalate');
  if (told.join(' ') !== lines.join(' ')) fault(`its timeline is ${told.join(' ')}, not ${lines.join(' ')}`);
  const escalated = actions.filter((action) => action === 'escalate').length;
  const last = actions.lastIndexOf(lines.at(-1) ?? '');
  const after = actions.slice(last).filter((action) => action === 'escalate').length;
  if (escalations !== undefined && (after !== escalations || escalated - after > EARLY))
    fault(`${after} escalations, not ${escalations}, in ${actions.join(' ')}`);
  const times = timeline.map(({ at }) => at);
  if (times.join(' ') !== times.toSorted().join(' ')) fault('its time goes back');
  const wanted = {
    Directive: +lines.includes('direct'),
    Handoff: +lines.includes('handoff'),
    HITLNotification: notified(lines),
    Escalation: escalated,
  };
  for (const [type, count] of Object.entries(wanted)) {
    const found = messages.filter(({ messageType }: Any) => messageType === type).length;
    if (found !== count) fault(`${found} messages of type ${type}, not ${count}`);
  }
  const open = (atp.obligations ?? []).filter(({ state }: Any) => state === 'open');
  if (open.length > 0) fault(`it still owes ${open.map(({ kind }: Any) => kind).join(', ')}`);
  const made = atp.followUpAtpId ? 1 : 0;
  if (made !== reviews) fault(`${made} reviews, not ${reviews}`);
  return faults;
};

/** A closure and a false alarm are told of once. */
const notified = (lines: readonly string[]): number => +(lines.includes('close') || lines.includes('reject'));

/** Reviews of one source beside its own. */
export const secondReviews = async (service: Service, all: readonly Told[]): Promise<string[]> => {
  const reviews: Any[] = [];
  let cursor: string | undefined;
  do {
    const page: Any = await service.done('pm-1', 'atp_list', { type: 'review', limit: 100, ...(cursor && { cursor }) });
    reviews.push(...page.atps);
    cursor = page.cursor;
  } while (cursor);
  return all.flatMap(({ atpId }) => {
    const own = reviews.filter(({ sourceAtpId }) => sourceAtpId === atpId);
    return own.length > 1 ? [`${atpId} has ${own.length} reviews`] : [];
  });
};
