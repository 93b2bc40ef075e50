import { type Answer, faultsIn } from './check.ts';
import { Dice } from './dice.ts';
import { Pools } from './pools.ts';
import { type Request, Requests, type World } from './requests.ts';
import { Tally } from './tally.ts';

/** With its parameters filled in. */
export const pathOf = ({ path }: Request['operation'], given: Request['path']): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(given[name] ?? ''));

export type Door = (request: Request) => Promise<Answer>;

type Given = { requests: number; seed: number; callers: number };

/** So many requests by so many callers at once, each with chances of its own; all know what any has learnt. */
export const fuzz = async (world: World, door: Door, { requests, seed, callers }: Given): Promise<Tally> => {
  const tally = new Tally();
  const pools = new Pools();
  let left = requests;
  const caller = async (_: unknown, number: number): Promise<void> => {
    const made = new Requests(world, new Dice(seed * 1_000 + number), pools);
    while (left-- > 0) await once(made.next(), door, pools, tally);
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return tally;
};

const once = async (request: Request, door: Door, pools: Pools, tally: Tally): Promise<void> => {
  const { operation, path, headers, query, body } = request;
  const answer = await door(request);
  tally.count(operation, answer);
  const { authorization: _, ...shown } = headers;
  const faults = faultsIn(operation, answer);
  if (faults.length > 0) {
    const asked = { path, headers: shown, query, body: body?.slice(0, 2_000) };
    tally.failures.push({ operationId: operation.operationId, faults, request: asked });
  }
  if (answer.headers['content-type']?.includes('json') && operation.requestBody) pools.learn(JSON.parse(answer.body));
};
