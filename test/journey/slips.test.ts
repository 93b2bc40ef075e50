import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { mended } from '../../lib/http/slips.ts';
import type { ToolName } from '../../lib/model.ts';
import { type Body, Given, newId, Service } from '../support/service.ts';
import { goodInputs } from './bad-input/inputs.ts';
import { type ShownTool, shownTools } from './teaching/catalogue.ts';

const SEED = 20_261_124;

let service: Service;
let given: Given;
let tools: ShownTool[];
beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  tools = await shownTools();
});

type Row = [
  state: 'started' | 'acknowledged' | 'completed' | 'verified',
  who: string,
  tool: ToolName,
  input: Body,
  then: Body,
];
const letter = { subject: 'Hello', body: 'All is well.' };
const report = { title: 'Verified', content: 'It holds.' };

describe('given a slip whose meaning is beyond doubt, then it is taken as meant', () => {
  it.each<Row>([
    ['started', 'pm-1', 'atp_change_status', { status: 'rejected', notes: 'N' }, { atp: { status: 'Rejected' } }],
    ['acknowledged', 'dev-1', 'atp_set', { status: 'COMPLETE', agent: 'DEV' }, { atp: { status: 'Complete' } }],
    ['verified', 'pm-1', 'atp_change_status', { status: 'in progress', notes: 'N' }, { atp: { status: 'InProgress' } }],
    ['verified', 'pm-1', 'atp_change_status', { status: 'IN_PROGRESS', notes: 'N' }, { atp: { status: 'InProgress' } }],
    ...['P1', 'p1', 'high', 'p1-high', 'P1_HIGH', 'P1 High'].map(
      (priority): Row => ['started', 'pm-1', 'atp_set', { priority }, { atp: { priority: 'P1-High' } }],
    ),
    ...['pm', '@PM', 'Pm'].map(
      (toAgent): Row => [
        'acknowledged',
        'dev-1',
        'message_send',
        { ...letter, to_agent: toAgent, message_type: 'update' },
        { message: { toAgent: '@pm', messageType: 'Update' } },
      ],
    ),
    [
      'started',
      'pm-1',
      'message_send',
      { ...letter, toAgent: 'Operator', messageType: 'HITL_Notification', requires_ack: 'True' },
      { message: { toAgent: '@operator', messageType: 'HITLNotification', requiresAck: true } },
    ],
    [
      'acknowledged',
      'dev-1',
      'handoff',
      { completed: 'Rolled back', Evidence: 'Tests pass' },
      { atp: { status: 'Complete' } },
    ],
    ['started', 'pm-1', 'atp_set', { evidence: 'Tests pass' }, { atp: { evidence: ['Tests pass'] } }],
    [
      'started',
      'pm-1',
      'atp_set',
      { incident: { CATEGORY: 'production_down' } },
      { atp: { incident: { category: 'production-down' } } },
    ],
    [
      'completed',
      'pm-1',
      'artifact_create',
      {
        ...report,
        'artifact-type': 'pm_verification_report',
        gates: { fixes_issue: 'true', NoObviousBreakage: true, revertible: 'false' },
      },
      { artifact: { gates: { fixesIssue: true, noObviousBreakage: true, revertible: false } } },
    ],
    ['verified', 'pm-1', 'atp_close', { follow_up: { Title: 'Look back' } }, { followUp: { title: 'Look back' } }],
  ])('%s: %s calls %s with %j', async (state, who, tool, input, then) => {
    const atpId = await given[state]();
    expect(await service.done(who, tool, { ATP_ID: atpId, ...input })).toMatchObject(then);
  });

  it('when two spellings of one request have the same key, then the second is a replay of the first', async () => {
    const atpId = await given.started();
    const key = { 'idempotency-key': newId() };
    const first = await service.done('pm-1', 'atp_set', { atpId, priority: 'P1-High' }, key);
    const again = await service.call('pm-1', 'atp_set', { atp_id: atpId, priority: 'p1' }, key);
    expect(again.headers).toMatchObject({ 'idempotent-replayed': 'true' });
    expect(again.body).toEqual(first);
  });

  it('when a number comes as a text, then it is one', async () => {
    expect((await service.done('pm-1', 'atp_list', { limit: '1' })).atps).toHaveLength(1);
  });
});

