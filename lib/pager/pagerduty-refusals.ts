/**
 * What the Events API v2 refuses, in PagerDuty's own words: senders print them, and some check them. Those of the
 * routing key, of a missing action, source and severity, and of a wrong severity were seen in its answers; the others
 * are in their style.
 */

import { type Fields, fields, isFields, plain, text } from './fields.ts';
import { severityIn } from './labels.ts';
import type { PageAction } from './page.ts';

/** The body of a 400. Alertmanager prints `message` and `errors`. */
export type EventRefusal = { status: string; message: string; errors: readonly string[] };

/** A body that PagerDuty would refuse, in its own words. Its HTTP status is 400, always. */
export class InvalidEvent extends Error {
  override readonly name = 'InvalidEvent';
  readonly body: EventRefusal;

  constructor(body: EventRefusal) {
    super(`${body.message}: ${body.errors.join('; ')}`);
    this.body = body;
  }
}

/** For a body that is no JSON, or none that is an object. */
export const unrecognizedEvent = (): InvalidEvent =>
  new InvalidEvent({
    status: 'Unrecognized object',
    message: 'Event object format is unrecognized',
    errors: ['JSON parse error'],
  });

export const invalidEvent = (errors: readonly string[]): InvalidEvent =>
  new InvalidEvent({ status: 'invalid event', message: 'Event object is invalid', errors });

/** For a routing key that nobody was given. */
export const invalidRoutingKey = (): InvalidEvent => invalidEvent(['Invalid routing key']);

export type EventAction = Exclude<PageAction, 'update'>;

const ACTIONS: readonly EventAction[] = ['trigger', 'acknowledge', 'resolve'];
const ROUTING_KEY_LENGTH = 32;
const DEDUP_KEY_LIMIT = 255;

/** All faults of an event; throws where it is no object at all. */
export const eventFaults = (payload: unknown): readonly string[] => {
  if (!isFields(payload)) throw unrecognizedEvent();
  const { event_action: action, dedup_key: key, payload: alert } = payload;
  return [
    ...routingKeyFaults(payload),
    ...actionFaults(action),
    ...dedupKeyFaults(action, plain(key)),
    ...(action === 'trigger' ? alertFaults(alert) : []),
  ];
};

/** All faults of a change event; throws where it is no object at all. */
export const changeFaults = (payload: unknown): readonly string[] => {
  if (!isFields(payload)) throw unrecognizedEvent();
  return [...routingKeyFaults(payload), ...summaryFaults(payload.payload)];
};

const missing = (name: string): string => `'${name}' is missing or blank`;

const routingKeyFaults = ({ routing_key: key }: Fields): string[] => {
  if (typeof key !== 'string' || key.trim() === '') return [missing('routing_key')];
  const faults = [];
  if (key.length !== ROUTING_KEY_LENGTH) {
    faults.push(`Length of 'routing_key' is incorrect (should be ${ROUTING_KEY_LENGTH} characters)`);
  }
  if (/[^A-Za-z0-9]/.test(key)) faults.push("'routing_key' cannot contain non-alphanumeric characters.");
  return faults;
};

const actionFaults = (action: unknown): string[] => {
  if (text(action) === undefined) return [missing('event_action')];
  if (ACTIONS.some((known) => known === action)) return [];
  return ["'event_action' is invalid (must be one of the following: 'trigger', 'acknowledge' or 'resolve')"];
};

const dedupKeyFaults = (action: unknown, key: string | undefined): string[] => {
  if (key === undefined) return action === 'acknowledge' || action === 'resolve' ? [missing('dedup_key')] : [];
  if (key.length <= DEDUP_KEY_LIMIT) return [];
  return [`Length of 'dedup_key' is incorrect (should be at most ${DEDUP_KEY_LIMIT} characters)`];
};

const summaryFaults = (alert: unknown): string[] => {
  if (!isFields(alert)) return [missing('payload')];
  return plain(alert.summary) === undefined ? [missing('payload.summary')] : [];
};

const alertFaults = (alert: unknown): string[] => {
  const faults = summaryFaults(alert);
  const { source, severity } = fields(alert);
  if (!isFields(alert)) return faults;
  if (plain(source) === undefined) faults.push(missing('payload.source'));
  if (plain(severity) === undefined) faults.push(missing('payload.severity'));
  else if (!severityIn(severity)) {
    faults.push(
      "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')",
    );
  }
  return faults;
};
