/** A message, or a digest of many, to SNS. */

import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { env, required } from '../env.ts';
import { log } from '../log.ts';
import { type Channel, isQuestion } from '../model.ts';
import { requestTimeouts } from '../request-timeouts.ts';
import type { Digest } from './digest.ts';
import { bareNoticeOf, type Notice, noticeOf } from './notice.ts';
import { asOutgoing, type TopicName } from './outgoing.ts';
import type { Places } from './places.ts';

/** What is published to, and where a reader of the mail may go. */
export type Topics = {
  sns: SNSClient;
  arns: Record<TopicName, string>;
  publicUrl?: string | undefined;
  /** Where questions are decided, and what signs the links to there. */
  decisions?: { url: string; key: () => Promise<string> } | undefined;
};

/** Made once per execution environment, at start-up. */
export const openTopics = (): Topics => ({
  sns: new SNSClient({ requestHandler: requestTimeouts }),
  arns: { directives: required(env.directivesTopic), hitl: required(env.hitlTopic) },
  publicUrl: required(env.publicUrl),
  decisions: { url: required(env.decisionUrl), key: keyIn(required(env.decisionKey)) },
});

const keyIn = (parameter: string): (() => Promise<string>) => {
  let key: Promise<() => Promise<string>> | undefined;
  return async () => {
    key ??= import('../decision/signing-key.ts').then(({ openSigningKey }) => openSigningKey(parameter));
    return (await key)();
  };
};

/**
 * Where the readers of these messages may go. A key that cannot be had is no reason to keep back that somebody waits for
 * an answer: the mail then says by which call it is given.
 */
export const placesFor = async (
  { publicUrl, decisions }: Topics,
  named: readonly Pick<Named, 'item'>[],
): Promise<Places> => {
  if (!decisions || !named.some(({ item }) => isQuestion(item))) return { publicUrl };
  try {
    return { publicUrl, decisions: { url: decisions.url, key: await decisions.key() } };
  } catch (error) {
    log.error('no key to sign with: the email of a question goes out without its link', { error });
    return { publicUrl };
  }
};

/** The item of a message, and the ids by which it is known whatever else the item lacks. */
export type Named = Parameters<typeof bareNoticeOf>[0];

/**
 * Publishes a message to subscribers of these channels, with the same `eventId` however often. A notice is never lost
 * because of its text: what cannot be laid out, or is refused, is announced without it. Throws whatever else SNS refuses.
 */
export const publish = async (topics: Topics, named: Named, channels: readonly Channel[]): Promise<void> => {
  const { atpId, messageId } = named;
  try {
    await deliver(topics, layOut(named, await placesFor(topics, channels.includes('email') ? [named] : [])), channels);
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

const layOut = (named: Named, places: Places): Notice => {
  try {
    return noticeOf(asOutgoing(named.item), places);
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
