import type { Artifact, Atp, Event, Message } from '../model.ts';
import type { Table } from '../store/client.ts';
import { artifactOf, eventOf, type Item, messageOf } from '../store/items.ts';
import { keys } from '../store/keys.ts';
import { readPartition } from '../store/query.ts';
import { artifactView, atpView, eventView, messageView } from '../view.ts';
import { readContents } from './contents.ts';
import { readRelated } from './related.ts';
import { type Fetch, type LeftOut, type Report, timesOf } from './report.ts';
import { type Held, Room } from './room.ts';

/**
 * What a record takes as Markdown beyond JSON, at most: names, words of ours, and each mark of a title escaped in every
 * place where it stands. A message stands in the timeline and in a list, an artifact in a line
 * of each gate, and where what it says is left out.
 */
const laidOut = {
  atp: 10_000,
  event: 300,
  message: ({ subject }: Pick<Message, 'subject'>) => 700 + 6 * subject.length,
  artifact: ({ title, regressionTest = '' }: Artifact) => 2_400 + 24 * title.length + 3 * regressionTest.length,
  content: 200,
};

/** All that an answer has room for of an incident: every record first, then what its artifacts say. */
export const gatherReport = async (table: Table, atp: Atp): Promise<Report> => {
  const { page } = atp;
  const report: Report = {
    atp: atpView(atp),
    ...(page && { page: pageOf(page) }),
    secondsTo: timesOf(atp),
    timeline: [],
    messages: [],
    artifacts: [],
    related: await readRelated(table, atp),
  };
  const gathering: Gathering = { report, room: new Room(), placed: [], leftOut: [] };
  gathering.room.admit(report, laidOut.atp + 3 * JSON.stringify(report.related).length);
  await takeRecords(table, gathering);
  for await (const { artifact, content } of readContents(table, report.artifacts))
    takeContent(gathering, artifact, content);
  return finished(gathering);
};

const pageOf = ({ source, service, severity }: NonNullable<Atp['page']>): Report['page'] => ({
  source,
  ...(service && { service }),
  ...(severity && { severity }),
});

/** A text of a record, whose length is known once all is there; `told` is what is said if it is cut. */
type Placed = { record: object; field: 'notes' | 'body' | 'content'; held: Held; told: Omit<LeftOut, 'what'> };
type Gathering = { report: Report; room: Room; placed: Placed[]; leftOut: LeftOut[] };

/** Page by page of the table, until there is no more, or no more room. */
const takeRecords = async (table: Table, gathering: Gathering): Promise<void> => {
  const { atpId } = gathering.report.atp;
  let cursor: string | undefined;
  do {
    const page = await readPartition(table, keys.atp(atpId), cursor);
    const fetch: Fetch = { tool: 'atp_get', input: { atpId, ...(cursor && { cursor }) } };
    const isWhole = page.items.every((item) => takeRecord(gathering, item, fetch));
    if (!isWhole) return void gathering.leftOut.push({ what: 'records', fetch });
    cursor = page.cursor;
  } while (cursor);
};

/** Whether there was room for it. */
const takeRecord = (gathering: Gathering, item: Item, fetch: Fetch): boolean => {
  const { room, report, placed } = gathering;
  if (item.sk.startsWith('ARTIFACT#')) {
    const artifact = artifactView(artifactOf(item) as Artifact);
    return room.admit(artifact, laidOut.artifact(artifact)) !== undefined && report.artifacts.push(artifact) > 0;
  }
  if (item.sk.startsWith('EVENT#')) {
    const event = eventView(eventOf(item) as Event);
    const { notes, at } = event;
    const record = notes === undefined ? event : { ...event, notes: '' };
    const held = room.admit(record, laidOut.event, ...(notes === undefined ? [] : [notes]));
    if (held?.[0]) placed.push({ record, field: 'notes', held: held[0], told: { at, fetch } });
    return held !== undefined && report.timeline.push(record) > 0;
  }
  const message = messageView(messageOf(item) as Message);
  const { body, messageId } = message;
  const record = { ...message, body: '' };
  const [held] = room.admit(record, laidOut.message(message), body) ?? [];
  if (held) placed.push({ record, field: 'body', held, told: { messageId, fetch } });
  return held !== undefined && report.messages.push(record) > 0;
};

const takeContent = ({ room, placed, leftOut }: Gathering, record: Artifact, content: string | undefined): void => {
  const { artifactId } = record;
  const told = { artifactId, fetch: { tool: 'artifact_get', input: { artifactId } } } as const;
  const [held] = (content !== undefined && room.admit({ content: '' }, laidOut.content, content)) || [];
  if (held) placed.push({ record, field: 'content', held, told });
  else leftOut.push({ what: 'content', ...told });
};

/** Every text as long as there is room for it. */
const finished = ({ report, placed, leftOut }: Gathering): Report => {
  for (const { record, field, held, told } of placed) {
    Object.assign(record, { [field]: held.text });
    const kept = Buffer.byteLength(held.text);
    if (kept < held.bytes) leftOut.push({ what: field, ...told, kept, bytes: held.bytes });
  }
  return leftOut.length > 0 ? { ...report, leftOut } : report;
};
