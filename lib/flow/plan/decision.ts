import { isClosed, isQuestion, type Principal, type Question } from '../../model.ts';
import { Refusal } from '../../refusal.ts';
import type { Call } from '../call.ts';
import { knownAtp, refuse } from '../permit.ts';
import { restsOn, versionOf } from '../question.ts';
import type { Plan, Snapshot } from '../write.ts';
import { planMessage } from './message.ts';
import { refuseDecided } from './question.ts';

export type Choice = {
  /** The question. */
  messageId: string;
  /** Of the ATP, when the question was asked. */
  version: string;
  /** Place in the list of options. */
  position: number;
  note?: string | undefined;
};

/**
 * What a click on a question's page decides: a `Decision` to whoever asked. Refused unless all that it rests on is as it
 * was when the question was asked.
 */
export const planDecision = (choice: Choice, snapshot: Snapshot, call: Call): Plan => {
  const { messageId, version, position, note } = choice;
  const question = knownQuestion(messageId, snapshot);
  refuseDecided(question, snapshot, call);
  const { atpId, fromAgent, subject, sentAt } = question;
  refuseStale(atpId, version, snapshot, call.principal);
  const option = question.options[position] ?? '';
  const body = [`Decided: ${option}`, '', `It answers "${subject}" of ${sentAt}.`, ...(note ? ['', note] : [])];
  const said = { messageType: 'Decision', subject: titled(option), body: body.join('\n') } as const;
  const reply = { atpId, toAgent: fromAgent, inReplyTo: messageId, option };
  return planMessage({ ...reply, ...said }, snapshot, call, restsOn);
};

/** The question that a link names; a link is signed by this service, so it names one. */
export const knownQuestion = (messageId: string, snapshot: Pick<Snapshot, 'message'>): Question => {
  const question = snapshot.message(messageId);
  if (question && isQuestion(question)) return question;
  throw new Refusal('NOT_FOUND', 'What this link asks about is no longer there.');
};

const SUBJECT_LIMIT = 200;
const titled = (option: string): string => {
  const characters = [...`Decided: ${option}`];
  const kept = characters.slice(0, SUBJECT_LIMIT - 1).join('');
  return characters.length <= SUBJECT_LIMIT ? characters.join('') : `${kept}…`;
};

/** Refuses what was asked of an ATP that is no longer what it was. */
export const refuseStale = (atpId: string, version: string, snapshot: Snapshot, principal: Principal): void => {
  const atp = knownAtp(snapshot, atpId);
  if (versionOf(atp) === version) return;
  const { status, owner } = atp;
  const now = `It stands at ${status}${owner ? `, and ${owner.name} has it` : ''}`;
  throw refuse(
    isClosed(status) ? 'ATP_CLOSED' : 'INVALID_TRANSITION',
    `${atpId} has moved on since the question was asked, so that this link decides nothing any more. ${now}. Look at it, and send a Decision with message_send, or ask for a new question.`,
    atp,
    principal,
  );
};
