import { createHmac } from 'node:crypto';

/** Begins a secret in its text form; what follows is the key in base64 (Standard Webhooks 1.0). */
export const SECRET_PREFIX = 'whsec_';

/**
 * The headers by which a receiver knows whose a body is, as Standard Webhooks 1.0 lays them down: a signature for each secret, so that a
 * receiver goes on verifying while one is rotated. `at` is in milliseconds since the epoch.
 */
export const signed = (id: string, at: number, body: string, secrets: readonly string[]): Record<string, string> => {
  const timestamp = String(Math.floor(at / 1_000));
  const signatures = secrets.map((secret) => `v1,${hmac(secret, `${id}.${timestamp}.${body}`)}`);
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
};

const hmac = (secret: string, content: string): string =>
  createHmac('sha256', Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64'))
    .update(content)
    .digest('base64');
