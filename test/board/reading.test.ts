import { describe, expect, test } from 'vitest';
import { readDetail } from '../../lib/board/detail.ts';
import { type Connection, follow, type Tab } from '../../lib/board/follow.ts';
import { closedOrder, listingOf, openOrder } from '../../lib/board/listing.ts';
import { Refused, readerFor, SignedOut, Unreachable } from '../../lib/board/reader.ts';
import { fileNameOf, reporterFor } from '../../lib/board/report.ts';
import { isToken } from '../../lib/board/session.ts';
import { turnsFor } from '../../lib/board/turns.ts';
import { isClosed, statuses } from '../../lib/model.ts';
import { at, givenAtp, givenDetail } from './given.ts';

type Sent = { address: string; headers: Record<string, string> };
type Far = (sent: Sent) => Response | Promise<Response>;

/** A reader and what it sent; `far` answers. */
const givenReader = (far: Far) => {
  const sent: Sent[] = [];
  const fetched = async (address: string, { headers }: RequestInit): Promise<Response> => {
    const each = { address, headers: headers as Record<string, string> };
    sent.push(each);
    return far(each);
  };
  return { reader: readerFor('atp_pm_x', fetched as typeof fetch), sent };
};
const { signal } = new AbortController();
const json = (body: unknown, etag?: string) =>
  new Response(JSON.stringify(body), { headers: etag ? { etag } : undefined } as ResponseInit);

describe('a read', () => {
  test('given an answer it has, then it says so, and a 304 is that very answer', async () => {
    const { reader, sent } = givenReader(({ headers }) =>
      headers['if-none-match'] === 'W/"1"' ? new Response(null, { status: 304 }) : json({ atps: [] }, 'W/"1"'),
    );
    const first = await reader('/atps', { signal, query: { limit: 100 } });
    expect(await reader('/atps', { signal, query: { limit: 100 } })).toBe(first);
    expect(sent.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, 'W/"1"']);
    expect(sent[0]).toEqual({ address: '/atps?limit=100', headers: { authorization: 'Bearer atp_pm_x' } });
  });

  test.each([
    [401, SignedOut],
    [404, Refused],
    [429, Unreachable],
    [503, Unreachable],
  ])('given %i, then it is a %o', async (status, kind) => {
    const { reader } = givenReader(() => new Response('{"detail":"There is no ATP X."}', { status }));
    await expect(reader('/atps', { signal })).rejects.toBeInstanceOf(kind);
  });

  test('given nobody who answers, or half an answer, then it is worth another try', async () => {
    const torn = givenReader(() => new Response('{"atps": ['));
    const gone = givenReader(() => Promise.reject(new TypeError('fetch failed')));
    for (const { reader } of [torn, gone])
      await expect(reader('/atps', { signal })).rejects.toBeInstanceOf(Unreachable);
  });
});

describe('a report', () => {
  test('is asked for with the token, in the form that is meant, and named for its incident', async () => {
    const asked: [string, RequestInit][] = [];
    const fetched = async (...given: [string, RequestInit]) => asked.push(given) > 0 && new Response('# Title');
    const report = reporterFor('atp_pm_x', fetched as unknown as typeof fetch);
    expect(await (await report('AT-1', 'markdown', signal)).text()).toBe('# Title');
    expect(asked).toEqual([
      ['/atps/AT-1/report?format=markdown', expect.objectContaining({ headers: { authorization: 'Bearer atp_pm_x' } })],
    ]);
    expect(fileNameOf('AT-1', 'json')).toBe('AT-1.json');
  });

  test.each([
    [401, SignedOut],
    [404, Refused],
    [503, Unreachable],
  ])('given %i, then it is a %o', async (status, kind) => {
    const fetched = async () => new Response('{"detail":"There is no ATP X."}', { status });
    await expect(reporterFor('x', fetched as typeof fetch)('X', 'json', signal)).rejects.toBeInstanceOf(kind);
  });
});

describe('a listing', () => {
  test('asks for every status that is open, or closed', () => {
    expect([...openOrder].sort()).toEqual(statuses.filter((status) => !isClosed(status)).sort());
    expect([...closedOrder].sort()).toEqual(statuses.filter(isClosed).sort());
  });

  test('reads all pages; what moved on between two of them stands there once, as it is now', async () => {
    const older = givenAtp({ atpId: 'moved', updatedAt: at(1) });
    const newer = { ...older, status: 'Complete', updatedAt: at(2) } as const;
    const pages: Record<string, object> = {
      '/atps?status=InProgress&limit=100': { atps: [older], cursor: 'c' },
      '/atps?status=InProgress&limit=100&cursor=c': { atps: [givenAtp({ atpId: 'second' })] },
      '/atps?status=Complete&limit=100': { atps: [newer] },
    };
    const { reader } = givenReader(({ address }) => json(pages[address] ?? { atps: [] }));
    const listing = listingOf(reader, ['InProgress', 'Complete']);
    expect(await listing({ signal })).toEqual([newer, givenAtp({ atpId: 'second' })]);
  });

  test('given that one of them changed, then the others are the same objects; given nothing, the same list', async () => {
    let [changing, tag] = ['before', 1];
    const { reader } = givenReader(({ headers }) =>
      headers['if-none-match'] === `"${tag}"`
        ? new Response(null, { status: 304 })
        : json({ atps: [givenAtp({ atpId: 'A' }), givenAtp({ atpId: 'B', title: changing })] }, `"${tag}"`),
    );
    const listing = listingOf(reader, ['InProgress']);
    const first = await listing({ signal });
    expect(await listing({ signal })).toBe(first);
    [changing, tag] = ['after', 2];
    const then = await listing({ signal });
    expect(then[0]).toBe(first[0]);
    expect(then[1]?.title).toBe('after');
  });

  test('given that one is missing, then it is kept for one pass, and is gone with the next', async () => {
    const [stays, moves] = [givenAtp({ atpId: 'stays' }), givenAtp({ atpId: 'moves' })];
    const passes = [[stays, moves], [stays], [stays, moves], [stays], [stays], [stays]];
    const { reader } = givenReader(() => json({ atps: passes.shift() }));
    const listing = listingOf(reader, ['InProgress']);
    const seen: number[] = [];
    while (passes.length > 0) seen.push((await listing({ signal })).length);
    expect(seen).toEqual([2, 2, 2, 2, 1, 1]);
  });
});

