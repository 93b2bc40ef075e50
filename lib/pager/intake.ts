/** From a page to what it does: routed, planned with the flow's own code, committed in one transaction. */

import type { Call } from '../flow/call.ts';
import { type PageEffect, type PageInput, type PagePlan, planPage } from '../flow/plan/page.ts';
import { log } from '../log.ts';
import { nameOf } from '../metrics/effects.ts';
import { measured } from '../metrics/measured.ts';
import type { EpisodeRef, PagerSource, Principal, Timeouts } from '../model.ts';
import { type Attempt, commitOver, planOver, settled } from '../settle.ts';
import type { Table } from '../store/client.ts';
import { placeFile } from '../store/files.ts';
import type { Item } from '../store/items.ts';
import { type Key, keys } from '../store/keys.ts';
import { live, type Marker, seconds } from '../store/markers.ts';
import { type Items, readItems } from '../store/read.ts';
import { ulid } from '../ulid.ts';
import { hashOf } from './credential.ts';
import { type Integration, type Route, routeOf } from './integration.ts';
import type { Intake, Page } from './page.ts';
import { pageText } from './quoted.ts';
import { beginning, line } from './wording.ts';

export type Surroundings = { table: Table; timeouts: Timeouts; webhooks: boolean; requestId: string };

/** What became of a page; a delivery that was worked off before is answered the same. */
export type Taken = { effect: PageEffect; atpId?: string };

/** SNS goes on for 23 days to deliver to a Lambda (facts of its developer guide); nobody else is as patient. */
const DELIVERY_KEPT_SECONDS = 30 * 86_400;

const isPage = (each: Intake[number]): each is Page => !('ignored' in each);

const episodeOf = (integrationId: string, { episode }: Page): EpisodeRef => ({
  integrationId,
  episode: hashOf(episode),
});

const deliveryKey = (integrationId: string, { delivery }: Page): Key | undefined =>
  delivery === undefined ? undefined : keys.delivery(integrationId, hashOf(delivery));

/** One consistent `BatchGetItem` of the integration and of all that its pages are about. */
export const readForIntake = (table: Table, integrationId: string, intake: Intake): Promise<Items> =>
  readItems(table, [
    keys.integration(integrationId),
    ...intake
      .filter(isPage)
      .flatMap((page) => [
        keys.episode(episodeOf(integrationId, page)),
        ...[deliveryKey(integrationId, page)].filter((key) => key !== undefined),
      ]),
  ]);

export const integrationIn = (items: Items, integrationId: string): Integration | undefined =>
  items.get(keys.integration(integrationId)) as (Item & Integration) | undefined;

/** Takes pages in, one after the other. Throws where a page could not be stored: its source has to send it again. */
export const takeIn = async (
  surroundings: Surroundings,
  integration: Integration,
  items: Items,
  intake: Intake,
): Promise<Taken[]> => {
  const taken: Taken[] = [];
  for (const each of intake) {
    const one = isPage(each) ? await takePage(surroundings, integration, items, each) : ignored(each.ignored);
    tellPage(one, surroundings, integration);
    taken.push(takenOf(one));
  }
  return taken;
};

const DELIVERED_BEFORE = 'this delivery was worked off before';

/** A delivery counts once, and that of an exercise not at all. */
const tellPage = (
  { effect, atpId, reason: why }: Told,
  { requestId }: Surroundings,
  integration: Integration,
): void => {
  const { integrationId, source, drill } = integration;
  const counts = !drill && why !== DELIVERED_BEFORE;
  const about = { requestId, integrationId, principal: nameOf(pager(integration)), atpId, why };
  log.info(`page ${effect}`, { ...about, source, effect, ...(counts && countedPage(source, effect)) });
};

/** The fields by which a line on a page counts it. */
export const countedPage = (source: PagerSource, effect: PageEffect): object =>
  measured({ PagesTaken: 1 }, { source, effect });

