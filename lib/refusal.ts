import type { NextCall, Role, Status } from './model.ts';

/** Every code of contract section 2, with the HTTP status it is answered with. */
export const httpStatus = {
  INVALID_INPUT: 400,
  UNAUTHENTICATED: 401,
  AGENT_MISMATCH: 403,
  ROLE_NOT_PERMITTED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  INVALID_TRANSITION: 409,
  NOT_ACKNOWLEDGED: 409,
  NOT_OWNER: 409,
  ALREADY_ACKNOWLEDGED: 409,
  HANDOFF_MISSING: 409,
  REPORT_MISSING: 409,
  GATE_FAILED: 409,
  CHECKLIST_OPEN: 409,
  DEPENDENCY_OPEN: 409,
  ALERT_STILL_FIRING: 409,
  SELF_MESSAGE: 409,
  ATP_CLOSED: 409,
  MESSAGE_BOUNDARY: 409,
  NOT_A_HOTFIX: 422,
  IDEMPOTENCY_MISMATCH: 422,
  PAYLOAD_TOO_LARGE: 413,
  THROTTLED: 429,
  UNAVAILABLE: 503,
  INTERNAL: 500,
} as const;

export type Code = keyof typeof httpStatus;

/** One fault of the input; `path` is dotted (`completed.3`), empty for the body as a whole. */
export type Issue = { path: string; message: string };

/** What is true now, for a caller whose step was refused. */
export type Current = { status?: Status; role?: Role; [more: string]: unknown };

/** The body of a refusal: `application/problem+json` (RFC 9457) with the members of contract section 2. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: Code;
  requestId: string;
  current?: Current;
  next?: NextCall[];
  issues?: Issue[];
};

type Context = { current?: Current; next?: NextCall[]; issues?: Issue[]; cause?: unknown };

/**
 * The one error that callers see. `detail` is for the caller, often a language model: what was refused,
 * what is true now, what to call instead. `cause` stays in the log.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: Code;
  readonly current: Current | undefined;
  readonly next: NextCall[] | undefined;
  readonly issues: Issue[] | undefined;

  constructor(code: Code, detail: string, { current, next, issues, cause }: Context = {}) {
    super(detail, { cause });
    this.code = code;
    this.current = current;
    this.next = next;
    this.issues = issues;
  }

  get status(): number {
    return httpStatus[this.code];
  }

  toProblem(requestId: string): Problem {
    return {
      type: `urn:hotfix:problem:${this.code}`,
      title: this.code.toLowerCase().replaceAll('_', ' '),
      status: this.status,
      detail: this.message,
      code: this.code,
      requestId,
      ...(this.current && { current: this.current }),
      ...(this.next && { next: this.next }),
      ...(this.issues && { issues: this.issues }),
    };
  }
}
