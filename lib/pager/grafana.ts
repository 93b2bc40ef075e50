import { alertGroupPage } from './alert-group.ts';
import { isLegacyGrafana, legacyGrafanaPage } from './grafana-legacy.ts';
import type { Intake } from './page.ts';
import { isSigned } from './signature.ts';

/**
 * Webhook of Grafana alerting, version "1", or of the alerting before Grafana 9. A test notification is handled as any
 * other: its labels are the user's to choose, so nothing marks it.
 */
export const grafanaIntake = (payload: unknown): Intake => [
  isLegacyGrafana(payload) ? legacyGrafanaPage(payload) : alertGroupPage(payload),
];

/** The sender names no tolerance; five minutes is what others (Svix, Stripe) keep. */
const TOLERANCE_SECONDS = 300;

/** Of a contact point for which the name of a timestamp header is set: the header, absent or not, and now. */
export type Clock = { timestamp: string | undefined; nowMs: number };

/**
 * HMAC since Grafana 12, hex without a prefix: of the raw body, or of `<unix seconds>:<body>` where a timestamp header
 * is configured. With `clock` a request without a fresh timestamp is refused, or leaving it out would undo it.
 */
export const isSignedByGrafana = (
  signature: string | undefined,
  body: Uint8Array,
  secrets: readonly string[],
  clock?: Clock,
): boolean => {
  const candidates = [(signature ?? '').trim()];
  if (!clock) return isSigned(candidates, secrets, [body]);
  const timestamp = clock.timestamp?.trim() ?? '';
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  const isFresh = Math.abs(clock.nowMs / 1_000 - Number(timestamp)) <= TOLERANCE_SECONDS;
  return isSigned(candidates, secrets, [`${timestamp}:`, body]) && isFresh;
};
