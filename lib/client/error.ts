import type { NextCall, ToolName } from '../model.ts';
import { type Code, type Current, httpStatus, type Issue, type Problem } from '../refusal.ts';

type About = {
  tool: ToolName;
  code: Code;
  detail: string;
  status?: number | undefined;
  current?: Current | undefined;
  next?: NextCall[] | undefined;
  issues?: Issue[] | undefined;
  requestId?: string | undefined;
  idempotencyKey?: string | undefined;
  cause?: unknown;
};

/** Why a call has no answer: the refusal of the service, or what stood between. Never holds the token. */
export class GovernanceError extends Error {
  override readonly name = 'GovernanceError';
  readonly tool: ToolName;
  readonly code: Code;
  /** What to do about it, in a sentence or two. */
  readonly detail: string;
  /** Of the HTTP answer; undefined where none came. */
  readonly status: number | undefined;
  /** What is true now. */
  readonly current: Current | undefined;
  /** What is permitted instead. */
  readonly next: NextCall[] | undefined;
  readonly issues: Issue[] | undefined;
  /** Quote it when you report a fault. */
  readonly requestId: string | undefined;
  /** Of a writing call: call again with it to learn whether this one had its effect. */
  readonly idempotencyKey: string | undefined;

  constructor({ tool, code, detail, status, current, next, issues, requestId, idempotencyKey, cause }: About) {
    super(`${tool}: ${code}: ${detail}`, { cause });
    this.tool = tool;
    this.code = code;
    this.detail = detail;
    this.status = status;
    this.current = current;
    this.next = next;
    this.issues = issues;
    this.requestId = requestId;
    this.idempotencyKey = idempotencyKey;
  }
}

/** An HTTP answer that is no success. */
export type Refused = { status: number; requestId: string | undefined; body: unknown };

/** The refusal in a body of the service's own form; undefined for what a gateway or a proxy says. */
export const problemIn = (body: unknown): Problem | undefined => {
  const { code, detail } = (body ?? {}) as { [name: string]: unknown };
  const known = typeof code === 'string' && Object.hasOwn(httpStatus, code);
  return known && typeof detail === 'string' ? (body as Problem) : undefined;
};

/**
 * What stands before the service answers in a form of its own (`{"message":"Too Many Requests"}`); it is told by its
 * status. 403 there means that this caller is not let through to any tool.
 */
const codes: { [status: number]: Code } = {
  401: 'UNAUTHENTICATED',
  403: 'UNAUTHENTICATED',
  404: 'NOT_FOUND',
  405: 'NOT_FOUND',
  413: 'PAYLOAD_TOO_LARGE',
  429: 'THROTTLED',
  500: 'INTERNAL',
};

export const codeOf = (status: number): Code => {
  if (status < 400) return 'NOT_FOUND';
  return codes[status] ?? (status < 500 ? 'INVALID_INPUT' : 'UNAVAILABLE');
};

const advice: { [code in Code]?: string } = {
  UNAUTHENTICATED: 'It lets this caller through to no tool. Check url and token.',
  NOT_FOUND: 'The service is not there. Check url.',
  PAYLOAD_TOO_LARGE: 'The request is too large. Nothing was stored; send less.',
  THROTTLED: 'There are too many calls now. Nothing was changed; call again later.',
  INVALID_INPUT: 'It did not take the request. Nothing was changed.',
};
const OUTCOME_UNKNOWN =
  'Whether the call had its effect is not known; call again with the same idempotencyKey to find out.';

export const detailOf = (code: Code, status: number, from: string): string =>
  `${from} answered ${status} in a form that is not the service's. ${advice[code] ?? OUTCOME_UNKNOWN}`;

export const silence = (from: string, reason: string): string =>
  `No answer from ${from}: ${reason}. ${OUTCOME_UNKNOWN}`;
