import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Refusal = { status: number; headers?: Record<string, string>; body: string } | 'hang up';
/** A request on its way to the far end; SNS's is a form, DynamoDB's JSON with its operation in a header. */
export type Passing = { headers: IncomingMessage['headers']; body: string };

/** A loopback server before an engine, which refuses what it is told to and hands on all else. */
export class Gate {
  readonly #server: Server;
  /** What to answer in the engine's stead; undefined hands the request on. */
  refuse: (passing: Passing) => Refusal | undefined = () => undefined;

  private constructor(target: string) {
    this.#server = createServer((request, response) => {
      this.#pass(target, request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  static async before(target: string): Promise<Gate> {
    const gate = new Gate(target);
    await new Promise<void>((resolve) => gate.#server.listen(0, '127.0.0.1', resolve));
    return gate;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #pass(target: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const refusal = this.refuse({ headers: request.headers, body: body.toString() });
    if (refusal === 'hang up') {
      response.destroy();
    } else if (refusal) {
      response.writeHead(refusal.status, refusal.headers).end(refusal.body);
    } else {
      const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
      const answer = await fetch(new URL(request.url ?? '/', target), {
        method: request.method ?? 'POST',
        headers: headers as Record<string, string>,
        body,
      });
      const text = await answer.text();
      const type = answer.headers.get('content-type');
      response.writeHead(answer.status, type ? { 'content-type': type } : {}).end(text);
    }
  }
}

/** An error as SNS words it (AWS query protocol). */
export const snsError = (status: number, code: string, message = code): Refusal => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body: `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
});

/** An error as DynamoDB words it. */
export const dynamodbError = (status: number, type: string, message = type): Refusal => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message }),
});
