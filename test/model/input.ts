/** What is wrong with a call whatever the state: the first rows of the order of refusals in contract section 2. */

import type { CallerRole, MessageType, Role } from '../../lib/model.ts';
import { type Body, type Call, people, refuseIf } from './world.ts';

export const handoffText = '### Completed Work\n- Rolled back\n### Pending Work\n### Evidence\n- Tests pass';

const anybody = ['@pm', '@dev', '@operator', '@sre', '@qa'] as const;
type Way = { from: readonly CallerRole[]; to: readonly CallerRole[] };
export const ways: Record<MessageType, Way> = {
  Directive: { from: ['@pm'], to: ['@dev', '@qa', '@sre'] },
  EmergencyDirective: { from: ['@pm'], to: ['@dev', '@qa', '@sre'] },
  Handoff: { from: ['@dev'], to: ['@pm'] },
  HITLNotification: { from: ['@pm'], to: ['@operator'] },
  Escalation: { from: anybody, to: ['@operator'] },
  Decision: { from: ['@operator'], to: anybody },
  Blocker: { from: anybody, to: ['@pm'] },
  Update: { from: anybody, to: ['@pm'] },
  Rejection: { from: ['@pm', '@qa'], to: ['@dev'] },
};

const BODY_LIMIT = 65_536;

const wrong: Partial<Record<Call['tool'], (body: Body) => boolean>> = {
  atp_set: ({ stage, status, qa }) =>
    (stage !== undefined && status === undefined) || (qa !== undefined && status !== undefined),
  atp_create: ({ title, type, qa, codeReview }) =>
    title === undefined || (type !== 'standard' && (qa !== undefined || codeReview !== undefined)),
  handoff: ({ completed, evidence }) => completed === undefined || evidence === undefined,
  message_send: ({ messageType, toAgent, body }) =>
    !(ways[messageType as MessageType].to as readonly unknown[]).includes(toAgent) ||
    (messageType === 'Handoff' && body !== handoffText),
  artifact_create: ({ artifactType, regressionTest }) =>
    regressionTest !== undefined && artifactType !== 'QATestReport',
  checklist_update: ({ state, note, linkedAtpId }) =>
    (state === 'not-applicable' && note === undefined) ||
    (state === 'done' && note === undefined && linkedAtpId === undefined),
};

export const weighInput = ({ who, tool, body }: Call): void => {
  refuseIf(String(body.body ?? '').length > BODY_LIMIT, 'PAYLOAD_TOO_LARGE');
  refuseIf(body.misspelt !== undefined || wrong[tool]?.(body), 'INVALID_INPUT');
  const named = body.agent ?? body.fromAgent;
  refuseIf(named !== undefined && String(named).toLowerCase() !== people[who], 'AGENT_MISMATCH');
};

const unfit: readonly unknown[] = ['can-wait', 'non-production', 'feature-request', 'nice-to-have'];

/** A description that is none of an incident's, given to what is one or would be. */
export const weighIncident = ({ tool, body: { incident, type = 'hotfix' } }: Call): void => {
  if (tool !== 'atp_set' || !incident || (type !== 'hotfix' && type !== 'emergency')) return;
  const { category, environment = 'production' } = incident as { category?: string; environment?: string };
  refuseIf(unfit.includes(category) || !/^prod(uction)?$/i.test(environment), 'NOT_A_HOTFIX');
};

/** A message, or a handoff, from a role to itself. */
export const weighReceiver = ({ who, tool, body: { toAgent } }: Call): void => {
  const receiver: Role | undefined = tool === 'handoff' ? '@pm' : (toAgent as Role | undefined);
  refuseIf((tool === 'handoff' || tool === 'message_send') && receiver === people[who], 'SELF_MESSAGE');
};
