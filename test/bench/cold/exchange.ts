/** The far end of a cold call: a recorder in front of a real engine, and the server that plays the recording back. */

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export const services = ['dynamodb', 'sns', 'sqs', 'ssm'] as const;
export type AwsService = (typeof services)[number];

/** A request to AWS and what was answered. Requests of one wave were under way together. */
export type Exchange = {
  service: AwsService;
  operation: string;
  request: string;
  answer: string;
  type: string;
  wave: number;
};
export type FarEnd = { endpoint: string; close: () => Promise<void> };
/** Where each service is really answered. */
export type Engines = Record<AwsService, string>;

type Asked = Pick<Exchange, 'service' | 'operation' | 'request'>;
type Answer = { status: number; body: string; type: string };
type Answerer = (asked: Asked, headers: Record<string, string>, path: string) => Promise<Answer>;

const targets: Readonly<Record<string, AwsService>> = {
  DynamoDB_20120810: 'dynamodb',
  AmazonSQS: 'sqs',
  AmazonSSM: 'ssm',
};

/** SNS names its operation in a form, the others in a header. */
const askedOf = (target: string | undefined, request: string): Asked => {
  const [prefix = '', operation = ''] = target?.split('.') ?? [];
  const service = targets[prefix];
  if (service) return { service, operation, request };
  return { service: 'sns', operation: new URLSearchParams(request).get('Action') ?? '', request };
};

/** In a recording, the address of what recorded it: a queue is named by where it is. */
export const RECORDED = 'http://recorded';
const JSON_TYPE = 'application/x-amz-json-1.0';
/** Long enough that whatever a call sends without waiting for an answer arrives before it. */
const WAVE_MS = 100;

const serve = async (answer: Answerer): Promise<FarEnd> => {
  const server = createServer(async (request, response) => {
    const { host, connection, 'content-length': length, ...headers } = request.headers as Record<string, string>;
    const asked = askedOf(headers['x-amz-target'], await text(request));
    const { status, body, type } = await answer(asked, headers, request.url ?? '/');
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
};

/** Passes everything on to the engines, and keeps what was asked and answered. */
export const recorder = async (engines: Engines): Promise<FarEnd & { recorded: Exchange[] }> => {
  const recorded: Exchange[] = [];
  let wave = 0;
  let underWay = 0;
  const farEnd = await serve(async (asked, headers, path) => {
    if (underWay++ === 0) wave++;
    const request = asked.request.replaceAll(farEnd.endpoint, RECORDED);
    const exchange: Exchange = { ...asked, request, answer: '', type: JSON_TYPE, wave };
    recorded.push(exchange);
    const response = await fetch(engines[asked.service] + path, { method: 'POST', headers, body: asked.request });
    exchange.answer = await response.text();
    exchange.type = response.headers.get('content-type') ?? JSON_TYPE;
    await new Promise((resolve) => setTimeout(resolve, WAVE_MS));
    underWay--;
    return { status: response.status, body: exchange.answer, type: exchange.type };
  });
  return { ...farEnd, recorded };
};

/** What a request is known by. A write holds new ids and times; of an update the item is the same. */
const keyOf = ({ service, operation, request }: Asked): string => {
  if (operation === 'UpdateItem') return `${operation} ${JSON.stringify(JSON.parse(request).Key)}`;
  const isWrite = service === 'sns' || service === 'sqs' || operation === 'TransactWriteItems';
  return isWrite ? operation : `${operation} ${request}`;
};

/** The client of SQS compares what was taken with what it sent, which holds another time now. */
const sumOf = ({ operation, request }: Asked, answer: string): string => {
  if (operation !== 'SendMessage') return answer;
  const MD5OfMessageBody = createHash('md5').update(JSON.parse(request).MessageBody).digest('hex');
  return JSON.stringify({ ...JSON.parse(answer), MD5OfMessageBody });
};

/** Answers what was recorded. A read that was never asked before is refused, so that a call cannot succeed on a wrong answer. */
export const player = (recordings: Exchange[]): Promise<FarEnd> => {
  const answers = new Map(recordings.map((each) => [keyOf(each), each]));
  return serve(async (asked) => {
    const known = answers.get(keyOf(asked));
    if (known) return { status: 200, body: sumOf(asked, known.answer), type: known.type };
    const message = `not recorded: ${asked.operation} ${asked.request}`;
    const fault = { __type: 'com.amazon.coral.validate#ValidationException', message };
    return { status: 400, body: JSON.stringify(fault), type: JSON_TYPE };
  });
};
