import type { ToolName } from '../model.ts';
import { type Outcome, passes, passesAtGateway, retryAfterMs } from './attempts.ts';
import { codeOf, detailOf, GovernanceError, problemIn, silence } from './error.ts';

/** A call as it goes out; the same each time it is sent. */
export type Outgoing = {
  tool: ToolName;
  url: URL;
  token: string;
  body: string;
  idempotencyKey?: string | undefined;
  turnId?: string | undefined;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
};

type Received = {
  status: number;
  type: string;
  requestId: string | undefined;
  retryAfter: string | null;
  text: string;
};

/** Sends a call once. Rejects only when the caller aborts it. */
export const send = async (call: Outgoing): Promise<Outcome> => {
  let received: Received;
  let body: object | undefined;
  try {
    received = await exchange(call);
    body = parsed(received, call.token);
  } catch (cause) {
    call.signal?.throwIfAborted();
    return { kind: 'failed', error: unanswered(call, cause), again: true };
  }
  return received.status === 200 && body ? { kind: 'answered', answer: body } : failure(call, received, body);
};

const exchange = async ({ url, token, body, idempotencyKey, turnId, timeoutMs, signal }: Outgoing) => {
  const timeout = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      ...(turnId !== undefined && { 'x-turn-id': turnId }),
    },
    body,
    // A redirect would repeat the call as GET, or carry it to where the token does not belong.
    redirect: 'manual',
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  });
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    requestId: response.headers.get('apigw-requestid') ?? undefined,
    retryAfter: response.headers.get('retry-after'),
    text: await response.text(),
  };
};

const isJson = (type: string): boolean => /^application\/(problem\+)?json\s*(;|$)/i.test(type);

/** A success that cannot be read was cut off on its way; a failure is told by its status then. */
const parsed = ({ status, type, text }: Received, token: string): object | undefined => {
  if (!isJson(type)) return undefined;
  try {
    // A proxy that echoes requests must not put the token into errors and logs.
    const body: unknown = JSON.parse(status === 200 ? text : text.replaceAll(token, '[token]'));
    return typeof body === 'object' && body !== null ? body : undefined;
  } catch {
    if (status !== 200) return undefined;
    throw new Error('the answer was cut off');
  }
};

const failure = (call: Outgoing, { status, requestId, retryAfter }: Received, body: object | undefined): Outcome => {
  const { tool, idempotencyKey, url } = call;
  const problem = problemIn(body);
  if (problem) {
    const error = new GovernanceError({ tool, idempotencyKey, ...problem, status });
    return { kind: 'failed', error, again: passes(problem.code), retryAfterMs: retryAfterMs(retryAfter) };
  }
  const code = codeOf(status);
  const detail = detailOf(code, status, url.origin);
  const error = new GovernanceError({ tool, idempotencyKey, requestId, status, code, detail });
  return { kind: 'failed', error, again: passesAtGateway(status), retryAfterMs: retryAfterMs(retryAfter) };
};

const unanswered = ({ tool, url, idempotencyKey, timeoutMs }: Outgoing, cause: unknown): GovernanceError => {
  const detail = silence(url.origin, reasonOf(cause, timeoutMs));
  return new GovernanceError({ tool, code: 'UNAVAILABLE', detail, idempotencyKey, cause });
};

/** fetch says no more than "fetch failed"; what failed is its cause. */
const reasonOf = (error: unknown, timeoutMs: number): string => {
  if (!(error instanceof Error)) return 'the connection failed';
  if (error.name === 'TimeoutError') return `none within ${timeoutMs} ms`;
  const { code, message } = (error.cause ?? error) as { code?: unknown; message?: unknown };
  return String(code ?? message);
};
