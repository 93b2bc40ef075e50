import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { forward, send } from '../../../infra/local/forwarding.ts';
import { type Right, rightsOf } from './rights.ts';

/** A right that a function made use of. */
export type Call = Right & { by: string };

/** `Credential=<access key>/<day>/<region>/<service>/aws4_request` (AWS Signature Version 4). */
const SCOPE = /Credential=([^/]+)\/\d{8}\/[^/]+\/([a-z0-9-]+)\/aws4_request/;

/** Stands before the endpoints of AWS and notes who asks for what; each function signs by its own name. */
export class Calls {
  readonly all: Call[] = [];
  readonly #servers: Server[] = [];
  readonly #interruptions: { of: Call; by: () => Promise<unknown> }[] = [];

  readonly before = async (endpoint: string): Promise<string> => {
    const server = createServer((request, response) => {
      this.#pass(endpoint, request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  /** The next call of that function for that action waits until this was done: it loses the race, if there is one. */
  interrupt(by: string, action: string, interruption: () => Promise<unknown>): void {
    this.#interruptions.push({ of: { by, action, resource: '' }, by: interruption });
  }

  async close(): Promise<void> {
    for (const server of this.#servers) server.closeAllConnections();
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  async #pass(endpoint: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const [, by = '', service = ''] = SCOPE.exec(String(request.headers.authorization)) ?? [];
    // Lambda's pollers, and whoever looks from outside, are of the stack itself.
    if (by !== 'local') await this.#note(by, service, request, body);
    send(response, await forward(endpoint, request, body));
  }

  async #note(by: string, service: string, request: IncomingMessage, body: Buffer): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const target = String(headers['x-amz-target'] ?? '');
    const rights = rightsOf({ service, method, path, target, body: body.toString() });
    this.all.push(...rights.map((right) => ({ ...right, by })));
    const position = this.#interruptions.findIndex(
      ({ of }) => of.by === by && rights.some(({ action }) => action === of.action),
    );
    const [found] = position < 0 ? [] : this.#interruptions.splice(position, 1);
    await found?.by();
  }
}
