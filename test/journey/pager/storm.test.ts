import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { senderNames, webhook } from '../../support/pages/senders.ts';
import { answerForSns } from '../../support/pages/sns.ts';
import { Pages } from '../../support/pages.ts';
import { Service } from '../../support/service.ts';
import { temporary } from '../../support/temporary.ts';
import { readWhole } from '../../support/timeline.ts';

const directory = temporary();
let service: Service;
let pages: Pages;
beforeAll(async () => {
  service = await Service.start();
  pages = await Pages.start(service, directory);
  answerForSns();
});
afterAll(() => pages.stop());

const COPIES = 100;
const all = async () => (await service.done('pm-1', 'atp_list', { limit: 100 })).atps as { atpId: string }[];
const copies = <T>(send: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: COPIES }, send));

describe('given a hundred copies of a trigger at once', () => {
  it.each(senderNames)('when they come by %s, then there is one ATP, one directive, and 99 lines', async (name) => {
    const integration = await pages.of(name);
    const before = await all();
    const key = randomUUID();
    const answers = await copies(() => pages.send(name, integration, key));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    const opened = (await all()).filter(({ atpId }) => !before.some((each) => each.atpId === atpId));
    expect(opened).toHaveLength(1);
    const { messages, timeline } = await readWhole(service, opened[0]?.atpId ?? '');
    expect(messages).toHaveLength(1);
    expect(timeline.filter(({ action }) => action === 'page-trigger')).toHaveLength(COPIES - 1);
  });

  it('when they are one delivery, then all are answered the same, and there is no line', async () => {
    const integration = await pages.of('pagerduty');
    const payload = webhook('incident.triggered', randomUUID());
    const answers = await copies(() => pages.page('pagerduty', integration, payload));
    const { atpId } = answers[0]?.body.pages[0] ?? expect.fail();
    for (const answer of answers) {
      expect(answer).toEqual({ status: 202, body: { status: 'accepted', pages: [{ effect: 'opened', atpId }] } });
    }
    const { messages, timeline } = await readWhole(service, atpId);
    expect([messages.length, timeline.length]).toEqual([1, 1]);
  });
});
