import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { tools as Tools } from '../../functions/tools.ts';
import { headers } from '../../infra/docs/openapi/components.ts';
import { openApiDocument } from '../../infra/docs/openapi/document.ts';
import type { Exchange } from '../../infra/docs/openapi/exchange.ts';
import { type Code, httpStatus } from '../../lib/refusal.ts';
import { playAgents } from '../support/openapi/agent-story.ts';
import { playHotfix, playReview, playWork } from '../support/openapi/incident-story.ts';
import { playPages } from '../support/openapi/page-story.ts';
import { playReads } from '../support/openapi/read-story.ts';
import { feignDate, Recorder } from '../support/openapi/recorder.ts';
import { answerForSns } from '../support/pages/sns.ts';
import { Pages } from '../support/pages.ts';
import { Service } from '../support/service.ts';
import { temporary } from '../support/temporary.ts';

const page = join(import.meta.dirname, '../../docs/openapi.json');
const directory = temporary();

let pages: Pages;
let exchanges: Exchange[];
let tools: typeof Tools;
beforeAll(async () => {
  feignDate();
  const service = await Service.start();
  pages = await Pages.start(service, directory);
  answerForSns();
  ({ tools } = await import('../../functions/tools.ts'));
  const play = new Recorder(service);
  await playHotfix(play);
  await playReview(play);
  await playWork(play);
  await playReads(play, service);
  await playAgents(play, service);
  await playPages(play, pages);
  exchanges = play.recorded();
});
afterAll(async () => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  await pages.stop();
});

/** Of these no story can be sure. */
const notPlayed: readonly Code[] = ['THROTTLED', 'UNAVAILABLE', 'INTERNAL'];

describe('the examples', () => {
  it('show every code that can be played', () => {
    const seen = new Set(exchanges.map(({ answer }) => (answer.body as { code?: Code }).code));
    const missing = (Object.keys(httpStatus) as Code[]).filter((code) => !seen.has(code) && !notPlayed.includes(code));
    expect(missing).toEqual([]);
  });

  it.each(['Cache-Control', 'Idempotent-Replayed', 'WWW-Authenticate'] as const)(
    'shows %s as it was answered',
    (name) => {
      const answered = new Set(exchanges.map(({ answer }) => answer.headers[name.toLowerCase()]));
      expect(answered).toContain(headers[name].example);
    },
  );

  it('given the story, played anew, then docs/openapi.json is what was answered (npm run docs:openapi writes it)', async () => {
    const document = JSON.parse(JSON.stringify(openApiDocument({ tools, exchanges })));
    const committed = existsSync(page) ? readFileSync(page, 'utf8') : '{}';
    // A map of the table has no order: what differs in that alone is the same.
    const isSame = isDeepStrictEqual(document, JSON.parse(committed));
    await expect(isSame ? committed : `${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot(page);
  });
});
