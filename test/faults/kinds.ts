/** What happens on the way to each far end. The forms of errors are those that its API reference has. */

import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from '../../infra/local/forwarding.ts';
import { cancelled, refused, unprocessed } from '../support/disturbances.ts';
import type { EngineReply, EngineRequest } from '../support/engine-proxy.ts';
import { type Refusal, snsError } from '../support/gate.ts';
import { sqsError } from '../support/timer-queue.ts';
import type { Passing } from './road.ts';
import type { Fault } from './weather.ts';

const LONGEST_DELAY_MS = 120;

/** What may happen to any request, whoever is asked. */
const anywhere = <P, R>(): Fault<P, R>[] => [
  {
    kind: 'delayed',
    weight: 4,
    happen: async (_, forward, dice) => {
      await pause(dice.below(LONGEST_DELAY_MS));
      return forward();
    },
  },
  {
    kind: 'answered late',
    weight: 4,
    happen: async (_, forward, dice) => {
      const reply = await forward();
      await pause(dice.below(LONGEST_DELAY_MS));
      return reply;
    },
  },
  { kind: 'connection torn before', weight: 4, happen: async () => 'torn' },
  {
    kind: 'connection torn after',
    weight: 4,
    happen: async (_, forward) => {
      await forward();
      return 'torn';
    },
  },
  { kind: 'answer cut off', weight: 3, happen: async (_, forward) => ({ cut: await forward() }) },
];

/** One after the other: of two that pass each other, the later would be a request of its own. */
const twice = async <R>(_: unknown, forward: () => Promise<R>): Promise<R> => {
  await forward();
  return forward();
};
const doubled = { kind: 'delivered twice', weight: 4, happen: twice };

/** Carried out, and answered all the same that it was not. */
const failedAfter =
  <P, R>(happen: (passing: P, forward: () => Promise<R>) => Promise<unknown>) =>
  async (passing: P, forward: () => Promise<R>): Promise<R> => {
    await forward();
    return (await happen(passing, forward)) as R;
  };

const used = ['BatchGetItem', 'GetItem', 'PutItem', 'Query', 'TransactGetItems', 'TransactWriteItems', 'UpdateItem'];
const write = ['TransactWriteItems'];
const internal = refused('InternalServerError', 500);

const ofEngine: Fault<EngineRequest, EngineReply>[] = [
  ...anywhere<EngineRequest, EngineReply>(),
  doubled,
  // A function waits 3 s for it: seldom, lest a soak does nothing else.
  { kind: 'request lost', weight: 0.1, happen: async () => 'silent' },
  {
    kind: 'answer lost',
    weight: 0.1,
    happen: async (_, forward) => {
      await forward();
      return 'silent';
    },
  },
  { kind: 'answered 500', weight: 4, happen: internal },
  { kind: 'answered 500 after', weight: 4, happen: failedAfter(internal) },
  { kind: 'throttled', weight: 3, happen: refused('ThrottlingException') },
  { kind: 'capacity exceeded', weight: 3, happen: refused('ProvisionedThroughputExceededException') },
  { kind: 'keys left unprocessed', weight: 6, on: ['BatchGetItem'], happen: unprocessed(1) },
  { kind: 'transaction in progress', weight: 1, on: write, happen: refused('TransactionInProgressException') },
  {
    kind: 'cancelled by another',
    weight: 4,
    on: write,
    happen: cancelled((position) => (position === 0 ? 'TransactionConflict' : 'None')),
  },
  {
    kind: 'cancelled by throttling',
    weight: 2,
    on: write,
    happen: cancelled((position, writes) => (position === writes - 1 ? 'ThrottlingError' : 'None')),
  },
];

/** What functions ask for. What Lambda's own poller asks of the stream is Lambda's. */
export const engineFaults = ofEngine.map((fault) => ({ on: used, ...fault }));

const publish = ['Publish'];
const sending = ['SendMessage', 'SendMessageBatch'];
const answered = ({ status, headers = {}, body }: Exclude<Refusal, 'hang up'>): Answer => ({
  status,
  headers,
  body: Buffer.from(body),
});
/** Says this, and hands nothing on. */
export const answering = (refusal: Refusal) => async (): Promise<Answer> =>
  answered(refusal as Exclude<Refusal, 'hang up'>);

type OfMessaging = Fault<Passing, Answer>;

const snsInternal = answering(snsError(500, 'InternalError'));
const ofSns: OfMessaging[] = [
  { kind: 'answered 500', weight: 4, happen: snsInternal },
  { kind: 'answered 500 after', weight: 4, happen: failedAfter(snsInternal) },
  { kind: 'throttled', weight: 4, happen: answering(snsError(400, 'Throttling', 'Rate exceeded')) },
];

/** Takes every second entry, and names the others as failed. */
const halfOf: OfMessaging['happen'] = async ({ body, request }, forward) => {
  const { Entries = [] } = JSON.parse(body.toString()) as { Entries?: { Id: string }[] };
  if (Entries.length === 0 || request.headers['x-amz-target'] === undefined) return forward();
  const { status, headers, body: text } = await forward();
  const { Successful = [], Failed = [] } = JSON.parse(text.toString());
  const named = Entries.filter((_, position) => position % 2 === 0).map(({ Id }) => Id);
  const failures = named.map((Id) => ({ Id, Code: 'InternalError', SenderFault: false }));
  const left = Successful.filter(({ Id }: { Id: string }) => !named.includes(Id));
  const told = JSON.stringify({ Successful: left, Failed: [...Failed, ...failures] });
  return { status, headers, body: Buffer.from(told) };
};

const sqsInternal = answering(sqsError(500, 'InternalFailure'));
const ofSqs: OfMessaging[] = [
  { kind: 'answered 500', weight: 4, happen: sqsInternal },
  { kind: 'answered 500 after', weight: 4, happen: failedAfter(sqsInternal) },
  { kind: 'throttled', weight: 4, happen: answering(sqsError(400, 'RequestThrottled')) },
  { kind: 'entries refused', weight: 4, on: ['SendMessageBatch'], happen: halfOf },
];

const common: OfMessaging[] = [...anywhere<Passing, Answer>(), doubled];

/** What functions send. What Lambda's own pollers receive and delete is Lambda's. */
export const snsFaults = [...common, ...ofSns].map((fault) => ({ on: publish, ...fault }));
export const sqsFaults = [...common, ...ofSqs].map((fault) => ({ on: sending, ...fault }));

const gatewaySays = (status: number, message: string) =>
  answering({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) });

/** Between callers and the API: what API Gateway answers by itself has a form of its own. */
export const callFaults: Fault<Passing, Answer>[] = [
  ...common,
  { kind: 'answered 503 by the gateway', weight: 3, happen: gatewaySays(503, 'Service Unavailable') },
  {
    kind: 'answered 500 by the gateway after',
    weight: 3,
    happen: failedAfter(gatewaySays(500, 'Internal Server Error')),
  },
  { kind: 'throttled by the gateway', weight: 3, happen: gatewaySays(429, 'Too Many Requests') },
];
