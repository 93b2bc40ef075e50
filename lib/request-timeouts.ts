/**
 * Of every client of the SDK. A call is answered within the gateway's 30 s with time to spare, so a request that hangs is
 * given up early and tried again: reads are safe to repeat, a transaction carries its ClientRequestToken, and a notice its
 * event id.
 */
export const requestTimeouts = {
  requestTimeout: 3_000,
  throwOnRequestTimeout: true,
  connectionTimeout: 1_000,
} as const;
