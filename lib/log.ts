/** One JSON object per line on standard output, as CloudWatch Logs Insights and metric filters read it. */

import { writeSync } from 'node:fs';

/** What a line may say beside its message. What callers write, and what lets them in, has no place in a log. */
export type Fields = {
  requestId?: string | undefined;
  atpId?: string | undefined;
  messageId?: string | undefined;
  /** The name, the message and the stack are written, with those of its cause. */
  error?: unknown;
  [name: string]: unknown;
  body?: never;
  content?: never;
  token?: never;
  authorization?: never;
};

/** Should a credential ever stand in an error's text, its secret does not reach the log. */
const TOKEN = /(?:(atp_[a-z]+_)[0-9a-f]{8,}|(page_[a-z0-9]{8}_)[a-z0-9]{8,}|(whsec_)[A-Za-z0-9+/=]{8,})/g;

const told = (_: string, value: unknown): unknown =>
  value instanceof Error ? { name: value.name, message: value.message, stack: value.stack, cause: value.cause } : value;

/** Set by Lambda itself ("Runtime environment variables"), and by no stack on a laptop, whose functions are threads. */
const inLambda = process.env.AWS_LAMBDA_RUNTIME_API !== undefined;
const STDOUT = 1;

/**
 * Lambda's runtime leaves `process.stdout` alone, and the first to touch it pays 1 to 3 ms of a cold call: the file
 * descriptor costs nothing. What it does not take at once goes the long way, so that no line breaks a call.
 */
const put = (text: string): void => {
  if (!inLambda) return void process.stdout.write(text);
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    written = writeSync(STDOUT, bytes);
  } catch {
    // It would block, say.
  }
  if (written < bytes.length) process.stdout.write(bytes.subarray(written));
};

const line =
  (level: 'info' | 'warn' | 'error') =>
  (msg: string, fields: Fields = {}): void => {
    // Asked of each value it takes as long as the rest of the line, and nearly all lines hold no error.
    const replacer = fields.error === undefined ? undefined : told;
    // Lambda puts a prefix before what console.log writes, and the line would no longer be JSON.
    put(`${JSON.stringify({ level, msg, ...fields }, replacer).replace(TOKEN, '$1$2$3***')}\n`);
  };

export const log = { info: line('info'), warn: line('warn'), error: line('error') };
