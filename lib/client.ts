import { randomUUID } from 'node:crypto';
import type * as z from 'zod/mini';
import type { tool as artifact_create } from '../functions/tools/artifact_create.ts';
import type { tool as artifact_get } from '../functions/tools/artifact_get.ts';
import type { tool as atp_change_status } from '../functions/tools/atp_change_status.ts';
import type { tool as atp_close } from '../functions/tools/atp_close.ts';
import type { tool as atp_create } from '../functions/tools/atp_create.ts';
import type { tool as atp_get } from '../functions/tools/atp_get.ts';
import type { tool as atp_list } from '../functions/tools/atp_list.ts';
import type { tool as atp_set } from '../functions/tools/atp_set.ts';
import type { tool as checklist_update } from '../functions/tools/checklist_update.ts';
import type { tool as flow_get } from '../functions/tools/flow_get.ts';
import type { tool as handoff } from '../functions/tools/handoff.ts';
import type { tool as message_ack } from '../functions/tools/message_ack.ts';
import type { tool as message_list } from '../functions/tools/message_list.ts';
import type { tool as message_send } from '../functions/tools/message_send.ts';
import { attempt } from './client/attempts.ts';
import { type Outgoing, send } from './client/send.ts';
import { type ToolName, toolNames } from './model.ts';
import type { AnswerView } from './view.ts';

export { GovernanceError } from './client/error.ts';
export type { Code } from './refusal.ts';

type Tools = {
  artifact_create: typeof artifact_create;
  artifact_get: typeof artifact_get;
  atp_change_status: typeof atp_change_status;
  atp_close: typeof atp_close;
  atp_create: typeof atp_create;
  atp_get: typeof atp_get;
  atp_list: typeof atp_list;
  atp_set: typeof atp_set;
  checklist_update: typeof checklist_update;
  flow_get: typeof flow_get;
  handoff: typeof handoff;
  message_ack: typeof message_ack;
  message_list: typeof message_list;
  message_send: typeof message_send;
};

/** What the answer of a writing call holds whenever it succeeds, beside its ATP. */
type Certain = { artifact_create: 'artifact'; handoff: 'message'; message_ack: 'message'; message_send: 'message' };

/** What a tool takes: its schema before defaults are filled in. */
export type Input<Name extends ToolName> = z.input<Tools[Name]['input']>;

/** What a tool answers. */
export type Output<Name extends ToolName> = Tools[Name] extends { answer: (...given: never[]) => infer Answer }
  ? Awaited<Answer>
  : Name extends keyof Certain
    ? AnswerView & Required<Pick<AnswerView, Certain[Name]>>
    : AnswerView;

export type CallOptions = {
  /** Left out, a writing call gets a key of its own, so that its retries have one effect. */
  idempotencyKey?: string;
  /** The message of the agent that this call belongs to. */
  turnId?: string;
  /** Aborting rejects with the signal's reason. The service may have carried the call out all the same. */
  signal?: AbortSignal;
  /** How often a call is sent at most. Default 4. */
  attempts?: number;
  /** For each attempt. The default is a little more than the 30 s after which API Gateway gives up. */
  timeoutMs?: number;
};

export type Options = Omit<CallOptions, 'idempotencyKey'> & {
  /** Of the API, with its stage if it has one: `http://127.0.0.1:4010`. */
  url: string;
  /** `atp_<role>_...`, as it was issued. */
  token: string;
  /** Upper bound of the first pause between attempts; each further one is twice as long. Default 200. */
  backoffMs?: number;
};

/** One method for each tool. All reject with `GovernanceError`. */
export type Governance = {
  [Name in ToolName]: (input: Input<Name>, options?: CallOptions) => Promise<Output<Name>>;
} & {
  /** The same client, bound to one message of the agent (`X-Turn-Id`): a closure ends it. */
  turn: (turnId?: string) => Governance;
};

const defaults = { attempts: 4, timeoutMs: 31_000, backoffMs: 200 };

const reads: ReadonlySet<ToolName> = new Set(['atp_get', 'atp_list', 'message_list', 'artifact_get', 'flow_get']);

/** A client of the service for one credential. */
export const createGovernance = (options: Options): Governance => {
  const { token, ...patience } = options;
  const base = baseOf(options.url);
  visible(token, 'token');
  const call = async (tool: ToolName, input: unknown, given: CallOptions = {}): Promise<unknown> => {
    const settings = { ...defaults, ...defined(patience), ...defined(given) };
    const key = settings.idempotencyKey ?? (reads.has(tool) ? undefined : randomUUID());
    const outgoing: Outgoing = {
      tool,
      url: new URL(`tools/${tool}`, base),
      token,
      body: JSON.stringify(input),
      idempotencyKey: visible(key, 'idempotencyKey'),
      turnId: visible(settings.turnId, 'turnId'),
      timeoutMs: settings.timeoutMs,
      signal: settings.signal,
    };
    return attempt(() => send(outgoing), settings);
  };
  const methods = toolNames.map((tool) => [tool, (input: unknown, given?: CallOptions) => call(tool, input, given)]);
  const turn = (turnId: string = randomUUID()) => createGovernance({ ...options, turnId });
  return { ...Object.fromEntries(methods), turn };
};

/** An option given as undefined is one left out. */
const defined = <Given extends object>(given: Given): Given =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Given;

/** A stage is part of the path, so what follows is relative to a directory. */
const baseOf = (url: string): URL => {
  const base = URL.canParse(url) ? new URL(url) : undefined;
  const plain = base && /^https?:$/.test(base.protocol) && !base.username && !base.password && !base.search;
  if (!plain) throw new TypeError('url must be an http or https address without user, password and query');
  base.pathname = base.pathname.replace(/\/*$/, '/');
  base.hash = '';
  return base;
};

/** What no header can carry is refused here, since fetch would name the whole header, token and all. */
const visible = <Text extends string | undefined>(text: Text, name: string): Text => {
  if (text !== undefined && !/^[\x21-\x7E]+$/.test(text)) throw new TypeError(`${name} must be visible ASCII`);
  return text;
};
