import { setTimeout } from 'node:timers/promises';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { env, requiredSeconds } from './env.ts';
import type { Call } from './flow/call.ts';
import { type Plan, type Snapshot, Unsettled } from './flow/write.ts';
import { jsonAnswer } from './http/answer.ts';
import { fingerprintOf, rememberAnswer, replayed } from './idempotency.ts';
import { log } from './log.ts';
import { Refusal } from './refusal.ts';
import type { Table } from './store/client.ts';
import { commit } from './store/commit.ts';
import { keyOf } from './store/items.ts';
import type { Key } from './store/keys.ts';
import { type Items, readItems, readSettled } from './store/read.ts';
import { snapshotOf, Unread } from './store/snapshot.ts';
import { type Caller, serve, type Tool } from './tool.ts';
import { refuseBeyondClosure, turnMarkers } from './turn.ts';
import { ulid } from './ulid.ts';
import { answerView } from './view.ts';

/** A tool that changes something: which records it needs, and the plan it makes of them. */
export type WritingTool<Input, Given = unknown> = Tool<Input, Given> & {
  reads: (input: Input) => Key[];
  plan: (input: Input, snapshot: Snapshot, call: Call) => Plan;
  /** The closed ATP whose obligation this call is meant to meet: it may follow the closure in the same turn. */
  meets?: (input: Input, snapshot: Snapshot) => string | undefined;
  /** Puts what lies outside the table there before the commit; answers how to take it back. */
  upload?: (input: Input, plan: Plan) => Promise<(() => Promise<void>) | undefined>;
};

/** Keeps the input's type for whoever imports the tool. */
export const writingTool = <Input, Given>(tool: WritingTool<Input, Given>) => tool;

export const serveWriting = <Input>(tool: WritingTool<Input>) =>
  serve(tool, (input, caller) => perform(tool, input, caller), { keepsMarkers: true });

/** A write is planned again when what it rests on has changed; so many times, then the caller is told. */
const PLANS_LIMIT = 60;
const SETTLE_LIMIT_MS = 20_000;
const BACKOFF_MS = 10;
const BACKOFF_LIMIT_MS = 200;

/** Plans, commits, and plans again after a lost race, until the call has its effect or a refusal that is true. */
const perform = async <Input>(
  tool: WritingTool<Input>,
  input: Input,
  caller: Caller,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const request: Request<Input> = { tool, input, caller, fingerprint: fingerprintOf(tool.name, input), nonce: ulid() };
  const started = Date.now();
  let lost: string[] = [];
  try {
    for (let attempt = 0; attempt < PLANS_LIMIT && Date.now() - started < SETTLE_LIMIT_MS; attempt++) {
      if (attempt > 0) await setTimeout(Math.random() * Math.min(BACKOFF_MS * 2 ** attempt, BACKOFF_LIMIT_MS));
      const result = await once(request);
      if ('answer' in result) return result.answer;
      lost = result.lost;
    }
  } catch (error) {
    if (error instanceof Refusal) await takeBack(request);
    throw error;
  }
  await takeBack(request);
  throw new Refusal(
    'UNAVAILABLE',
    'Too many calls changed this at once and the race was not settled in time. Nothing was changed. Try again; with an Idempotency-Key that is safe.',
    { cause: new Error(`lost to the last: ${lost.join(', ')}`) },
  );
};

type Request<Input> = {
  tool: WritingTool<Input>;
  input: Input;
  caller: Caller;
  fingerprint: string;
  nonce: string;
  withdraw?: (() => Promise<void>) | undefined;
};

type Result = { answer: APIGatewayProxyStructuredResultV2 } | { lost: string[] };

/** One plan and one commit. What was lost brings what is true now into `items`, for the next plan. */
const once = async <Input>(request: Request<Input>): Promise<Result> => {
  const { tool, input, caller, fingerprint, nonce } = request;
  const { table, items, markers, principal } = caller;
  const clock = Date.now();
  const earlier = await replayed(items, markers.idempotency, fingerprint, clock);
  if (earlier) {
    await takeBack(request);
    return { answer: earlier };
  }
  const plan = await planned(tool, input, caller, { principal, clock, ulid, nonce, deadlines });
  if (!plan) return { lost: ['a twin, or a transaction half visible'] };
  request.withdraw ??= await tool.upload?.(input, plan);
  const body = JSON.stringify(answerView(plan.answer));
  const writes = [
    ...plan.writes,
    ...(await rememberAnswer(markers.idempotency, fingerprint, body, clock)),
    ...turnMarkers(plan, items, markers.turn, clock),
  ];
  if (writes.length === 0) return { answer: jsonAnswer(body) };
  const outcome = await commit(table, writes);
  if (outcome.result === 'committed') return { answer: jsonAnswer(body) };
  if (outcome.result === 'contended') return { lost: outcome.codes };
  for (const { key, item } of outcome.current) items.put(key, item);
  return { lost: outcome.labels };
};

/** A file whose record was not written after all. One that stays behind costs its storage, and nobody is told of it. */
const takeBack = async <Input>({ withdraw, tool }: Request<Input>): Promise<void> => {
  try {
    await withdraw?.();
  } catch (error) {
    log.warn('a file without a record stays in the bucket', { tool: tool.name, error });
  }
};

const deadlines = { obligation: requiredSeconds(env.obligationTimeout), review: requiredSeconds(env.reviewTimeout) };

/**
 * The plan; undefined where what was read contradicts itself and was read anew. A record that nobody read yet is
 * read. A refusal under an idempotency key is true only if no twin has had its effect meanwhile: the one read is
 * consistent item by item, not across items.
 */
const planned = async <Input>(
  tool: WritingTool<Input>,
  input: Input,
  { table, items, markers }: Caller,
  call: Call,
): Promise<Plan | undefined> => {
  const snapshot = snapshotOf(items);
  for (;;) {
    try {
      refuseBeyondClosure(tool.meets?.(input, snapshot), items, markers.turn, call.clock);
      return tool.plan(input, snapshot, call);
    } catch (error) {
      if (error instanceof Unread) {
        await readItems(table, [error.key], items);
      } else if (error instanceof Unsettled) {
        items.forget(keyOf(error.ref));
        return undefined;
      } else if (
        error instanceof Refusal &&
        markers.idempotency &&
        (await appeared(table, markers.idempotency, items))
      ) {
        return undefined;
      } else {
        throw error;
      }
    }
  }
};

/** Whether an item that was not there has come to be, or is just being written. */
const appeared = async (table: Table, key: Key, items: Items): Promise<boolean> => {
  if (items.get(key)) return false;
  const { settled, item } = await readSettled(table, key);
  items.put(key, item);
  return !settled || item !== undefined;
};
