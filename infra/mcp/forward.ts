import type { Where } from './where.ts';

type Rpc = {
  id?: unknown;
  method?: unknown;
  params?: { name?: unknown; uri?: unknown; protocolVersion?: unknown; _meta?: Record<string, unknown> };
  result?: { protocolVersion?: unknown };
};

const VERSION = 'io.modelcontextprotocol/protocolVersion';
/** Longer than the gateway waits for the function. */
const PATIENCE_MS = 60_000;
/** Of the range that JSON-RPC leaves to implementations. */
const NOT_REACHED = -32000;

/** One client's messages to the endpoint and the answers back, unchanged, with the headers that HTTP needs beside them. */
export class Forwarder {
  readonly #where: Where;
  readonly #told: (line: string) => void;
  /** Of the eras that shake hands: what was agreed then. */
  #agreed: string | undefined;

  constructor(where: Where, told: (line: string) => void) {
    this.#where = where;
    this.#told = told;
  }

  /** The line that answers a line; undefined where nothing does. */
  async forward(line: string): Promise<string | undefined> {
    let message: Rpc;
    try {
      message = JSON.parse(line) as Rpc;
    } catch {
      return failure(null, -32700, 'not JSON');
    }
    if (typeof message !== 'object' || message === null || Array.isArray(message))
      return failure(null, -32600, 'not one JSON-RPC message');
    try {
      return await this.#post(line, message);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#told(why);
      return isRequest(message) ? failure(message.id, NOT_REACHED, `The service was not reached: ${why}`) : undefined;
    }
  }

  async #post(line: string, message: Rpc): Promise<string | undefined> {
    const { url, token } = this.#where();
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...this.#headersOf(message),
      },
      body: line,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await answer.text();
    if (!isRequest(message)) return undefined;
    const body = rpcOf(text);
    if (!body) return failure(message.id, NOT_REACHED, `HTTP ${answer.status}: ${text.slice(0, 500)}`);
    if (message.method === 'initialize' && typeof body.result?.protocolVersion === 'string')
      this.#agreed = body.result.protocolVersion;
    // On one line, whatever came.
    return JSON.stringify(body);
  }

  #headersOf({ method, params }: Rpc): Record<string, string> {
    const version = params?._meta?.[VERSION];
    if (typeof version !== 'string') return this.#agreed ? { 'mcp-protocol-version': this.#agreed } : {};
    const name = params?.name ?? params?.uri;
    return {
      'mcp-protocol-version': version,
      ...(typeof method === 'string' && { 'mcp-method': method }),
      ...(typeof name === 'string' && { 'mcp-name': headerValue(name) }),
    };
  }
}

const isRequest = ({ id, method }: Rpc): boolean => id !== undefined && id !== null && typeof method === 'string';

const rpcOf = (text: string): (Rpc & { jsonrpc?: unknown }) | undefined => {
  try {
    const body = JSON.parse(text);
    return typeof body === 'object' && body !== null && body.jsonrpc === '2.0' ? body : undefined;
  } catch {
    return undefined;
  }
};

/** What is no plain ASCII, or looks encoded, goes as the protocol encodes it. */
const headerValue = (text: string): string =>
  /^[\x21-\x7E]([\x20-\x7E]*[\x21-\x7E])?$/.test(text) && !/^=\?base64\?.*\?=$/.test(text)
    ? text
    : `=?base64?${Buffer.from(text).toString('base64')}?=`;

const failure = (id: unknown, code: number, message: string): string =>
  JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } });
