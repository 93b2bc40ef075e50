import { Unprocessed } from './read.ts';

const throttled = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'TransactionInProgressException',
  'TimeoutError',
  'AbortError',
]);
const connection = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/;

type SdkError = Error & { code?: unknown; $metadata?: { httpStatusCode?: number }; $retryable?: unknown };

/** Whether the table did not answer, or answered that it cannot now: a repetition may succeed. */
export const isUnavailable = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { name, code, $metadata, $retryable } = error as SdkError;
  return (
    error instanceof Unprocessed ||
    throttled.has(name) ||
    $retryable !== undefined ||
    (typeof code === 'string' && connection.test(code)) ||
    ($metadata?.httpStatusCode ?? 0) >= 500
  );
};
