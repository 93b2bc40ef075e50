/** The way between two parts of the service, on which things happen: an HTTP server that hands on what it is sent. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Answer, forward, send } from '../../infra/local/forwarding.ts';

/** A request on its way. `operation` is what the far end is asked for, by the name that its protocol has for it. */
export type Passing = { operation: string; request: IncomingMessage; body: Buffer };

/** `torn`: the connection breaks. `cut`: it breaks in the middle of the answer. `silent`: nothing ever comes. */
export type Delivery = Answer | 'torn' | 'silent' | { cut: Answer };
export type Happening = (passing: Passing, forward: () => Promise<Answer>) => Promise<Delivery>;

type Options = {
  operationOf: (request: IncomingMessage, body: Buffer) => string;
  /** Sees every answer that reached whoever asked. */
  answered?: (passing: Passing, answer: Answer) => void;
};

export class Road {
  readonly url: string;
  /** Where it leads; it may move while the road stays. */
  target: string;
  /** What happens to a request instead of being forwarded and answered. */
  happen: Happening | undefined;
  readonly #server: Server;
  readonly #options: Options;

  private constructor(server: Server, target: string, options: Options) {
    this.#server = server;
    this.#options = options;
    this.target = target;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async to(target: string, options: Options): Promise<Road> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const road = new Road(server, target, options);
    server.on('request', (request, response) => {
      // A far end that is down is told of as it would be without a road: the connection breaks.
      road.#handle(request, response).catch(() => response.destroy());
    });
    return road;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const passing: Passing = { operation: this.#options.operationOf(request, body), request, body };
    const onward = (): Promise<Answer> => forward(this.target, request, body);
    const delivery = await (this.happen ? this.happen(passing, onward) : onward());
    if (delivery === 'silent') return;
    if (delivery === 'torn') {
      response.destroy();
    } else if ('cut' in delivery) {
      const { status, headers, body: whole } = delivery.cut;
      response.writeHead(status, { ...headers, 'content-length': whole.length });
      response.write(whole.subarray(0, whole.length / 2), () => response.destroy());
    } else {
      this.#options.answered?.(passing, delivery);
      send(response, delivery);
    }
  }
}

const target = (request: IncomingMessage): string =>
  String(request.headers['x-amz-target'] ?? '')
    .split('.')
    .at(-1) ?? '';

/** Of DynamoDB and its streams: `TransactWriteItems`. */
export const engineOperation = (request: IncomingMessage): string => target(request);

/** Of SNS and SQS, which share an endpoint here: `Publish`, `SendMessageBatch`. */
export const messagingOperation = (request: IncomingMessage, body: Buffer): string =>
  target(request) || (new URLSearchParams(body.toString()).get('Action') ?? '');

/** The name of the tool that is called. */
export const toolCalled = ({ url = '' }: IncomingMessage): string => url.split('/').at(-1) ?? '';