type Told = Taken & { reason?: string };
/** As it is answered, and as the marker of its delivery keeps it. */
const takenOf = ({ effect, atpId }: Taken): Taken => ({ effect, ...(atpId && { atpId }) });
const ignored = (reason: string): Told => ({ effect: 'ignored', reason });

const takePage = async (
  { table, timeouts, webhooks, requestId }: Surroundings,
  integration: Integration,
  items: Items,
  page: Page,
): Promise<Told> => {
  const route = routeOf(integration, page);
  const { integrationId } = integration;
  const delivery = deliveryKey(integrationId, page);
  const nonce = ulid();
  let withdraw: (() => Promise<void>) | undefined;
  const text = pageText(page, route, integration.source);
  const fileKey = text.whole ? `pages/${integrationId}/${nonce}` : undefined;
  const input = { ...inputOf(integration, page, route), body: text.body, fileKey };
  const once = async (): Promise<Attempt<Told>> => {
    const clock = Date.now();
    const earlier = delivery && live(items.get(delivery), clock);
    if (earlier) return { done: { ...takenOf(earlier as Item & Taken), reason: DELIVERED_BEFORE } };
    const call: Call = { principal: pager(integration), clock, ulid, nonce, timeouts, webhooks };
    const plan = await planOver(table, items, (snapshot) => planPage(input, snapshot, call));
    if (!plan) return { lost: ['a transaction half visible'] };
    if (fileKey && plan.effect === 'opened') withdraw ??= await placeFile(fileKey, text.whole ?? '');
    const lost = await commitOver(table, items, withDelivery(plan, delivery, clock), { ...call, requestId });
    return lost ? { lost } : { done: takenOf(plan) };
  };
  const told = await settled(once);
  if (told.effect !== 'opened' || told.reason) await withdraw?.();
  return told.effect === 'ignored' ? ignored(route.why) : told;
};

/** Pages of an exercise say so by their integration; who paged is the source. */
const pager = ({ source }: Integration): Principal => ({ role: '@pager', name: source });

const withDelivery = (plan: PagePlan, delivery: Key | undefined, clock: number) => {
  const now = seconds(clock);
  const claim: Marker[] = delivery
    ? [{ label: 'delivery', claim: { ...delivery, ...takenOf(plan), ttl: now + DELIVERY_KEPT_SECONDS }, now }]
    : [];
  return plan.writes.length > 0 ? [...plan.writes, ...claim] : [];
};

const said = { trigger: 'triggered', acknowledge: 'acknowledged', resolve: 'resolved', update: 'updated' } as const;

const inputOf = (
  { integrationId, source, drill }: Integration,
  page: Page,
  { to, role, service, environment, why }: Route,
): Omit<PageInput, 'body' | 'fileKey'> => ({
  ...episodeOf(integrationId, page),
  action: page.action,
  source,
  flow: to,
  drill,
  role,
  title: line(page.title) ?? `Page of ${source}`,
  summary: summaryFit(page.summary),
  service: line(service),
  environment: line(environment),
  severity: page.severity,
  url: page.links.map(({ href }) => href).find(isAddress),
  said: [
    `${source} ${said[page.action]} it (${page.action === 'trigger' ? why : `severity ${page.severity ?? 'not given'}`})`,
    line(page.note),
    // A group of alerts goes on under one title: what is new in it stands here.
    line(page.summary, 500),
  ]
    .filter(Boolean)
    .join('; '),
  unfixed: page.action === 'resolve' && page.note !== undefined,
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: all control characters but tab, line feed and carriage return
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g;
/** Text of several lines within contract section 6. */
const summaryFit = (text: string | undefined): string | undefined => {
  const fit = beginning((text ?? '').toWellFormed().replace(CONTROL, ''), 4_000).trim();
  return fit === '' ? undefined : fit;
};

/** Fit to be shown as the incident's page. */
const isAddress = (href: string): boolean =>
  href.length <= 2_048 && /^https?:\/\/\S+$/.test(href) && URL.canParse(href);
