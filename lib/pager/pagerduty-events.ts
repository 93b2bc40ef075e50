/**
 * The Events API v2 of PagerDuty, as its server: https://developer.pagerduty.com/docs/events-api-v2/overview.
 * The routing key in the body is the credential, and with `dedup_key` the episode. Fields that are not known are
 * accepted. No delivery has an id.
 */

import { alertLabels } from './custom-details.ts';
import { type Fields, fields, list, plain, present, texts } from './fields.ts';
import { carriedLabels, environmentOf, serviceOf, severityIn } from './labels.ts';
import { type Link, linksOf } from './links.ts';
import type { Intake } from './page.ts';
import { changeFaults, type EventAction, eventFaults, invalidEvent } from './pagerduty-refusals.ts';
import { summaryOf, titleOf } from './wording.ts';

/** `dedupKey` is absent where a trigger leaves it to the server. */
export type ReadEvent = { routingKey: string; action: EventAction; dedupKey?: string };

/** Throws `InvalidEvent` with every fault. A summary above 1,024 characters is taken: it only reads badly. */
export const readEvent = (payload: unknown): ReadEvent => {
  const faults = eventFaults(payload);
  if (faults.length > 0) throw invalidEvent(faults);
  const { routing_key, event_action, dedup_key } = fields(payload);
  return present({
    routingKey: String(routing_key),
    action: event_action as EventAction,
    dedupKey: plain(dedup_key),
  });
};

/** Whether the caller has to make a `dedup_key`, which the answer then names. */
export const needsDedupKey = ({ dedupKey }: ReadEvent): boolean => dedupKey === undefined;

/** `generated` stands for the key that a trigger left out. */
export const eventsIntake = (payload: unknown, generated: string): Intake => {
  const { action, dedupKey } = readEvent(payload);
  // The routing key lets pages in: it is told to nobody.
  const { routing_key: _credential, ...event } = fields(payload);
  const alert = fields(event.payload);
  const details = texts(alert.custom_details);
  const inside = alertLabels(alert.custom_details);
  const episode = dedupKey ?? generated;
  const summary = plain(alert.summary);
  const title = titleOf([summary, episode], 'Event without a summary');
  const own = texts({
    source: alert.source,
    component: alert.component,
    group: alert.group,
    class: alert.class,
    client: event.client,
  });
  const { firing: _firing, resolved: _resolved, ...scalars } = details;
  return [
    present({
      action,
      episode,
      title,
      // All of it, where the title could not hold it.
      summary: summary?.trim() === title ? undefined : summaryOf([summary]),
      service: serviceOf(details) ?? serviceOf(inside),
      environment: environmentOf(details) ?? environmentOf(inside),
      severity: severityIn(alert.severity),
      labels: carriedLabels(scalars, inside, own),
      links: eventLinks(event),
      payload: event,
    }),
  ];
};

/** Throws `InvalidEvent` with every fault: only a routing key and a summary are required. */
export const readChange = (payload: unknown): { routingKey: string } => {
  const faults = changeFaults(payload);
  if (faults.length > 0) throw invalidEvent(faults);
  return { routingKey: String(fields(payload).routing_key) };
};

/** A change says what was done, never that something is wrong. */
export const changeIntake = (payload: unknown): Intake => {
  readChange(payload);
  return [{ ignored: 'a change event opens no incident' }];
};

const eventLinks = ({ links, images, client, client_url }: Fields): readonly Link[] =>
  linksOf([
    ...list(links)
      .map(fields)
      .map(({ href, text: said }) => ({ href, text: said })),
    { href: client_url, text: client },
    ...list(images)
      .map(fields)
      .map(({ href, src, alt }) => ({ href: href ?? src, text: alt })),
  ]);
