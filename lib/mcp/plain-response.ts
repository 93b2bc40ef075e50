type Init = { status?: number; headers?: Record<string, string> };

/**
 * As much of a `Response` as passes between the SDK and lib/mcp/transport.ts. In the bundle of `/mcp` it stands for
 * Node's own, which loads the whole of Node's HTTP client, 23 ms of a first call (infra/esbuild/slim-mcp.ts).
 */
export class PlainResponse {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string | null;

  constructor(body: string | null, { status = 200, headers = {} }: Init = {}) {
    this.status = status;
    this.headers = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    this.body = body;
  }

  static json(value: unknown, { headers = {}, ...init }: Init = {}): PlainResponse {
    return new PlainResponse(JSON.stringify(value), {
      ...init,
      headers: { 'content-type': 'application/json', ...lowerCased(headers) },
    });
  }

  async text(): Promise<string> {
    return this.body ?? '';
  }
}

const lowerCased = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
