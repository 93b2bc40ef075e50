/** Many notices in one email: what is broken, who has it, and what each of them asks. */

import { type Priority, priorities } from '../model.ts';
import { carried } from './carried.ts';
import { asOutgoing, eventIdOf, isDrill, type Outgoing, type TopicName } from './outgoing.ts';
import { decisionPlaceOf, type Places, placeOf } from './places.ts';
import { cited, disarmed } from './plain-text.ts';
import { clock, holder, named, optionsOf, shownId, whole, wordingOf } from './wording.ts';

/** The item of a message, and the ids by which it is known whatever else it lacks. */
export type Gathered = { atpId: string; messageId: string; item: { [name: string]: unknown } };

export type Digest = {
  /** Those that stand in it, in the order they were given. What did not fit is for the next one. */
  included: readonly Gathered[];
  notice: {
    topic: TopicName;
    subject: string;
    texts: { default: string; email: string; sms: string };
    /** Lists where the notices differ. */
    attributes: { [name: string]: string | readonly string[] };
  };
};

type Given = {
  topic: TopicName;
  /** Its own, and never again. */
  id: string;
  gathered: readonly Gathered[];
  /** `bare` says nothing that an agent wrote but the ids of ATPs. */
  form: 'whole' | 'bare';
  places?: Places;
};

/** SNS takes 262,144 bytes, texts and attributes together (SNS API reference, `Publish`); the rest is for attributes. */
const TEXTS_LIMIT = 240_000;

/** A digest of as many as fit, in the order given: none of them is cut. Pure. */
export const digestOf = (given: Given): Digest => {
  const { gathered } = given;
  let count = gathered.length;
  let digest = layOut(given, gathered);
  while (count > 1 && Buffer.byteLength(JSON.stringify(digest.notice.texts)) > TEXTS_LIMIT) {
    count = Math.ceil(count / 2);
    digest = layOut(given, gathered.slice(0, count));
  }
  return digest;
};

type Entry = Gathered & { message: Outgoing | undefined; priority: Priority };

const entryOf = (gathered: Gathered, form: Given['form']): Entry => {
  const message = form === 'whole' ? outgoing(gathered) : undefined;
  const { item } = gathered;
  // What cannot be made out is taken for the worst.
  return { ...gathered, message, priority: priorities.find((known) => known === item.priority) ?? 'P0-Critical' };
};

const outgoing = ({ item }: Gathered): Outgoing | undefined => {
  try {
    return carried(asOutgoing(item));
  } catch {
    return undefined;
  }
};

const isExercise = ({ message, item }: Entry): boolean => (message ? isDrill(message) : item.drill === true);
/** What is real comes first. */
const urgency = (entry: Entry): number =>
  (isExercise(entry) ? priorities.length : 0) + priorities.indexOf(entry.priority);
const worstOf = (entries: readonly Entry[]): number => Math.min(...entries.map(urgency));

const layOut = ({ topic, id, form, places = {} }: Given, included: readonly Gathered[]): Digest => {
  const entries = included.map((each) => entryOf(each, form));
  const incidents = [...Map.groupBy(entries, ({ atpId }) => atpId).values()].toSorted(
    (one, other) => worstOf(one) - worstOf(other),
  );
  const worst = priorities[worstOf(entries) % priorities.length] ?? 'P0-Critical';
  const drill = entries.every(isExercise);
  const counts = `${counted(entries, 'notice')} on ${counted(incidents, 'incident')}`;
  const subject = `${drill ? '[DRILL] ' : ''}Hotfix digest: ${counts}, worst ${worst.slice(0, 2)}`;
  const eventId = eventIdOf(`digest_${id}`);
  const distinct = (values: readonly unknown[]) => [...new Set(values.filter((value) => typeof value === 'string'))];
  const messageIds = entries.map(({ messageId }) => messageId);
  const common = {
    atpId: distinct(entries.map(({ atpId }) => atpId)),
    messageType: distinct(entries.map(({ item }) => item.messageType)),
    priority: distinct(entries.map(({ priority }) => priority)),
    toRole: distinct(entries.map(({ item }) => item.toAgent)),
  };
  return {
    included,
    notice: {
      topic,
      subject,
      texts: {
        default: JSON.stringify({ eventId, kind: 'digest', topic, drill: drill || undefined, messageIds }),
        email: [
          ...(drill ? ['DRILL - an exercise. Nothing is broken; act as if it were.', ''] : []),
          `${counts}, worst first, gathered so that mail does not pile up. SMS and machines had each of them at once.`,
          'What stands in quotation marks was written by agents, its links disarmed: [.] stands for a dot.',
          ...incidents.flatMap((incident, position) => ['', ...section(incident, position + 1, places)]),
          '',
          `Event ${eventId}. A notice that comes twice has the same message id both times.`,
          '',
        ].join('\n'),
        sms: `${subject}. Details in the email.`,
      },
      // SNS refuses an empty list.
      attributes: { ...Object.fromEntries(Object.entries(common).filter(([, values]) => values.length > 0)), eventId },
    },
  };
};

const counted = ({ length }: readonly unknown[], what: string): string => `${length} ${what}${length === 1 ? '' : 's'}`;

const section = (entries: readonly Entry[], number: number, places: Places): string[] => {
  const newest = entries.findLast(({ message }) => message)?.message;
  const [{ atpId } = { atpId: '' }] = entries;
  const place = placeOf({ atpId }, places);
  return [
    ...(newest ? heading(newest, number) : [`${number}. ATP ${shownId(atpId)}`]),
    `   For all of it       ${newest ? whole(newest) : `POST /tools/atp_get {"atpId":"${shownId(atpId)}"}`}`,
    ...(place ? [`   Open                ${place}`] : []),
    ...entries.flatMap((entry) => ['', ...lines(entry, places)]),
  ];
};

const heading = (newest: Outgoing, number: number): string[] => {
  const { atpId, brief } = newest;
  const owner = holder(newest);
  const where = brief.environment ? `, environment ${cited(brief.environment)}` : '';
  return [
    `${number}. ${isDrill(newest) ? 'DRILL ' : ''}${brief.type.toUpperCase()} ${shownId(atpId)} ${cited(brief.title)}`,
    `   State               ${brief.status}, ${brief.priority}${where}`,
    `   Since               ${clock(brief.createdAt)}`,
    `   Who has it          ${owner ? named(owner) : 'nobody yet'}`,
  ];
};

const lines = ({ message, messageId, item, priority }: Entry, places: Places): string[] => {
  if (!message)
    return [
      `   - ${priority} ${disarmed(messageId)}: its text could not be put into this email. message_list shows it.`,
      ...(typeof item.sentAt === 'string' && !Number.isNaN(Date.parse(item.sentAt))
        ? [`     Sent ${clock(item.sentAt)}`]
        : []),
    ];
  const { happened, asked } = wordingOf(message);
  const { linkExpiresAt = '' } = message;
  const decision = decisionPlaceOf(message, places);
  return [
    `   - ${clock(message.sentAt)}, ${message.priority} ${message.messageType}: ${happened}`,
    `     ${cited(message.subject)}`,
    `     Asked of ${message.toAgent}: ${asked}`,
    ...optionsOf(message).map((option) => `       ${option}`),
    ...(decision ? [`     Decide by ${clock(linkExpiresAt)}: ${decision}`] : []),
    `     Message ${messageId}`,
  ];
};
