import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

export type Received = { method: string; path: string; headers: IncomingMessage['headers']; body: unknown };

/** How the far end answers one request. */
export type Reply = (response: ServerResponse, request: Received) => void | Promise<void>;

/** A loopback HTTP server that answers by a script, one reply per request; past its end, the last one again. */
export class FarEnd {
  readonly received: Received[] = [];
  readonly #server: Server;
  #script: Reply[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async listen(): Promise<FarEnd> {
    const server = createServer();
    const farEnd = new FarEnd(server);
    server.on('request', (request, response) => farEnd.#answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return farEnd;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Forgets what was received, and answers so from now on. */
  script(...replies: Reply[]): void {
    this.received.length = 0;
    this.#script = replies;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url: path = '', headers } = request;
    const received = { method, path, headers, body: JSON.parse(Buffer.concat(chunks).toString() || 'null') };
    const reply = this.#script[Math.min(this.received.length, this.#script.length - 1)];
    this.received.push(received);
    await reply?.(response, received);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

type Headers = Record<string, string>;

const json = (status: number, type: string, body: unknown, headers: Headers): Reply => {
  return (response) => void response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body));
};

export const answers = (body: unknown): Reply => json(200, 'application/json', body, {});

/** A refusal in the service's own form. */
export const refuses = (status: number, problem: object, headers: Headers = {}): Reply =>
  json(status, 'application/problem+json', { status, detail: 'No.', requestId: 'r-1', ...problem }, headers);

/** What API Gateway says by itself. */
export const gatewaySays = (status: number, message: string, headers: Headers = {}): Reply =>
  json(status, 'application/json', { message }, headers);

export const saysInHtml = (status: number, headers: Headers = {}): Reply => {
  return (response) =>
    void response.writeHead(status, { 'content-type': 'text/html', ...headers }).end('<html>Hello</html>');
};

/** Takes the request and tears the connection before a word is said. */
export const tears: Reply = (response) => void response.destroy();

/** Tears the connection in the middle of the answer. */
export const tearsInTheMiddle: Reply = async (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"atp":{');
  await setTimeout(5);
  response.destroy();
};

/** Ends the answer as if it were whole, though it is not. */
export const cutsShort: Reply = (response) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end('{"atp":{');

/** Never answers. */
export const hangs: Reply = () => {};
