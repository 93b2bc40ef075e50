import { assumed, HOURS_A_MONTH, prices } from './prices.ts';
import type { Usage } from './usage.ts';

/** A line of a bill: how many of what, and what they cost together. */
export type Line = { what: string; count: number; dollars: number };

/** Billed by the hour in which a metric has a value, however many incidents give it one. */
export const HOURLY = 'metrics, for an hour';

const GIGABYTE = 1e9;
const KEPT = 10_000;
/** Send, receive, delete. */
const SQS_REQUESTS_A_HOP = 3;

const line = (what: string, count: number, each: number): Line => ({ what, count, dollars: count * each });

const lambda = (seconds: number): number =>
  prices.lambdaRequest.dollars + seconds * assumed.gigabytes * prices.lambdaGigabyteSecond.dollars;

/** What a story costs; texts are left out, since they are priced by country. */
export const billOf = ({ tally, ...used }: Usage): Line[] => {
  const { read, write } = tally.total;
  const called = [...tally.sums]
    .filter(([name]) => name !== 'notifier')
    .reduce((calls, [, sum]) => calls + sum.calls, 0);
  return [
    line('requests to the gateway', called, prices.gatewayRequest.dollars),
    line('cold calls of functions', called + used.notified + used.fired, lambda(assumed.coldCallSeconds)),
    line('hops of timers: Lambda', used.timerHops, lambda(assumed.timerHopSeconds)),
    line('hops of timers: SQS requests', SQS_REQUESTS_A_HOP * used.timerHops, prices.sqsRequest.dollars),
    line('read units', read, prices.readUnit.dollars),
    line('write units', write, prices.writeUnit.dollars),
    line('publications', used.publications, prices.publication.dollars),
    line('emails, to one address', used.emails, prices.email.dollars),
    line('bytes of log', used.logBytes, prices.loggedGigabyte.dollars / GIGABYTE),
    line(HOURLY, used.metrics, prices.metricMonth.dollars / HOURS_A_MONTH),
  ];
};

export const totalOf = (lines: readonly Line[]): number => lines.reduce((total, { dollars }) => total + dollars, 0);

/** What a month keeps of so many stories like this one; their logs are there until the retention ends. */
export const keptMonthOf = ({ storedBytes, logBytes }: Usage): Line[] => {
  const bytes = (what: string, each: number, gigabyteMonth: number): Line =>
    line(`bytes of ${KEPT.toLocaleString('en')}: ${what}`, KEPT * each, gigabyteMonth / GIGABYTE);
  return [
    bytes('in the table', storedBytes, prices.storedGigabyteMonth.dollars),
    bytes('to be recovered to a point in time', storedBytes, prices.recoverableGigabyteMonth.dollars),
    bytes('in the logs', logBytes, prices.keptLogGigabyteMonth.dollars),
  ];
};
