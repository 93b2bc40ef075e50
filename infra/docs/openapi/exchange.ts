/** A request that was made and the answer it got: what every example of the document is. */
export type Exchange = {
  operationId: string;
  /** Key of the example; the same for the request and its answer. */
  name: string;
  summary: string;
  request: Sent;
  answer: { status: number; type: string; headers: Readonly<Record<string, string>>; body: unknown };
};

/** The credential is left out; of a request that is too large to be shown, so is the body. */
export type Sent = {
  headers?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
  body?: unknown;
};