describe('given what may mean something else, then the refusal says what to say', () => {
  const send = { atpId: 'AT-1', toAgent: '@pm', messageType: 'Update', ...letter };
  const move = { atpId: 'AT-1', status: 'Complete' };
  const finished =
    /one of Queued.*for "\w+" say Complete when the fix is done, by @dev; Closed when it is verified, by @pm/;

  it.each<[ToolName, Body, string, RegExp]>([
    ...['done', 'Resolved', 'FIXED', 'finished'].map((status): [ToolName, Body, string, RegExp] => [
      'atp_change_status',
      { ...move, status },
      'status',
      finished,
    ]),
    ['atp_change_status', { ...move, status: 'open' }, 'status', /say Queued/],
    ['atp_change_status', { ...move, status: 'wip' }, 'status', /say InProgress/],
    ['atp_change_status', { ...move, status: 'cancelled' }, 'status', /say Rejected/],
    ['atp_change_status', { ...move, status: 'constructor' }, 'status', /^must be one of Queued, [^;]*$/],
    ['atp_change_status', { atpId: 'AT-1' }, 'status', /^is missing: one of Queued/],
    [
      'atp_change_status',
      { atpId: 'AT-1', state: 'Complete' },
      'state',
      /^is not a field here: say status \(fields: atpId, status/,
    ],
    ['atp_set', { atpId: 'AT-1', priority: 'P' }, 'priority', /^must be one of P0-Critical, P1-High/],
    ['atp_set', { atpId: 'AT-1', priority: 'urgent' }, 'priority', /say P0-Critical/],
    ['atp_set', { atpId: 'AT-1', priority: 'SEV1' }, 'priority', /say P0-Critical/],
    ['atp_set', { atpId: 'AT-1', priority: 'P4' }, 'priority', /say P3-Low/],
    ['atp_set', { atpId: 'AT-1', evidence: '["a", "b"]' }, 'evidence', /must be of type array/],
    ['atp_set', { atpId: 'AT-1', drill: 'yes' }, 'drill', /must be of type boolean/],
    ['atp_set', { atpId: 'AT-1', incident: { category: 'production' } }, 'incident.category', /one of production-down/],
    [
      'atp_set',
      { atpId: 'AT-1', incident: { title: 'x' } },
      'incident.title',
      /\(fields: environment, category, summary/,
    ],
    ['atp_set', { atpId: 7 }, 'atpId', /must be of type string/],
    [
      'checklist_update',
      { atpId: 'AT-1', item: 'root-cause', state: 'applicable', note: 'N' },
      'state',
      /one of open, done, not-applicable/,
    ],
    [
      'message_send',
      { ...send, messageType: 'Notification' },
      'messageType',
      /say HITLNotification to @operator, or Update to @pm/,
    ],
    ['message_send', { ...send, messageType: 'Ack' }, 'messageType', /message_ack/],
    ['message_send', { ...send, toAgent: 'developer' }, 'toAgent', /say @dev/],
    ['message_send', { ...send, to: '@pm' }, 'to', /say toAgent/],
    ['message_send', { ...send, from: '@dev' }, 'from', /say fromAgent/],
    ['message_send', { ...send, type: 'Update' }, 'type', /say messageType/],
    ['message_send', { ...send, message: 'x' }, 'message', /say body/],
    ['message_send', { ...send, text: 'x' }, 'text', /say body/],
    ['message_send', { ...send, to_agent: '@pm' }, 'to_agent', /say toAgent/],
    ['atp_get', { id: 'AT-1' }, 'id', /say atpId/],
    ['message_ack', { id: 'x' }, 'id', /say messageId/],
    ['artifact_create', { ...send, type: 'Other' }, 'type', /say artifactType/],
    ['atp_get', { atp_id: 'AT-1', ATPID: 'AT-1' }, 'ATPID', /say atpId/],
    ['atp_get', { atpId: 'AT-1', nonsense: 1 }, 'nonsense', /^is not a field here \(fields: atpId/],
  ])('%s with %j', async (tool, input, path, message) => {
    const { status, body } = await service.call('dev-1', tool, input);
    expect([status, body.code]).toEqual([400, 'INVALID_INPUT']);
    expect(body.issues).toContainEqual({ path, message: expect.stringMatching(message) });
  });
});

describe('given the schemas of all tools', () => {
  const seeded = { seed: SEED, numRuns: 200 };

  it('when an input is good, with any text where text is free, then nothing is mended', () => {
    for (const { name, input, schema } of tools) {
      const isFree = (field: string) => schema.properties?.[field]?.type === 'string' && !schema.properties[field].enum;
      const texts = fc.oneof(fc.string(), fc.constantFrom('done', 'true', '10', 'in progress', 'p0', '["a"]'));
      const free = fc.dictionary(fc.constantFrom(...Object.keys(goodInputs[name]).filter(isFree), 'none'), texts);
      fc.assert(
        fc.property(free, ({ none: _, ...some }) => {
          const whole = { ...goodInputs[name], ...some };
          expect(mended(input, whole)).toEqual(whole);
        }),
        seeded,
      );
    }
  });

  it('when a value of a list comes in any case and with any separators, then it is that value', () => {
    const listed = tools.flatMap(({ input, schema }) =>
      Object.entries(schema.properties ?? {}).flatMap(([field, { enum: values = [] }]) =>
        values.map((value) => ({ input, field, value })),
      ),
    );
    expect(listed.length).toBeGreaterThan(100);
    const spelling = fc.infiniteStream(fc.tuple(fc.boolean(), fc.constantFrom('', '_', ' ', '-')));
    fc.assert(
      fc.property(fc.constantFrom(...listed), spelling, ({ input, field, value }, stream) => {
        const spelt = [...value.replace(/[@-]/g, '')]
          .map((letter, place) => {
            const { value: [upper, separator] = [false, ''] } = stream.next();
            return (place > 0 ? separator : '') + (upper ? letter.toUpperCase() : letter.toLowerCase());
          })
          .join('');
        expect(mended(input, { [field]: spelt })).toEqual({ [field]: value });
      }),
      { ...seeded, numRuns: 2_000 },
    );
  });

  it('when names come in any form, then no field is lost', () => {
    const names = fc.oneof(
      fc.string(),
      fc.constantFrom('__proto__', 'constructor', 'atp_id', 'ATPID', 'atpId', 'status', 'STATUS'),
    );
    for (const { input } of tools) {
      fc.assert(
        fc.property(fc.array(fc.tuple(names, fc.jsonValue({ maxDepth: 1 }))), (entries) => {
          const odd = Object.fromEntries(entries);
          expect(Object.keys(mended(input, odd) as object)).toHaveLength(Object.keys(odd).length);
        }),
        seeded,
      );
    }
  });
});
