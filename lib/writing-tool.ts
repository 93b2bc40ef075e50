import { setTimeout } from 'node:timers/promises';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { ulid } from 'ulid';
import { env, requiredSeconds } from './env.ts';
import type { Call } from './flow/call.ts';
import type { Plan, Snapshot } from './flow/write.ts';
import { jsonAnswer } from './http/answer.ts';
import { fingerprintOf, rememberAnswer, replayed } from './idempotency.ts';
import { Refusal } from './refusal.ts';
import { commit } from './store/commit.ts';
import type { Key } from './store/keys.ts';
import { readItems } from './store/read.ts';
import { snapshotOf, Unread } from './store/snapshot.ts';
import { type Caller, serve, type Tool } from './tool.ts';
import { refuseBeyondClosure, turnMarkers } from './turn.ts';
import { answerView } from './view.ts';

/** A tool that changes something: which records it needs, and the plan it makes of them. */
export type WritingTool<Input, Given = unknown> = Tool<Input, Given> & {
  reads: (input: Input) => Key[];
  plan: (input: Input, snapshot: Snapshot, call: Call) => Plan;
  /** The closed ATP whose obligation this call is meant to meet: it may follow the closure in the same turn. */
  meets?: (input: Input, snapshot: Snapshot) => string | undefined;
  /** Puts what lies outside the table there before the commit; answers how to take it back. */
  place?: (input: Input, plan: Plan) => Promise<(() => Promise<void>) | undefined>;
};

/** Keeps the input's type for whoever imports the tool. */
export const writingTool = <Input, Given>(tool: WritingTool<Input, Given>) => tool;

export const serveWriting = <Input>(tool: WritingTool<Input>) =>
  serve(tool, (input, caller) => perform(tool, input, caller));

/** A write is planned again when what it rests on has changed; so many times, then the caller is told. */
const PLANS_LIMIT = 30;
const SETTLE_LIMIT_MS = 10_000;
const BACKOFF_MS = 10;
const BACKOFF_LIMIT_MS = 400;

/** Plans, commits, and plans again after a lost race, until the call has its effect or a refusal that is true. */
const perform = async <Input>(
  tool: WritingTool<Input>,
  input: Input,
  writing: Caller,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const { table, items, markers } = writing;
  const fingerprint = fingerprintOf(tool.name, input);
  const nonce = ulid();
  const started = Date.now();
  let withdraw: (() => Promise<void>) | undefined;
  try {
    for (let attempt = 0; attempt < PLANS_LIMIT && Date.now() - started < SETTLE_LIMIT_MS; attempt++) {
      if (attempt > 0) await setTimeout(Math.random() * Math.min(BACKOFF_MS * 2 ** attempt, BACKOFF_LIMIT_MS));
      const clock = Date.now();
      const earlier = replayed(items, markers.idempotency, fingerprint, clock);
      if (earlier) {
        await withdraw?.();
        return earlier;
      }
      const plan = await planned(tool, input, writing, { principal: writing.principal, clock, ulid, nonce, deadlines });
      withdraw ??= await tool.place?.(input, plan);
      const body = JSON.stringify(answerView(plan.answer));
      const writes = [
        ...plan.writes,
        ...rememberAnswer(markers.idempotency, fingerprint, body, clock),
        ...turnMarkers(plan, items, markers.turn, clock),
      ];
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

const deadlines = { obligation: requiredSeconds(env.obligationTimeout), review: requiredSeconds(env.reviewTimeout) };

/** A plan that asks for a record nobody read yet is made again once it is read. */
const planned = async <Input>(
  tool: WritingTool<Input>,
  input: Input,
  { table, items, markers }: Caller,
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
