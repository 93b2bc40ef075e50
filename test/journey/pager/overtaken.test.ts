import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flowOf } from '../../../lib/flow/flows.ts';
import { atpTypes } from '../../../lib/model.ts';
import { keys } from '../../../lib/store/keys.ts';
import { conditioned } from '../../support/conditioned.ts';
import { before } from '../../support/disturbances.ts';
import { Overtaken } from '../../support/overtaken.ts';
import { directiveOf, verify } from '../../support/pages/incident.ts';
import { Pages } from '../../support/pages.ts';
import { temporary } from '../../support/temporary.ts';
import { readWhole } from '../../support/timeline.ts';

const directory = temporary();
let world: Overtaken;
let pages: Pages;
beforeAll(async () => {
  world = await Overtaken.start();
  pages = await Pages.start(world.service, directory);
});
afterAll(() => Promise.all([world.stop(), pages.stop()]));

/** An ATP that a page opened, and how its source goes on. */
const opened = async () => {
  const integration = await pages.integration('generic', { rules: [{ severity: ['critical'], to: 'emergency' }] });
  const key = randomUUID();
  const say = async (action: string, severity = 'error') => {
    const page = { action, key, title: 'Checkout answers 500', severity };
    return (await pages.page('generic', integration, page)).body.pages[0];
  };
  return { say, atpId: (await say('trigger')).atpId as string };
};

/** Something comes between the read and the write of a page. */
const between = (happen: () => Promise<unknown>): void => {
  world.proxy.forget();
  world.proxy.disturb = before('TransactWriteItems', happen);
};
const act = (who: string, tool: 'atp_change_status' | 'message_ack', body: object) =>
  world.service.done(who, tool, body);

/** Rows that begin at an ATP and that pages take. */
const taken = {
  'hotfix InProgress raise': async () => opened(),
  'hotfix Complete raise': async () => {
    const page = await opened();
    await verify(world.service, page.atpId);
    return page;
  },
};

describe('given the rows that pages take', () => {
  it('when they are counted, then each is taken below', () => {
    const rows = atpTypes.flatMap((type) =>
      flowOf({ type })
        .transitions.filter(({ from, roles }) => from !== null && roles.includes('@pager'))
        .map(({ from, step }) => `${type} ${from} ${step}`),
    );
    // A page directs whom it opens for: that row is taken with the opening.
    expect(rows.filter((row) => !row.endsWith(' direct'))).toEqual(Object.keys(taken));
  });

  it.each(Object.entries(taken))(
    'when %s is taken, then its write rests on status, type and directives',
    async (_, given) => {
      const { say, atpId } = await given();
      world.proxy.forget();
      expect(await say('trigger', 'critical')).toEqual({ effect: 'raised', atpId });
      const write = world.proxy.requests.find(({ operation }) => operation === 'TransactWriteItems');
      const restsOn = write ? conditioned(write, keys.atp(atpId)) : [];
      expect(restsOn).toEqual(expect.arrayContaining(['status', 'type', 'directives']));
    },
  );
});

it('given a rule that leads to an emergency, when a page opens it, then with one read and one write', async () => {
  const integration = await pages.integration('generic', { rules: [{ to: 'emergency' }] });
  world.proxy.forget();
  const page = { action: 'trigger', key: randomUUID(), title: 'All regions are down' };
  expect((await pages.page('generic', integration, page)).body.pages[0].effect).toBe('opened');
  expect(world.proxy.operations).toEqual(['BatchGetItem', 'TransactWriteItems']);
});

it('given a hotfix that a page opened, when it is raised, then with two reads and one write', async () => {
  const { say } = await opened();
  world.proxy.forget();
  expect((await say('trigger', 'critical')).effect).toBe('raised');
  expect(world.proxy.operations).toEqual(['BatchGetItem', 'BatchGetItem', 'TransactWriteItems']);
});

describe('given a page that something overtakes', () => {
  it('when the ATP is rejected before it is raised, then what fires opens another', async () => {
    const { say, atpId } = await opened();
    between(() => act('pm-1', 'atp_change_status', { atpId, status: 'Rejected', notes: 'A false alarm.' }));
    const next = await say('trigger', 'critical');
    expect(next.effect).toBe('opened');
    expect((await readWhole(world.service, next.atpId)).atp).toMatchObject({ type: 'emergency', previousAtpId: atpId });
  });

  it('when its directive is taken before it is raised, then both hold', async () => {
    const { say, atpId } = await opened();
    const { messageId } = await directiveOf(world.service, atpId);
    between(() => act('dev-1', 'message_ack', { messageId }));
    expect(await say('trigger', 'critical')).toEqual({ effect: 'raised', atpId });
    const { atp } = await readWhole(world.service, atpId);
    expect(atp).toMatchObject({ type: 'emergency', owner: { name: 'dev-1' } });
  });

  it('when the ATP is closed before it resolves, then the resolution is of nothing that is open', async () => {
    const { say, atpId } = await opened();
    between(() => act('pm-1', 'atp_change_status', { atpId, status: 'Rejected', notes: 'A false alarm.' }));
    expect(await say('resolve')).toEqual({ effect: 'dropped' });
  });

  it('when it resolves before it is rejected, then both hold, and what fires later is new', async () => {
    const { say, atpId } = await opened();
    between(() => say('resolve'));
    await act('pm-1', 'atp_change_status', { atpId, status: 'Rejected', notes: 'A false alarm.' });
    const { atp } = await readWhole(world.service, atpId);
    expect(atp).toMatchObject({ status: 'Rejected', alertResolvedAt: expect.any(String) });
    expect(await say('trigger')).toMatchObject({ effect: 'opened' });
  });

  it('when it resolves before a closure that says why it closes all the same, then it is closed', async () => {
    const { say, atpId } = await opened();
    await verify(world.service, atpId);
    between(() => say('resolve'));
    await act('pm-1', 'atp_change_status', { atpId, status: 'Closed', alertOverride: 'The probe is broken.' });
    expect((await readWhole(world.service, atpId)).atp.status).toBe('Closed');
  });
});
