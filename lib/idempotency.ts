import { hash } from 'node:crypto';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { jsonAnswer } from './http/answer.ts';
import type { ToolName } from './model.ts';
import { Refusal } from './refusal.ts';
import type { Key } from './store/keys.ts';
import { live, type Marker, seconds } from './store/markers.ts';
import type { Items } from './store/read.ts';

/** Contract section 2 asks for 24 hours at least. */
const KEPT_SECONDS = 48 * 3_600;

/** Names a request by its tool and its parsed input, whose fields stand in the schema's order. */
export const fingerprintOf = (tool: ToolName, input: unknown): string =>
  hash('sha256', `${tool}\n${JSON.stringify(input)}`);

/** The answer given before to the same request under the same key. */
export const replayed = async (
  items: Items,
  key: Key | undefined,
  fingerprint: string,
  clock: number,
): Promise<APIGatewayProxyStructuredResultV2 | undefined> => {
  const record = key && live(items.get(key), clock);
  if (!record) return undefined;
  if (record.fingerprint === fingerprint)
    return jsonAnswer(await unpacked(record.answer), { 'idempotent-replayed': 'true' });
  throw new Refusal(
    'IDEMPOTENCY_MISMATCH',
    'This Idempotency-Key was used with another request. Use a new key for a new request.',
  );
};

/** Keeps the answer with the effect it belongs to. */
export const rememberAnswer = async (
  key: Key | undefined,
  fingerprint: string,
  answer: string,
  clock: number,
): Promise<Marker[]> => {
  const now = seconds(clock);
  return key
    ? [
        {
          label: 'idempotency key',
          claim: { ...key, fingerprint, answer: await packed(answer), ttl: now + KEPT_SECONDS },
          now,
        },
      ]
    : [];
};

/** An item holds 400 KB (DynamoDB quotas), which the largest answers alone would fill. The built-in is loaded for these. */
const PACKED_FROM = 65_536;
const packed = async (answer: string): Promise<string | Uint8Array> =>
  answer.length < PACKED_FROM ? answer : (await import('node:zlib')).gzipSync(answer);
const unpacked = async (answer: unknown): Promise<string> =>
  answer instanceof Uint8Array ? (await import('node:zlib')).gunzipSync(answer).toString() : String(answer);
