/** A message, or a digest of many, to SNS. */

import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { env, required } from '../env.ts';
import { log } from '../log.ts';
import type { Channel } from '../model.ts';
import type { Digest } from './digest.ts';
import { bareNoticeOf, type Notice, noticeOf } from './notice.ts';
import { asOutgoing, type TopicName } from './outgoing.ts';

/** What is published to, and where a reader of the mail may look at an ATP. */
export type Topics = { sns: SNSClient; arns: Record<TopicName, string>; publicUrl?: string | undefined };

const REQUEST_TIMEOUT_MS = 3_000;
const CONNECTION_TIMEOUT_MS = 1_000;

/** Made once per execution environment, at start-up. */
export const openTopics = (): Topics => ({
  sns: new SNSClient({
    requestHandler: {
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      connectionTimeout: CONNECTION_TIMEOUT_MS,
    },
  }),
  arns: { directives: required(env.directivesTopic), hitl: required(env.hitlTopic) },
  publicUrl: process.env[env.publicUrl],
});

/** The item of a message, and the ids by which it is known whatever else the item lacks. */
export type Named = Parameters<typeof bareNoticeOf>[0];

/**
 * Publishes a message to subscribers of these channels, with the same `eventId` however often. A notice is never lost
 * because of its text: what cannot be laid out, or is refused, is announced without it. Throws whatever else SNS refuses.
 */
export const publish = async (topics: Topics, named: Named, channels: readonly Channel[]): Promise<void> => {
  const { atpId, messageId } = named;
  try {
    await deliver(topics, layOut(named, topics.publicUrl), channels);
  } catch (error) {
    if (!isAboutText(error)) throw error;
    log.error('SNS refused the text of a notice, which goes out without it', { atpId, messageId, error });
    await deliver(topics, bareNoticeOf(named), channels);
  }
};

/** The same of a digest, which only email gets. `layOutAs` leaves out what agents wrote where it is asked to. */
export const publishDigest = async (topics: Topics, layOutAs: (form: 'whole' | 'bare') => Digest): Promise<void> => {
  try {
    await deliver(topics, layOutAs('whole').notice, ['email']);
  } catch (error) {
    if (!isAboutText(error)) throw error;
    log.error('SNS refused the text of a digest, which goes out without what agents wrote', { error });
    await deliver(topics, layOutAs('bare').notice, ['email']);
  }
};

const layOut = (named: Named, publicUrl: string | undefined): Notice => {
  try {
    return noticeOf(asOutgoing(named.item), publicUrl);
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

type Sent = Omit<Notice, 'attributes'> & { attributes: { [name: string]: string | readonly string[] } };

/** Subscriptions filter by `channels` (infra/notifications.ts), as SNS compares a `String.Array`: one that fits is enough. */
const deliver = async (
  { sns, arns }: Topics,
  { topic, subject, texts, attributes }: Sent,
  channels: readonly Channel[],
): Promise<void> => {
  await sns.send(
    new PublishCommand({
      TopicArn: arns[topic],
      Subject: subject,
      MessageStructure: 'json',
      Message: JSON.stringify(texts),
      MessageAttributes: Object.fromEntries(
        Object.entries({ ...attributes, channels }).map(([name, value]) => [name, attribute(value)]),
      ),
    }),
  );
};

const attribute = (value: string | readonly string[]) =>
  typeof value === 'string'
    ? { DataType: 'String', StringValue: value }
    : { DataType: 'String.Array', StringValue: JSON.stringify(value) };
