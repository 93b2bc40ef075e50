import type { Body } from './service.ts';

/** A client of the protocol, whichever made it: what a tool answered, as the client read it. */
export type Agent = { call: (tool: string, input: Record<string, unknown>) => Promise<Called> };
export type Called = { answer?: Body; problem?: Body };

type Result = { isError?: unknown; structuredContent?: unknown; content?: unknown };

export const calledOf = ({ isError, structuredContent, content }: Result): Called =>
  isError
    ? { problem: JSON.parse((content as { text: string }[])[0]?.text ?? '') }
    : { answer: structuredContent as Body };

type Agents = { pm: Agent; devs: readonly [Agent, Agent]; operator: Agent };

const held = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(`not so: ${what}`);
};

/** A whole hotfix by four agents of three roles, two of whom race for it. Throws where a step did not hold. */
export const playHotfix = async ({ pm, devs, operator }: Agents, atpId: string): Promise<void> => {
  const done = async (agent: Agent, tool: string, input: Record<string, unknown>): Promise<Body> => {
    const { answer, problem } = await agent.call(tool, input);
    if (problem) throw new Error(`${tool}: ${JSON.stringify(problem)}`);
    return answer;
  };
  await done(pm, 'atp_set', { atpId, status: 'InProgress', title: 'Checkout answers 500' });
  const order = { atpId, toAgent: '@dev', messageType: 'Directive', subject: 'Fix it', body: 'Now.' };
  const { message } = await done(pm, 'message_send', order);
  const { messages } = await done(devs[0], 'message_list', { open: true });
  held(
    messages.some(({ messageId }: Body) => messageId === message.messageId),
    'the directive is in the inbox',
  );

  const race = await Promise.all(devs.map((dev) => dev.call('message_ack', { messageId: message.messageId })));
  const winner = race.findIndex(({ answer }) => answer);
  const lost = race.find(({ problem }) => problem)?.problem;
  held(race.filter(({ answer }) => answer).length === 1, 'exactly one took it');
  held(lost?.code === 'ALREADY_ACKNOWLEDGED' && lost.next.length > 0, 'the other is told so, and what comes next');

  const early = await pm.call('atp_close', { atpId });
  held(early.problem?.code === 'INVALID_TRANSITION', 'nothing closes before it is complete');
  const work = { atpId, completed: ['Rolled back'], evidence: ['Probes pass'] };
  await done(devs[winner] ?? devs[0], 'handoff', work);
  const report = { artifactType: 'PMVerificationReport', title: 'Verified', content: 'All three gates hold.' };
  await done(pm, 'artifact_create', { atpId, ...report });
  const closed = await done(pm, 'atp_close', { atpId, summary: 'Rolled back.' });
  held(closed.endOfMessage === true && closed.followUp.type === 'review', 'it is closed, and its review is there');
  const inbox = await done(operator, 'message_list', { atpId });
  held(
    inbox.messages.some(({ messageType }: Body) => messageType === 'HITLNotification'),
    'the operator was told',
  );
};
