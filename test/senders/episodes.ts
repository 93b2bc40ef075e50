/** What came of pages, as the tools tell it. */

import assert from 'node:assert/strict';
import type { Governance, Output } from '../../lib/client.ts';
import { until } from '../support/until.ts';

export type Told = Output<'atp_get'>;

/** Ids of the ATPs whose title holds `title`, oldest first: atp_list has the newest first. */
export const opened = async (pm: Governance, title: string): Promise<string[]> => {
  const { atps } = await pm.atp_list({ limit: 100 });
  return atps
    .filter((atp) => atp.title.includes(title))
    .map(({ atpId }) => atpId)
    .toReversed();
};

/** Waits until there are as many as that, and answers the last. */
export const lastOpened = async (pm: Governance, title: string, count: number): Promise<Told> => {
  let found: string[] = [];
  await waitFor(`${count} ATPs of ${title}, not`, async () => {
    found = await opened(pm, title);
    return found.length === count ? undefined : String(found.length);
  });
  return pm.atp_get({ atpId: found.at(-1) ?? '' });
};

/** How often the timeline says so. */
export const count = ({ timeline }: Told, action: string): number =>
  timeline.filter((event) => event.action === action).length;

/** Waits until the ATP's timeline has so many events of an action at least. */
export const toldOf = async (pm: Governance, atpId: string, action: string, least: number): Promise<Told> => {
  await waitFor(`${least} times ${action} in ${atpId}, not`, async () => {
    const found = count(await pm.atp_get({ atpId }), action);
    return found >= least ? undefined : String(found);
  });
  // Once more: atp_get reads the ATP first and its timeline then, and what was just told may stand in the latter alone.
  return pm.atp_get({ atpId });
};

/** `missing` answers what there is instead, until there is what is waited for. */
const waitFor = async (what: string, missing: () => Promise<string | undefined>): Promise<void> => {
  let instead: string | undefined;
  try {
    await until(async () => {
      instead = await missing();
      return instead === undefined;
    });
  } catch {
    throw new Error(`expected ${what} ${instead}`);
  }
};

/** What a page opens: a hotfix at work in production, and one directive for the developer. */
export const isOpenHotfix = ({ atp, messages }: Told): void => {
  assert.equal(atp.type, 'hotfix');
  assert.equal(atp.status, 'InProgress');
  assert.equal(atp.incident?.environment, 'production');
  assert.equal(atp.alertFiring, true);
  assert.equal(directives({ messages }).length, 1);
};

const directives = ({ messages }: Pick<Told, 'messages'>) =>
  messages.filter(
    ({ messageType, priority, toAgent }) =>
      messageType === 'Directive' && priority === 'P0-Critical' && toAgent === '@dev',
  );

/** The source said it is over; the service says so, and closed nothing. */
export const isResolved = ({ atp }: Told): void => {
  assert.equal(atp.alertFiring, undefined);
  assert(atp.alertResolvedAt, 'the ATP does not say that the source resolved it');
  assert.equal(atp.status, 'InProgress');
};
