/**
 * Keys of `_meta`. The prefix is a domain read backwards, as the protocol asks for; `.internal` is nobody's and never
 * will be anybody's (ICANN), so that no other vendor's key can be the same.
 */
const PREFIX = 'internal.hotfix-control-plane';

export const metaKeys = {
  /** Of a `tools/call`: what `Idempotency-Key` and `X-Turn-Id` are at the HTTP tools. */
  idempotencyKey: `${PREFIX}/idempotencyKey`,
  turnId: `${PREFIX}/turnId`,
  /** Of its result: `true` where an earlier answer was repeated. */
  replayed: `${PREFIX}/replayed`,
} as const;
