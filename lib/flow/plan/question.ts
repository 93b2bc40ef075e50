import { messageParts } from '../../ids.ts';
import { isQuestion, type Message, type Question, type Role } from '../../model.ts';
import { Refusal } from '../../refusal.ts';
import { type Call, iso } from '../call.ts';
import type { Draft } from '../draft.ts';
import { knownAtp, refuse } from '../permit.ts';
import { versionOf } from '../question.ts';
import type { Snapshot, Write } from '../write.ts';

/** The options of a question, and what binds its link to the ATP as it is now. */
export const asked = (
  { options, recommendation }: { options?: string[] | undefined; recommendation?: string | undefined },
  { at, before }: Draft,
  { timeouts }: Call,
): Partial<Pick<Message, 'options' | 'recommendation' | 'linkExpiresAt' | 'atpVersion'>> =>
  options && recommendation !== undefined
    ? { options, recommendation, linkExpiresAt: iso(at + timeouts.decision * 1_000), atpVersion: versionOf(before) }
    : {};

type Answer = { atpId: string; inReplyTo?: string | undefined; option?: string | undefined; toAgent: Role };

/** The question that a `Decision` answers; undefined where it answers none, or one that is not there. */
export const questionOf = (
  { atpId, inReplyTo, option = '', toAgent }: Answer,
  snapshot: Snapshot,
): Question | undefined => {
  const question = inReplyTo && messageParts(inReplyTo) ? snapshot.message(inReplyTo) : undefined;
  if (!question) return undefined;
  if (!isQuestion(question))
    throw unfit('inReplyTo', `${question.messageId} is no question with options: leave inReplyTo and option out`);
  if (question.atpId !== atpId) throw unfit('atpId', `the question is one of ${question.atpId}`);
  if (toAgent !== question.fromAgent)
    throw unfit('toAgent', `the question was asked by ${question.fromAgent}, who waits for the answer`);
  if (!question.options.includes(option))
    throw unfit('option', `must be one of ${question.options.map((each) => JSON.stringify(each)).join(', ')}`);
  return question;
};

const unfit = (path: string, message: string): Refusal =>
  new Refusal('INVALID_INPUT', `The answer does not fit its question: ${path}: ${message}.`, {
    issues: [{ path, message }],
  });

export const refuseUnknownQuestion = ({ inReplyTo }: Answer, question: Question | undefined): void => {
  if (inReplyTo === undefined || question) return;
  throw new Refusal('NOT_FOUND', `There is no message ${inReplyTo}. message_list shows what was asked of you.`);
};

export const refuseDecided = (question: Question | undefined, snapshot: Snapshot, { principal }: Call): void => {
  if (!question?.decision) return;
  const { option, messageId, decidedAt, decidedBy } = question.decision;
  throw refuse(
    'ALREADY_EXISTS',
    `This question is decided: ${decidedBy.name} chose ${JSON.stringify(option)} at ${decidedAt}, in ${messageId}. A Decision without inReplyTo says more, or otherwise.`,
    knownAtp(snapshot, question.atpId),
    principal,
  );
};

/** A question is answered once, whoever is first: by its link, or by `message_send`. */
export const answered = ({ messageId }: Question, decision: Message): Write => ({
  label: `decision of ${messageId}`,
  change: { kind: 'message', messageId },
  set: {
    decision: {
      option: decision.option,
      messageId: decision.messageId,
      decidedAt: decision.sentAt,
      decidedBy: decision.sentBy,
    },
  },
  remove: [],
  expect: { decision: undefined },
});
