import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inject } from 'vitest';

/** One request of the DynamoDB protocol, on its way to the engine. `input` may be changed before it is forwarded. */
export type EngineRequest = { operation: string; input: { [member: string]: unknown } };
export type EngineReply = { status: number; body: string };

/** `torn`: the connection breaks. `cut`: it breaks in the middle of the reply. `silent`: nothing ever comes. */
export type Delivery = EngineReply | 'torn' | 'silent' | { cut: EngineReply };

/** What happens to a request instead of being forwarded and answered. */
export type Disturbance = (request: EngineRequest, forward: () => Promise<EngineReply>) => Promise<Delivery>;

const TARGET = /^DynamoDB_\d+\.(\w+)$/;
/** The rest describes the connection, not the request. The engines here check that a signature is there, not whether it fits. */
const FORWARDED = /^(x-amz-|authorization$|content-type$)/;

/**
 * Stands between a client and the DynamoDB engine: counts requests and lets a test disturb them, with nothing in the
 * production code that knows of it.
 */
export class EngineProxy {
  readonly url: string;
  /** Every request since the last `forget`, in order of arrival, with the engine's reply where it was forwarded. */
  readonly requests: (EngineRequest & { reply?: EngineReply })[] = [];
  disturb: Disturbance | undefined;
  /** Where requests are forwarded to; the engine may move while the proxy stays. */
  engine: string;
  /** Whether it keeps the requests that it counts: a soak has too many. */
  keeps = true;
  readonly #server: Server;

  private constructor(server: Server, engine: string) {
    this.#server = server;
    this.engine = engine;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Starts a proxy in front of the engine of the test run; AWS clients opened from now on go through it. */
  static async interpose(): Promise<EngineProxy> {
    const proxy = await EngineProxy.start(inject('dynamodb'));
    process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.url;
    return proxy;
  }

  static async start(engine: string): Promise<EngineProxy> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    const proxy = new EngineProxy(server, engine);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      proxy.#handle(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    return proxy;
  }

  /** The operations since the last `forget`, in order of arrival. */
  get operations(): string[] {
    return this.requests.map(({ operation }) => operation);
  }

  count(operation: string): number {
    return this.operations.filter((each) => each === operation).length;
  }

  /** Forgets what was counted, and disturbs nothing from now on. */
  forget(): void {
    this.requests.length = 0;
    this.disturb = undefined;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const [, operation = ''] = TARGET.exec(String(incoming.headers['x-amz-target'])) ?? [];
    const request: EngineRequest & { reply?: EngineReply } = {
      operation,
      input: JSON.parse(Buffer.concat(chunks).toString()),
    };
    if (this.keeps) this.requests.push(request);
    const forward = async (): Promise<EngineReply> => {
      request.reply = await this.#forward(incoming, request);
      return request.reply;
    };
    deliver(await (this.disturb ? this.disturb(request, forward) : forward()), response);
  }

  async #forward(incoming: IncomingMessage, { input }: EngineRequest): Promise<EngineReply> {
    const headers = Object.entries(incoming.headers).flatMap(([name, value]) =>
      FORWARDED.test(name) ? [[name, String(value)] as [string, string]] : [],
    );
    const reply = await fetch(this.engine, { method: 'POST', headers, body: JSON.stringify(input) });
    return { status: reply.status, body: await reply.text() };
  }
}

const deliver = (delivery: Delivery, response: ServerResponse): void => {
  if (delivery === 'silent') return;
  if (delivery === 'torn') {
    response.destroy();
    return;
  }
  const { status, body } = 'cut' in delivery ? delivery.cut : delivery;
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(body),
  });
  if ('cut' in delivery) response.write(body.slice(0, body.length / 2), () => response.destroy());
  else response.end(body);
};
