/** A message to SNS. */

import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { log } from '../log.ts';
import { bareNoticeOf, type Notice, noticeOf } from './notice.ts';
import { asOutgoing, type TopicName } from './outgoing.ts';
import type { Pace } from './pace.ts';

/** What is published to: the topics' ARNs, and the pace kept on each. */
export type Topics = { sns: SNSClient; arns: Record<TopicName, string>; pace: Pace };

/** The item of a message, and the ids by which it is known whatever else the item lacks. */
export type Named = Parameters<typeof bareNoticeOf>[0];

/**
 * Publishes a message, with the same `eventId` however often. A notice is never lost because of its text: what cannot
 * be laid out, or is refused, is announced without it. Throws whatever else SNS refuses.
 */
export const publish = async (topics: Topics, named: Named): Promise<void> => {
  const { atpId, messageId } = named;
  try {
    await deliver(topics, layOut(named));
  } catch (error) {
    if (!isAboutText(error)) throw error;
    log.error('SNS refused the text of a notice, which goes out without it', { atpId, messageId, error });
    await deliver(topics, bareNoticeOf(named));
  }
};

const layOut = (named: Named): Notice => {
  try {
    return noticeOf(asOutgoing(named.item));
  } catch (error) {
    const { atpId, messageId } = named;
    log.error('a message could not be laid out, its notice goes out without its text', { atpId, messageId, error });
    return bareNoticeOf(named);
  }
};

/**
 * SNS's refusals of what is said (SNS API reference, Publish). Any other is about the topic, a permission or the
 * moment. Those heal, by themselves or by somebody's hand, and the notice goes out whole then.
 */
const REFUSALS_OF_TEXT: ReadonlySet<string> = new Set([
  'InvalidParameter',
  'InvalidParameterException',
  'InvalidParameterValueException',
  'ParameterValueInvalid',
  'ValidationException',
]);
const isAboutText = (error: unknown): boolean => error instanceof Error && REFUSALS_OF_TEXT.has(error.name);

const deliver = async ({ sns, arns, pace }: Topics, { topic, subject, texts, attributes }: Notice): Promise<void> => {
  await pace(topic);
  await sns.send(
    new PublishCommand({
      TopicArn: arns[topic],
      Subject: subject,
      MessageStructure: 'json',
      Message: JSON.stringify(texts),
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
      ),
    }),
  );
};
