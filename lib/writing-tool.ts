import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { env, requiredJson } from './env.ts';
import type { Call } from './flow/call.ts';
import type { Plan, Snapshot } from './flow/write.ts';
import { jsonAnswer } from './http/answer.ts';
import { fingerprintOf, rememberAnswer, replayed } from './idempotency.ts';
import { log } from './log.ts';
import { nameOf } from './metrics/effects.ts';
import type { Timeouts } from './model.ts';
import { Refusal } from './refusal.ts';
import { type Attempt, commitOver, planOver, settled } from './settle.ts';
import type { Table } from './store/client.ts';
import type { Key } from './store/keys.ts';
import { type Items, readSettled } from './store/read.ts';
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

const perform = async <Input>(
  tool: WritingTool<Input>,
  input: Input,
  caller: Caller,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const request: Request<Input> = { tool, input, caller, fingerprint: fingerprintOf(tool.name, input), nonce: ulid() };
  try {
    return await settled(() => once(request));
  } catch (error) {
    if (error instanceof Refusal) await takeBack(request);
    throw error;
  }
};

type Request<Input> = {
  tool: WritingTool<Input>;
  input: Input;
  caller: Caller;
  fingerprint: string;
  nonce: string;
  withdraw?: (() => Promise<void>) | undefined;
};

const once = async <Input>(request: Request<Input>): Promise<Attempt<APIGatewayProxyStructuredResultV2>> => {
  const { tool, input, caller, fingerprint, nonce } = request;
  const { table, items, markers, principal } = caller;
  const clock = Date.now();
  const earlier = await replayed(items, markers.idempotency, fingerprint, clock);
  if (earlier) {
    await takeBack(request);
    return { done: earlier };
  }
  const plan = await planned(tool, input, caller, { principal, clock, ulid, nonce, timeouts, webhooks });
  if (!plan) return { lost: ['a twin, or a transaction half visible'] };
  request.withdraw ??= await tool.upload?.(input, plan);
  const body = JSON.stringify(answerView(plan.answer));
  const writes = [
    ...plan.writes,
    ...(await rememberAnswer(markers.idempotency, fingerprint, body, clock)),
    ...turnMarkers(plan, items, markers.turn, clock),
  ];
  const lost = await commitOver(table, items, writes, caller);
  return lost ? { lost } : { done: jsonAnswer(body) };
};

/** A file whose record was not written after all. One that stays behind costs its storage, and nobody is told of it. */
const takeBack = async <Input>({ withdraw, tool, caller }: Request<Input>): Promise<void> => {
  try {
    await withdraw?.();
  } catch (error) {
    log.warn('a file without a record stays in the bucket', {
      requestId: caller.requestId,
      tool: tool.name,
      principal: nameOf(caller.principal),
      error,
    });
  }
};

const timeouts = requiredJson<Timeouts>(env.timeouts);
const webhooks = requiredJson<boolean>(env.webhooks);

/**
 * The plan; undefined where what was read contradicts itself. A refusal under an idempotency key is true only if no
 * twin has had its effect meanwhile: the one read is consistent item by item, not across items.
 */
const planned = async <Input>(
  tool: WritingTool<Input>,
  input: Input,
  { table, items, markers }: Caller,
  call: Call,
): Promise<Plan | undefined> => {
  try {
    return await planOver(table, items, (snapshot) => {
      refuseBeyondClosure(tool.meets?.(input, snapshot), items, markers.turn, call.clock);
      return tool.plan(input, snapshot, call);
    });
  } catch (error) {
    const key = error instanceof Refusal ? markers.idempotency : undefined;
    if (key && (await appeared(table, key, items))) return undefined;
    throw error;
  }
};

/** Whether an item that was not there has come to be, or is just being written. */
const appeared = async (table: Table, key: Key, items: Items): Promise<boolean> => {
  if (items.get(key)) return false;
  const { settled, item } = await readSettled(table, key);
  items.put(key, item);
  return !settled || item !== undefined;
};
