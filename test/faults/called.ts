/** A stack as clients call it that retry, with a count of the answers that they were given. */

import type { Answer } from '../../infra/local/forwarding.ts';
import type { GivenTimeouts } from '../../infra/local/timeouts.ts';
import type { Timeouts } from '../../lib/model.ts';
import { Service } from '../support/service.ts';
import type { Mortal } from './mortal.ts';
import { Retrying } from './retrying.ts';
import { type Happening, Road, toolCalled } from './road.ts';

const DAY = 86_400;
/** Deadlines that no run lives to see. */
export const oneDay: Required<GivenTimeouts> = {
  acknowledgement: DAY,
  fix: DAY,
  verification: DAY,
  obligation: DAY,
  review: DAY,
  reminder: DAY,
  decision: DAY,
};

/** As functions have them, from the seconds that a stack was given for all flows alike. */
const timeoutsOf = (seconds: Required<GivenTimeouts>): Timeouts => {
  const both = (each: number) => ({ hotfix: each, emergency: each });
  return { ...seconds, fix: both(seconds.fix), review: both(seconds.review) };
};

export type Called = {
  service: Service;
  retrying: Retrying;
  /** The answers that reached clients, by status and code. */
  told: Map<string, number>;
  stop: () => Promise<void>;
};

type Given = {
  /** Of the API. */
  url: string;
  /** Where the table is looked at. */
  dynamodb: { endpoint: string; table: string };
  timeouts: Required<GivenTimeouts>;
  happen?: Happening;
};

export const calledAt = async ({ url, dynamodb, timeouts, happen }: Given): Promise<Called> => {
  const told = new Map<string, number>();
  const road = await Road.to(url, {
    operationOf: toolCalled,
    answered: (_, answer) => told.set(nameOf(answer), (told.get(nameOf(answer)) ?? 0) + 1),
  });
  road.happen = happen;
  const retrying = new Retrying(road.url);
  const given = { door: retrying.door, timeouts: timeoutsOf(timeouts) };
  const service = await Service.behind({ url: road.url, dynamodb }, given);
  return { service, retrying, told, stop: () => road.close() };
};

export const behind = ({ stack, watched }: Mortal, timeouts: Required<GivenTimeouts>): Promise<Called> =>
  calledAt({ url: stack.url, dynamodb: { ...stack.dynamodb, endpoint: watched }, timeouts });

const nameOf = ({ status, body }: Answer): string => {
  if (status === 200) return '200';
  try {
    const { code } = JSON.parse(body.toString());
    return code ? `${status} ${code}` : `${status} of the gateway`;
  } catch {
    return `${status} of the gateway`;
  }
};
