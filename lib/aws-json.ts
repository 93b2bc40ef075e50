/** AWS JSON 1.0 and 1.1 (smithy.io, "AWS JSON protocols"): how a client of the SDK speaks to DynamoDB, or to Parameter Store. */

type Operation = { name: string };
type Request = { [field: string]: unknown; headers: { [name: string]: string } };
type Response = { statusCode: number; headers: { [name: string]: string }; body: unknown };
type Context = {
  endpoint: () => Promise<{ protocol: string; hostname: string; port?: number; path: string }>;
  streamCollector: (body: unknown) => Promise<Uint8Array>;
};

type Details = { message: string; $metadata: { httpStatusCode: number; requestId?: string } };
type ErrorClass = new (details: Details) => Error;
type OtherError = new (details: Details & { name: string; $fault: 'client' | 'server' }) => Error;

type Service = {
  /** Before the operation in `x-amz-target`. */
  target: string;
  version: '1.0' | '1.1';
  /** Errors that are told apart by their class, or carry more than a name and a message; all `others` have one. */
  errors: Readonly<Record<string, ErrorClass>>;
  others: OtherError;
  written?: (operation: string, input: object) => string;
  read?: (text: string) => unknown;
};

/** `com.amazonaws.dynamodb.v20120810#Name`, or the name alone; a header may have more behind a colon. */
const nameIn = (given: unknown): string =>
  String(given ?? 'Unknown')
    .split('#')
    .at(-1)
    ?.split(':')[0] ?? 'Unknown';

const failure = (
  { errors, others: Other }: Service,
  response: Response,
  answer: object,
  $metadata: Details['$metadata'],
) => {
  const { __type, message, Message, ...details } = answer as { [name: string]: unknown };
  const name = nameIn(__type ?? response.headers['x-amzn-errortype']);
  const told = { message: String(message ?? Message ?? 'UnknownError'), $metadata };
  const Known = Object.hasOwn(errors, name) ? errors[name] : undefined;
  if (Known) return Object.assign(new Known(told), details);
  const $fault = response.statusCode < 500 ? 'client' : 'server';
  return Object.assign(new Other({ ...told, name, $fault }), details);
};

/**
 * What is given is what goes over the wire, and what came is what is answered: nothing is looked up in the SDK's schemas
 * of every shape, which are 45 KB of a bundle and a tenth of a cold start (docs/adr/0121). So times stay numbers. It
 * has the few members that a client calls of what it takes for a protocol.
 */
export const awsJson = <Protocol>(service: Service): Protocol => {
  const { target, version, written = (_, input) => JSON.stringify(input), read = JSON.parse } = service;
  const protocol = {
    getShapeId: () => `aws.protocols#awsJson${version.replace('.', '_')}`,
    setSerdeContext: () => {},

    serializeRequest: async ({ name }: Operation, input: object, { endpoint }: Context): Promise<Request> => {
      const { protocol, hostname, port, path } = await endpoint();
      const headers = { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': `${target}.${name}` };
      return { method: 'POST', protocol, hostname, port, path, query: {}, headers, body: written(name, input) };
    },

    deserializeResponse: async (_: unknown, { streamCollector }: Context, response: Response): Promise<object> => {
      const text = Buffer.from(await streamCollector(response.body)).toString();
      const answer = text === '' ? {} : ((read(text) ?? {}) as object);
      const { statusCode: httpStatusCode, headers } = response;
      const $metadata = { httpStatusCode, requestId: headers['x-amzn-requestid'] };
      if (httpStatusCode >= 300) throw failure(service, response, answer, $metadata);
      return { ...answer, $metadata };
    },
  };
  return protocol as Protocol;
};
