import type { Disturbance, EngineReply, EngineRequest } from './engine-proxy.ts';

/** Far ends that fail as DynamoDB does: the forms of its answers are those of its API reference, "Error Handling". */

const answer = (status: number, type: string, more: object = {}): EngineReply => ({
  status,
  body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: `${type} by the test`, ...more }),
});

/** The whole request is refused with this exception. */
export const refused =
  (type: string, status = 400): Disturbance =>
  async () =>
    answer(status, type);

/** A transaction is cancelled: `codeOf` gives the reason of each of its writes by position, `None` for no reason. */
export const cancelled =
  (codeOf: (position: number, writes: number) => string): Disturbance =>
  async ({ input }) => {
    const writes = (input.TransactItems as unknown[]).length;
    const codes = Array.from({ length: writes }, (_, position) => codeOf(position, writes));
    return answer(400, 'TransactionCanceledException', {
      CancellationReasons: codes.map((Code) => (Code === 'None' ? { Code } : { Code, Message: `${Code} by the test` })),
    });
  };

type Keys = { [table: string]: { Keys: unknown[] } };

/** A read of several items leaves all keys but the first `answered` unprocessed, as a throttled table does. */
export const unprocessed =
  (answered = 0): Disturbance =>
  async (request, forward) => {
    const asked = request.input.RequestItems as Keys;
    const [table = '', wanted = { Keys: [] }] = Object.entries(asked)[0] ?? [];
    const left = { [table]: { ...wanted, Keys: wanted.Keys.slice(answered) } };
    if (answered === 0) return { status: 200, body: JSON.stringify({ Responses: {}, UnprocessedKeys: left }) };
    request.input.RequestItems = { [table]: { ...wanted, Keys: wanted.Keys.slice(0, answered) } };
    const { status, body } = await forward();
    return { status, body: JSON.stringify({ ...JSON.parse(body), UnprocessedKeys: left }) };
  };

/** The connection breaks before the engine saw the request, after it carried it out, or in the middle of its reply. */
export const torn: Record<'before' | 'after' | 'amid', Disturbance> = {
  before: async () => 'torn',
  after: async (_, forward) => {
    await forward();
    return 'torn';
  },
  amid: async (_, forward) => ({ cut: await forward() }),
};

/** Disturbs only this operation, at most `times` times; everything else is forwarded. */
export const upon = (operation: string, disturbance: Disturbance, times = Number.POSITIVE_INFINITY): Disturbance => {
  let left = times;
  return (request, forward) => {
    if (request.operation !== operation || left <= 0) return forward();
    left -= 1;
    return disturbance(request, forward);
  };
};

/** One disturbance after the other, one for each request of the operation; then none. */
export const inTurn = (operation: string, ...disturbances: readonly Disturbance[]): Disturbance => {
  const left = [...disturbances];
  return (request, forward) => {
    const next = request.operation === operation ? left.shift() : undefined;
    return next ? next(request, forward) : forward();
  };
};

/** Lets something happen before the first request of this operation reaches the engine. */
export const before = (operation: string, happen: (request: EngineRequest) => Promise<unknown>): Disturbance =>
  upon(
    operation,
    async (request, forward) => {
      await happen(request);
      return forward();
    },
    1,
  );

type Reason = { Code: string; Message?: string };

/**
 * The engine decides, and the reasons of a cancelled transaction are then rewritten: DynamoDB may name another
 * transaction for one item and a failed condition for the next.
 */
export const withReasons =
  (rewrite: (reason: Reason, position: number) => Reason): Disturbance =>
  async (_, forward) => {
    const { status, body } = await forward();
    const { CancellationReasons: reasons, ...rest } = JSON.parse(body) as { CancellationReasons?: Reason[] };
    return { status, body: JSON.stringify({ ...rest, ...(reasons && { CancellationReasons: reasons.map(rewrite) }) }) };
  };
