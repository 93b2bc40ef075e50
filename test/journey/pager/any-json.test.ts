import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anyJson, spoilt } from '../../lib/pager/payload.ts';
import { senderNames, senders } from '../../support/pages/senders.ts';
import { answerForSns } from '../../support/pages/sns.ts';
import { Pages } from '../../support/pages.ts';
import { Service } from '../../support/service.ts';
import { temporary } from '../../support/temporary.ts';

const directory = temporary();
let pages: Pages;
beforeAll(async () => {
  pages = await Pages.start(await Service.start(), directory);
  answerForSns();
});
afterAll(() => pages.stop());

it('given a payload that is nested without measure, when it comes, then it opens', async () => {
  const integration = await pages.integration('generic');
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const answer = await pages.knock('generic', {
    body: `{"action":"trigger","key":"deep","title":"Deep","details":${deep}}`,
    headers: { authorization: `Bearer ${integration.credential}` },
  });
  expect(answer).toMatchObject({ status: 202, body: { pages: [{ effect: 'opened' }] } });
});

describe.each(senderNames)('given a source that pages by %s', (name) => {
  it('when it sends any JSON whatever, then never a 5xx', async () => {
    const integration = await pages.of(name);
    const samples = (['trigger', 'resolve'] as const).map((said) => spoilt(senders[name].payload('k', said)));
    const payloads = fc.oneof(anyJson, ...samples);
    await fc.assert(
      fc.asyncProperty(payloads, async (payload) => {
        const { status } = await pages.page(name, integration, payload);
        expect([202, 400, 401, 403, 413]).toContain(status);
      }),
      { numRuns: 200 },
    );
  });
});
