/** A local stack on whose every way there is weather: from callers to the API, from functions to table, SNS and SQS. */

import { freshAssembly } from '../../infra/local/assembly.ts';
import { startEngine } from '../../infra/local/dynamodb.ts';
import type { Answer } from '../../infra/local/forwarding.ts';
import { type RunningStack, startStack } from '../../infra/local/start.ts';
import type { GivenTimeouts } from '../../infra/local/timeouts.ts';
import { EngineProxy, type EngineReply, type EngineRequest } from '../support/engine-proxy.ts';
import { type Called, calledAt } from './called.ts';
import { makeImpatient } from './impatient-queue.ts';
import { callFaults, engineFaults, snsFaults, sqsFaults } from './kinds.ts';
import { engineOperation, messagingOperation, type Passing, Road } from './road.ts';
import { type Climate, Weather } from './weather.ts';

export type Weathers = {
  callers: Weather<Passing, Answer>;
  table: Weather<EngineRequest, EngineReply>;
  sns: Weather<Passing, Answer>;
  sqs: Weather<Passing, Answer>;
};

export type WeatheredStack = Called & {
  stack: RunningStack;
  /** Looks past the weather: at the table, the topics and the queues as they are. */
  clear: { dynamodb: { endpoint: string; table: string }; sqs: RunningStack['sqs'] };
  weathers: Weathers;
  blow: (blows: boolean) => void;
  stop: () => Promise<void>;
};

type Given = {
  data: string;
  climate: Climate;
  /** Seconds. */
  timeouts: Required<GivenTimeouts>;
  /** Directory of the cloud assembly; left out, that of this checkout. */
  assembly?: string;
};

const DIGEST_SECONDS = 1;

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
    before: async (endpoint, service) => {
      if (service !== 'messaging') return endpoint;
      calm = endpoint;
      const road = await Road.to(endpoint, { operationOf: messagingOperation });
      road.happen = (passing, forward) => (isSns(passing) ? weathers.sns : weathers.sqs).happen(passing, forward);
      stops.unshift(() => road.close());
      return road.url;
    },
  });
  stops.unshift(stack.stop);
  const clear = {
    dynamodb: { ...stack.dynamodb, endpoint: engine.endpoint },
    sqs: onto(calm, stack.sqs),
  };
  if (clear.sqs.timers) await makeImpatient(calm, clear.sqs.timers);
  const { url } = stack;
  const { happen } = weathers.callers;
  const { stop, ...called } = await calledAt({ url, dynamodb: clear.dynamodb, timeouts, happen });
  stops.unshift(stop);
  return {
    ...called,
    stack,
    clear,
    weathers,
    blow: (blows) => {
      for (const weather of Object.values(weathers)) weather.blow(blows);
    },
    stop: async () => {
      for (const stop of stops) await stop();
    },
  };
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
