/** Bytes of a request as a function receives it (contract section 6). */
export const REQUEST_LIMIT = 6_000_000;
/** Characters of a body that are read for anybody; only files are longer, and are read for callers that are known. */
export const UNKNOWN_CALLER_LIMIT = 1_048_576;
