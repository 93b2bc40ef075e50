/**
 * Secrets that a source signs with, as Parameter Store keeps them: a parameter of type `SecureString` for each
 * integration, a JSON list. At most a handful: a standard parameter holds 4 KB (Systems Manager quotas).
 */

import * as z from 'zod/mini';

/** Times are ISO 8601. Without `expiresAt` it holds until it is rotated. */
const secret = z.object({ secret: z.string(), createdAt: z.string(), expiresAt: z.optional(z.string()) });
export type Secret = z.output<typeof secret>;

const list = z.array(secret);

export const parameterName = (prefix: string, integrationId: string): string => `${prefix}/${integrationId}`;

/** The list in a parameter. Throws without a word of what is in it: that may be a secret, badly pasted. */
export const secretsIn = (text: string, name: string): Secret[] => {
  const { data } = list.safeParse(jsonOf(text));
  if (!data) throw new Error(`the parameter ${name} holds no list of secrets: rotate the integration`);
  return data;
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Those that have not expired at `now`, in epoch milliseconds. */
export const holding = (secrets: readonly Secret[], now: number): Secret[] =>
  secrets.filter(({ expiresAt }) => expiresAt === undefined || now < Date.parse(expiresAt));
