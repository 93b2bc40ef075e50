/** A local stack on whose every way there is weather: from callers to the API, from functions to table, SNS and SQS. */

import { freshAssembly } from '../../infra/local/assembly.ts';
import { startEngine } from '../../infra/local/dynamodb.ts';
import type { Answer } from '../../infra/local/forwarding.ts';
import { type RunningStack, startStack } from '../../infra/local/start.ts';
import type { GivenTimeouts } from '../../infra/local/timeouts.ts';
import type { Timeouts } from '../../lib/model.ts';
import { EngineProxy, type EngineReply, type EngineRequest } from '../support/engine-proxy.ts';
import { Service } from '../support/service.ts';
import { callFaults, engineFaults, snsFaults, sqsFaults } from './kinds.ts';
import { Retrying } from './retrying.ts';
import { engineOperation, messagingOperation, type Passing, Road, toolCalled } from './road.ts';
import { type Climate, Weather } from './weather.ts';

export type Weathers = {
  callers: Weather<Passing, Answer>;
  table: Weather<EngineRequest, EngineReply>;
  sns: Weather<Passing, Answer>;
  sqs: Weather<Passing, Answer>;
};

/** The answers that reached callers' clients, by status and code. */
export type Told = Map<string, number>;

export type WeatheredStack = {
  stack: RunningStack;
  /** Looks past the weather: at the table, the topics and the queues as they are. */
  clear: { dynamodb: { endpoint: string; table: string }; sqs: RunningStack['sqs'] };
  weathers: Weathers;
  told: Told;
  retrying: Retrying;
  service: Service;
  blow: (blows: boolean) => void;
  stop: () => Promise<void>;
};

type Given = {
  data: string;
  climate: Climate;
  /** Seconds. */
  timeouts: GivenTimeouts;
  /** Directory of the cloud assembly; left out, that of this checkout. */
  assembly?: string;
};

const DIGEST_SECONDS = 1;

/** As functions have them, from the seconds that a stack was given for all flows alike. */
const timeoutsOf = (seconds: Required<GivenTimeouts>): Timeouts => {
  const both = (each: number) => ({ hotfix: each, emergency: each });
  return { ...seconds, fix: both(seconds.fix), review: both(seconds.review) };
};

export const startWeathered = async ({ data, climate, timeouts, assembly }: Given): Promise<WeatheredStack> => {
  const seeded = (place: number): Climate => ({ ...climate, seed: climate.seed * 10 + place });
  const weathers: Weathers = {
    callers: new Weather(callFaults, seeded(1)),
    table: new Weather(engineFaults, seeded(2)),
    sns: new Weather(snsFaults, seeded(3)),
    sqs: new Weather(sqsFaults, seeded(4)),
  };
  const stops: (() => unknown)[] = [];
  const engine = await startEngine();
  stops.unshift(engine.stop);
  const proxy = await EngineProxy.start(engine.endpoint);
  stops.unshift(() => proxy.stop());
  proxy.keeps = false;
  proxy.disturb = weathers.table.happen;
  let calm = '';
  const stack = await startStack({
    assembly: assembly ?? freshAssembly(() => undefined),
    data,
    port: 0,
    timeouts,
    digestInterval: DIGEST_SECONDS,
    dynamodb: proxy.url,
    messagingBehind: async (endpoint) => {
      calm = endpoint;
      const road = await Road.to(endpoint, { operationOf: messagingOperation });
      road.happen = (passing, forward) => (isSns(passing) ? weathers.sns : weathers.sqs).happen(passing, forward);
      stops.unshift(() => road.close());
      return road.url;
    },
  });
  stops.unshift(stack.stop);
  const told: Told = new Map();
  const calls = await Road.to(stack.url, {
    operationOf: toolCalled,
    answered: (_, answer) => count(told, nameOf(answer)),
  });
  stops.unshift(() => calls.close());
  calls.happen = weathers.callers.happen;
  const clear = {
    dynamodb: { ...stack.dynamodb, endpoint: engine.endpoint },
    sqs: onto(calm, stack.sqs),
  };
  const retrying = new Retrying(calls.url);
  return {
    stack,
    clear,
    weathers,
    told,
    retrying,
    service: await Service.behind(
      { url: calls.url, dynamodb: clear.dynamodb },
      { door: retrying.door, timeouts: timeoutsOf({ ...oneDay, ...timeouts }) },
    ),
    blow: (blows) => {
      for (const weather of Object.values(weathers)) weather.blow(blows);
    },
    stop: async () => {
      for (const stop of stops) await stop();
    },
  };
};

const DAY = 86_400;
/** Deadlines that no run lives to see. */
export const oneDay: Required<GivenTimeouts> = {
  acknowledgement: DAY,
  fix: DAY,
  verification: DAY,
  obligation: DAY,
  review: DAY,
  reminder: DAY,
};

const isSns = ({ request }: Passing): boolean => engineOperation(request) === '';

/** The same queues at another endpoint. */
const onto = (endpoint: string, sqs: RunningStack['sqs']): RunningStack['sqs'] => {
  const moved = (url: string): string => endpoint + new URL(url).pathname;
  const { queues, timers } = sqs;
  return {
    endpoint,
    queues: { directives: moved(queues.directives), hitl: moved(queues.hitl) },
    ...(timers && { timers: moved(timers) }),
  };
};

const nameOf = ({ status, body }: Answer): string => {
  if (status === 200) return '200';
  try {
    const { code } = JSON.parse(body.toString());
    return code ? `${status} ${code}` : `${status} of the gateway`;
  } catch {
    return `${status} of the gateway`;
  }
};

const count = (counts: Map<string, number>, name: string): void => {
  counts.set(name, (counts.get(name) ?? 0) + 1);
};
