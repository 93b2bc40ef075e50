import { beforeAll, describe, expect, it } from 'vitest';
import { readRoutes, type ToolName } from '../../lib/model.ts';
import type { StateName } from '../support/makers.ts';
import { Mcp } from '../support/mcp.ts';
import { type Body, eventFor, Service } from '../support/service.ts';
import { States } from '../support/states.ts';

const callers = ['pm-1', 'dev-1', 'operator-1', 'sre-1', 'qa-1'] as const;
const handedOff = { completed: ['Rolled back'], evidence: ['Tests pass'] };
const report = { artifactType: 'PMVerificationReport', title: 'Verified', content: 'It holds.' };
const letter = { subject: 'Fix it', body: 'It fails.' };

/** For each tool that writes a state in which one role may, and what it then sends: all that is wrong of another is its role. */
const steps: [ToolName, StateName, (atpId: string, messageId: string) => object][] = [
  ['atp_set', 'started', (atpId) => ({ atpId, notes: 'Search too.' })],
  ['atp_create', 'started', () => ({ type: 'bugfix', title: 'Rounding' })],
  ['atp_change_status', 'acknowledged', (atpId) => ({ atpId, status: 'Complete' })],
  ['atp_change_status', 'started', (atpId) => ({ atpId, status: 'Rejected', notes: 'A false alarm.' })],
  ['atp_close', 'verified', (atpId) => ({ atpId })],
  ['handoff', 'acknowledged', (atpId) => ({ atpId, ...handedOff })],
  ['message_send', 'started', (atpId) => ({ atpId, toAgent: '@dev', messageType: 'Directive', ...letter })],
  ['message_send', 'started', (atpId) => ({ atpId, toAgent: '@pm', messageType: 'Decision', ...letter })],
  ['message_ack', 'directed', (_, messageId) => ({ messageId })],
  ['artifact_create', 'completed', (atpId) => ({ atpId, ...report })],
];

let service: Service;
let states: States;
let mcp: Mcp;
beforeAll(async () => {
  service = await Service.start();
  states = new States(service);
  mcp = new Mcp(service);
});

const codeOf = ({ code = 'done' }: Body): string => code;

/** What the role gets for the step, on an ATP that nobody else touches. */
const told = async (
  through: (who: string, tool: ToolName, input: object) => Promise<Body>,
  [tool, state, input]: (typeof steps)[number],
): Promise<string[]> => {
  const codes: string[] = [];
  for (const who of callers) {
    const { atpId } = await states.copy(state);
    const { messages } = await service.done('pm-1', 'atp_get', { atpId });
    codes.push(codeOf(await through(who, tool, input(atpId, messages[0]?.messageId ?? ''))));
  }
  return codes;
};

describe.each(steps)('given %s on an ATP that is %s', (...step) => {
  it('when each role calls it, then the tool and /mcp tell it the same, and no role may that the flow does not name', async () => {
    const overHttp = await told(async (who, tool, input) => (await service.call(who, tool, input)).body, step);
    const overMcp = await told(async (who, tool, input) => {
      const { content } = await mcp.call(who, tool, input);
      return JSON.parse(content[0].text);
    }, step);
    expect(overMcp).toEqual(overHttp);
    expect(overHttp.filter((code) => code === 'done')).toHaveLength(1);
  });
});

it.each(readRoutes)(
  'given $path over GET, when each role asks, then it is told what $tool tells it',
  async ({ path, tool }) => {
    const { atpId } = await states.copy('directed');
    const { handler } = await import(`../../functions/tools/${tool}.ts`);
    const named = path.includes('{') ? { atpId } : undefined;
    for (const who of callers) {
      const authorization = `Bearer ${service.tokens[who]}`;
      const event = {
        ...eventFor(tool, '', { authorization }),
        body: undefined,
        routeKey: `GET ${path}`,
        pathParameters: named,
      };
      const answer = await handler(event, {});
      const { body } = await service.done(who, tool, named ?? {}).then((said) => ({ body: said }));
      expect(JSON.parse(answer.body), who).toEqual(body);
    }
  },
);
