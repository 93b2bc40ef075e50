/** The far end of a cold call: a recorder in front of a real engine, and the server that plays the recording back. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request to DynamoDB and what the engine answered. Requests of one wave were under way together. */
export type Exchange = { operation: string; request: string; answer: string; wave: number };
export type FarEnd = { endpoint: string; close: () => Promise<void> };

type Answer = { status: number; body: string };
type Answerer = (operation: string, request: string, headers: Record<string, string>) => Promise<Answer>;

const CONTENT_TYPE = 'application/x-amz-json-1.0';
/** Long enough that whatever a call sends without waiting for an answer arrives before it. */
const WAVE_MS = 100;

const serve = async (answer: Answerer): Promise<FarEnd> => {
  const server = createServer(async (request, response) => {
    const { host, connection, 'content-length': length, ...headers } = request.headers as Record<string, string>;
    const operation = headers['x-amz-target']?.split('.').at(-1) ?? '';
    const { status, body } = await answer(operation, await text(request), headers);
    response.writeHead(status, { 'content-type': CONTENT_TYPE }).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
};

/** Passes everything on to the engine, and keeps what was asked and answered. */
export const recorder = async (engine: string): Promise<FarEnd & { recorded: Exchange[] }> => {
  const recorded: Exchange[] = [];
  let wave = 0;
  let underWay = 0;
  const farEnd = await serve(async (operation, request, headers) => {
    if (underWay++ === 0) wave++;
    const exchange: Exchange = { operation, request, answer: '', wave };
    recorded.push(exchange);
    const response = await fetch(engine, { method: 'POST', headers, body: request });
    exchange.answer = await response.text();
    await new Promise((resolve) => setTimeout(resolve, WAVE_MS));
    underWay--;
    return { status: response.status, body: exchange.answer };
  });
  return { ...farEnd, recorded };
};

/**
 * Answers what was recorded: reads by their whole request, writes by their operation, since a write holds new ids and
 * times. What was never asked before is refused, so that a call cannot succeed on a wrong answer.
 */
export const player = (recordings: Exchange[]): Promise<FarEnd> => {
  const keyOf = (operation: string, request: string) =>
    operation === 'TransactWriteItems' ? operation : `${operation} ${request}`;
  const answers = new Map(recordings.map((each) => [keyOf(each.operation, each.request), each.answer]));
  return serve(async (operation, request) => {
    const body = answers.get(keyOf(operation, request));
    const fault = { __type: 'com.amazon.coral.validate#ValidationException', message: `not recorded: ${request}` };
    return body === undefined ? { status: 400, body: JSON.stringify(fault) } : { status: 200, body };
  });
};
