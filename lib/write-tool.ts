import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { ulid } from 'ulid';
import { env, requiredSeconds } from './env.ts';
import type { Call } from './flow/call.ts';
import type { Plan, RecordRef, Snapshot } from './flow/write.ts';
import { jsonAnswer } from './http/answer.ts';
import type { Principal, ToolName } from './model.ts';
import { Refusal } from './refusal.ts';
import type { Table } from './store/client.ts';
import { commit, type Marker } from './store/commit.ts';
import { atpOf, type Item, keyOf, messageOf } from './store/items.ts';
import type { Key } from './store/keys.ts';
import { type Items, readItems } from './store/read.ts';
import { answerView } from './view.ts';

/** A tool that changes something: which records it needs, and the plan it makes of them. */
export type WritingTool<Input> = {
  reads: (input: Input) => RecordRef[];
  plan: (input: Input, snapshot: Snapshot, call: Call) => Plan;
  /** The closed ATP whose obligation this call is meant to meet: it may follow the closure in the same turn. */
  meets?: (input: Input, snapshot: Snapshot) => string | undefined;
  /** Puts what lies outside the table there before the commit; answers how to take it back. */
  place?: (input: Input, plan: Plan) => Promise<(() => Promise<void>) | undefined>;
};

type Writing = {
  table: Table;
  items: Items;
  principal: Principal;
  markers: { idempotency?: Key; turn?: Key };
};

/** A write is planned again when what it rests on has changed; so many times, then the caller is told. */
const PLANS_LIMIT = 30;
const SETTLE_LIMIT_MS = 10_000;
const BACKOFF_MS = 10;
const BACKOFF_LIMIT_MS = 400;
const DAY_SECONDS = 86_400;
/** Contract section 2 asks for 24 hours at least. */
const IDEMPOTENCY_SECONDS = 2 * DAY_SECONDS;
const TURN_SECONDS = 7 * DAY_SECONDS;

/** Plans, commits, and plans again after a lost race, until the call has its effect or a refusal that is true. */
export const perform = async <Input>(
  tool: WritingTool<Input> & { name: ToolName },
  input: Input,
  writing: Writing,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const { table, items, markers } = writing;
  const fingerprint = sha256(`${tool.name}\n${JSON.stringify(input)}`);
  const nonce = ulid();
  const started = Date.now();
  let withdraw: (() => Promise<void>) | undefined;
  try {
    for (let attempt = 0; attempt < PLANS_LIMIT && Date.now() - started < SETTLE_LIMIT_MS; attempt++) {
      if (attempt > 0) await setTimeout(Math.random() * Math.min(BACKOFF_MS * 2 ** attempt, BACKOFF_LIMIT_MS));
      const clock = Date.now();
      const replayed = replay(items, markers.idempotency, fingerprint, clock);
      if (replayed) {
        await withdraw?.();
        return replayed;
      }
      const plan = await planned(tool, input, writing, { principal: writing.principal, clock, ulid, nonce, deadlines });
      withdraw ??= await tool.place?.(input, plan);
      const body = JSON.stringify(answerView(plan.answer));
      const writes = [...plan.writes, ...markersOf(plan, body, fingerprint, writing, clock)];
      if (writes.length === 0) return jsonAnswer(body);
      const outcome = await commit(table, writes);
      if (outcome.result === 'committed') return jsonAnswer(body);
      if (outcome.result === 'lost') for (const { key, item } of outcome.current) items.put(key, item);
    }
    throw new Refusal(
      'UNAVAILABLE',
      'Too many calls changed this at once and the race was not settled in time. Nothing was changed; try again.',
    );
  } catch (error) {
    if (error instanceof Refusal) await withdraw?.();
    throw error;
  }
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const deadlines = { obligation: requiredSeconds(env.obligationTimeout), review: requiredSeconds(env.reviewTimeout) };

/** A plan that asks for a record nobody read yet is made again once it is read. */
const planned = async <Input>(
  tool: WritingTool<Input>,
  input: Input,
  { table, items, markers }: Writing,
  call: Call,
): Promise<Plan> => {
  const snapshot = snapshotOf(items);
  for (;;) {
    try {
      refuseBeyondClosure(tool.meets?.(input, snapshot), items, markers.turn, call.clock);
      return tool.plan(input, snapshot, call);
    } catch (error) {
      if (!(error instanceof Unread)) throw error;
      await readItems(table, [error.key], items);
    }
  }
};

class Unread extends Error {
  readonly key: Key;
  constructor(key: Key) {
    super(`${key.pk} was not read`);
    this.key = key;
  }
}

const snapshotOf = (items: Items): Snapshot => {
  const item = (ref: RecordRef): Item | undefined => {
    const key = keyOf(ref);
    if (!items.has(key)) throw new Unread(key);
    return items.get(key);
  };
  return {
    atp: (atpId) => atpOf(item({ kind: 'atp', atpId })),
    message: (messageId) => messageOf(item({ kind: 'message', messageId })),
  };
};

const live = (item: Item | undefined, clock: number): Item | undefined =>
  item && Number(item.ttl) > clock / 1000 ? item : undefined;

const replay = (items: Items, key: Key | undefined, fingerprint: string, clock: number) => {
  const record = key && live(items.get(key), clock);
  if (!record) return undefined;
  if (record.fingerprint === fingerprint) return jsonAnswer(String(record.answer), { 'idempotent-replayed': 'true' });
  throw new Refusal(
    'IDEMPOTENCY_MISMATCH',
    'This Idempotency-Key was used with another request. Use a new key for a new request.',
  );
};

/** A closure ends the caller's message: what follows in the same turn may only meet what that closure owes. */
const refuseBeyondClosure = (meets: string | undefined, items: Items, turn: Key | undefined, clock: number): void => {
  const marker = turn && live(items.get(turn), clock);
  if (!marker || marker.atpId === meets) return;
  throw new Refusal(
    'MESSAGE_BOUNDARY',
    `This turn closed ${marker.atpId}, and a closure ends the message. Begin a new turn (another X-Turn-Id) for this call.`,
    { current: { closedInTurn: marker.atpId } },
  );
};

const markersOf = (
  plan: Plan,
  body: string,
  fingerprint: string,
  { items, markers }: Writing,
  clock: number,
): Marker[] => {
  const now = Math.floor(clock / 1000);
  const { idempotency, turn } = markers;
  const { atp, endOfMessage } = plan.answer;
  const written: Marker[] = [];
  if (idempotency) {
    const claim = { ...idempotency, fingerprint, answer: body, ttl: now + IDEMPOTENCY_SECONDS };
    written.push({ label: 'idempotency key', claim, now });
  }
  if (turn && endOfMessage) {
    written.push({ label: 'end of the turn', claim: { ...turn, atpId: atp.atpId, ttl: now + TURN_SECONDS }, now });
  } else if (turn && plan.writes.length > 0 && !live(items.get(turn), clock)) {
    written.push({ label: 'open turn', unclaimed: turn, now });
  }
  return written;
};