describe('the detail', () => {
  test('of what is known and open waits for something newer; of what is closed it does not', async () => {
    const { reader, sent } = givenReader(() => json(givenDetail()));
    await readDetail(reader, { atpId: 'a/b', before: undefined, signal });
    await readDetail(reader, { atpId: 'a/b', before: givenDetail(), signal });
    await readDetail(reader, { atpId: 'a/b', before: givenDetail({ atp: givenAtp({ status: 'Closed' }) }), signal });
    const waiting = `/atps/a%2Fb?${new URLSearchParams({ waitSeconds: '20', since: at(0) })}`;
    expect(sent.map(({ address }) => address)).toEqual(['/atps/a%2Fb', waiting, '/atps/a%2Fb']);
  });

  test('for whose turn it is, is read once for each state, and again after it failed', async () => {
    const answers = [new Response('', { status: 503 }), json(givenDetail()), json(givenDetail())];
    const { reader, sent } = givenReader(() => answers.shift() ?? Promise.reject(new Error('asked too often')));
    const turns = turnsFor(reader, signal);
    await expect(turns.of(givenAtp())).rejects.toThrow();
    await turns.of(givenAtp());
    await turns.of(givenAtp());
    await turns.of(givenAtp({ updatedAt: at(1) }));
    expect(sent).toHaveLength(3);
  });
});

describe('following', () => {
  const givenTab = () => {
    const told = new EventTarget();
    const tab = {
      hidden: false,
      addEventListener: told.addEventListener.bind(told),
      removeEventListener: told.removeEventListener.bind(told),
    };
    const turn = (hidden: boolean): void => {
      tab.hidden = hidden;
      told.dispatchEvent(new Event('visibilitychange'));
    };
    return { tab: tab as unknown as Tab, turn };
  };

  test('given a lost connection that comes back, then both are told', async () => {
    const leaving = new AbortController();
    const told: Connection[] = [];
    const outcomes = [async () => 0, () => Promise.reject(new Unreachable('gone')), async () => 0];
    await follow({
      pass: async () => {
        const outcome = outcomes.shift();
        if (outcome) return outcome();
        leaving.abort();
        return 0;
      },
      signal: leaving.signal,
      told: (connection) => told.push(connection),
      refused: () => undefined,
      tab: givenTab().tab,
    });
    expect(told).toEqual(['live', 'lost', 'live']);
  });

  test('given a token that is refused, or a question, then it asks no more', async () => {
    const told: string[] = [];
    const given = { signal, told: (said: string) => told.push(said), refused: (said: string) => told.push(said) };
    const { tab } = givenTab();
    await follow({ ...given, tab, pass: () => Promise.reject(new SignedOut('no')) });
    await follow({ ...given, tab, pass: () => Promise.reject(new Refused('There is no ATP X.')) });
    expect(told).toEqual(['signed-out', 'There is no ATP X.']);
  });

  test('given a tab that is hidden in the middle of a wait, then the wait ends, and nothing is asked until it is seen', async () => {
    const leaving = new AbortController();
    const { tab, turn } = givenTab();
    const passes: string[] = [];
    const following = follow({
      pass: (seen) =>
        new Promise((resolve, reject) => {
          passes.push(tab.hidden ? 'hidden' : 'seen');
          if (passes.length === 2) {
            leaving.abort();
            return resolve(0);
          }
          seen.addEventListener('abort', () => reject(new Unreachable('given up')));
          turn(true);
          setImmediate(() => turn(false));
        }),
      signal: leaving.signal,
      told: () => passes.push('told'),
      refused: () => undefined,
      tab,
    });
    await following;
    expect(passes).toEqual(['seen', 'seen']);
  });
});

test('what is no token is sent nowhere', () => {
  expect(isToken(`atp_pm_${'a'.repeat(40)}`)).toBe(true);
  for (const text of ['', 'hunter2', 'atp_', `atp_pm_${'a'.repeat(40)}\n`, `Bearer atp_pm_${'a'.repeat(40)}`])
    expect(isToken(text)).toBe(false);
});
