import { createSign, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MalformedPage } from '../../../lib/pager/malformed.ts';
import {
  certificateKeys,
  isCertificateAddress,
  isSnsAddress,
  readSnsMessage,
  snsStep,
  stringToSign,
  verifySnsMessage,
} from '../../../lib/pager/sns-message.ts';
import { anyJson, fixture, spoilt } from './payload.ts';

const topic = 'arn:aws:sns:us-west-2:123456789012:MyTopic';
const certificate =
  'https://sns.us-west-2.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keyOf = async () => publicKey;

const notification = {
  Type: 'Notification',
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: topic,
  Message: 'Hello world!',
  Timestamp: '2026-11-23T00:54:06.655Z',
  SignatureVersion: '1',
  Signature: '',
  SigningCertURL: certificate,
};
const confirmation = {
  ...notification,
  Type: 'SubscriptionConfirmation',
  Token: '2336412f37f',
  SubscribeURL: `https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topic}&Token=2336412f37f`,
};
const signed = (payload: typeof notification) => {
  const algorithm = payload.SignatureVersion === '2' ? 'RSA-SHA256' : 'RSA-SHA1';
  const sign = createSign(algorithm).update(stringToSign(readSnsMessage(payload)));
  return { ...payload, Signature: sign.sign(privateKey, 'base64') };
};
const verified = async (payload: unknown, topics = [topic]) => verifySnsMessage(readSnsMessage(payload), topics, keyOf);
/** Serves the certificate of the fixtures, and notes what was asked for. */
const recording = (fetched: string[]) => async (url: string) => {
  fetched.push(url);
  return own('certificate.pem');
};
const own = (name: string) => readFileSync(join(import.meta.dirname, '../../fixtures/sns', name), 'utf8');

describe('the samples, whose signatures are no signatures', () => {
  test.each(['01', '02'])('%s is read, and refused', async (number) => {
    await expect(verified(fixture('sns-https', number))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('the string to sign is a line for each name and value, in order', () => {
    expect(stringToSign(readSnsMessage(fixture('sns-https', '02')))).toBe(
      `Message\nHello world!\nMessageId\n22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324\nSubject\nMy First Message\nTimestamp\n2012-05-02T00:54:06.655Z\nTopicArn\n${topic}\nType\nNotification\n`,
    );
    expect(stringToSign(readSnsMessage(fixture('sns-https', '01')))).toMatch(
      /^Message\nY[\s\S]*\nMessageId\n.*\nSubscribeURL\n.*\nTimestamp\n.*\nToken\n.*\nTopicArn\n.*\nType\n.*\n$/,
    );
  });
});

describe('a signature', () => {
  test.each(['1', '2'])('given version %s under a certificate, then it is good', async (version) => {
    const keys = certificateKeys(async () => own('certificate.pem'));
    const message = readSnsMessage(JSON.parse(own(`notification-${version}.json`)));
    await expect(verifySnsMessage(message, [topic], keys)).resolves.toBeUndefined();
  });

  test('given a message with and without a subject, then it is good', async () => {
    await expect(verified(signed(notification))).resolves.toBeUndefined();
    await expect(verified(signed({ ...notification, SignatureVersion: '2' }))).resolves.toBeUndefined();
    await expect(
      verified(signed({ ...notification, Subject: 'ALARM' } as typeof notification)),
    ).resolves.toBeUndefined();
    await expect(verified({ ...signed(notification), Subject: null })).resolves.toBeUndefined();
  });

  test.each([
    { Message: 'Hello' },
    { Subject: 'more' },
    { TopicArn: `${topic}2` },
    { Signature: '' },
    { Signature: '\uD800' },
    { SignatureVersion: '2' },
    { SignatureVersion: '3' },
    { SigningCertURL: 'https://sns.us-west-2.amazonaws.com.evil.example/x.pem' },
  ])('given what was signed with %j in it, then it is refused', async (change) => {
    await expect(verified({ ...signed(notification), ...change })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('given a topic that is not ours, or another host, then nothing is fetched', async () => {
    const fetched: string[] = [];
    const keys = certificateKeys(recording(fetched));
    const of = (change: object) => readSnsMessage({ ...signed(notification), ...change });
    await expect(verifySnsMessage(of({}), [], keys)).rejects.toThrow('topic');
    const elsewhere = of({ SigningCertURL: 'https://evil.example/x.pem' });
    await expect(verifySnsMessage(elsewhere, [topic], keys)).rejects.toThrow('certificate');
    expect(fetched).toEqual([]);
  });
});

describe('the certificates', () => {
  test('given many messages, then each certificate is fetched once', async () => {
    const fetched: string[] = [];
    const keys = certificateKeys(recording(fetched));
    await Promise.all([keys(certificate), keys(certificate)]);
    await keys(certificate);
    expect(fetched).toEqual([certificate]);
  });

  test('given one that cannot be had, then SNS has to send again, and it is fetched again', async () => {
    let text = 'no certificate';
    const keys = certificateKeys(async () => text);
    await expect(keys(certificate)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    text = own('certificate.pem');
    await expect(keys(certificate)).resolves.toBeDefined();
  });

  test('given a flood of addresses, then no more than a few are kept', async () => {
    const fetched: string[] = [];
    const keys = certificateKeys(recording(fetched));
    for (let at = 0; at < 30; at++) await keys(`${certificate}${at}`);
    await keys(`${certificate}29`);
    expect(fetched).toHaveLength(30);
    await keys(`${certificate}0`);
    expect(fetched).toHaveLength(31);
  });
});

describe('an address', () => {
  test.each([certificate, 'https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-1.pem'])(
    'given %s, then it is of SNS',
    (url) => {
      expect(isCertificateAddress(url)).toBe(true);
    },
  );

  test.each([
    'http://sns.us-west-2.amazonaws.com/x.pem',
    'https://sns.us-west-2.amazonaws.com:8443/x.pem',
    'https://sns.us-west-2.amazonaws.com:443/x.pem',
    'https://me@sns.us-west-2.amazonaws.com/x.pem',
    'https://sns.us-west-2.amazonaws.com@evil.example/x.pem',
    'https://sns.us-west-2.amazonaws.com\\@evil.example/x.pem',
    'https://sns.us-west-2.amazonaws.com.evil.example/x.pem',
    'https://evil.example/sns.us-west-2.amazonaws.com/x.pem',
    'https://sns.a.b.amazonaws.com/x.pem',
    'https://s3.us-west-2.amazonaws.com/x.pem',
    'https://SNS.us-west-2.amazonaws.com/x.pem',
    ' https://sns.us-west-2.amazonaws.com/x.pem',
    'https://sns.us-west-2.amazonaws.com/x.pem\n',
    'https://sns.us-west-2.amazonaws.com/x.pem?x=.pem',
    'https://sns.us-west-2.amazonaws.com/x#.pem',
    'https://sns.us-west-2.amazonaws.com/x',
    'https://sns.us-west-2.amazonaws.com/.pem/x',
  ])('given %j, then it is no certificate of SNS', (url) => {
    expect(isCertificateAddress(url)).toBe(false);
  });

  test('given any text that passes, then it is read as a host of SNS', () => {
    const near = fc.tuple(fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 })).map(([host, path]) => {
      return `https://sns.${host}.amazonaws.com${path}/x.pem`;
    });
    const held = fc.property(near, (url) => {
      if (isSnsAddress(url)) expect(new URL(url).host).toMatch(/^sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/);
    });
    fc.assert(held, { numRuns: 2_000 });
  });
});

describe('a message', () => {
  test('given raw delivery, then it is refused with what to do', () => {
    expect(() => readSnsMessage(notification, { 'x-amz-sns-rawdelivery': 'true' })).toThrow(/raw message delivery/);
    expect(() => readSnsMessage({ AlarmName: 'x' })).toThrow(MalformedPage);
  });

  test('given a notification, then its message is handed on', () => {
    expect(snsStep(readSnsMessage(notification))).toEqual({
      notification: { message: 'Hello world!', messageId: notification.MessageId, topicArn: topic },
    });
  });

  test('given a confirmation, then its address is to be visited, if it is one of SNS', () => {
    expect(snsStep(readSnsMessage(confirmation))).toEqual({ confirm: confirmation.SubscribeURL, topicArn: topic });
    const elsewhere = readSnsMessage({
      ...confirmation,
      SubscribeURL: 'https://169.254.169.254/?Action=ConfirmSubscription',
    });
    expect(() => snsStep(elsewhere)).toThrow('not one of SNS');
  });

  test('given the end of a subscription, then its address, which would subscribe again, is not named', async () => {
    const payload = signed({ ...confirmation, Type: 'UnsubscribeConfirmation' });
    await expect(verified(payload)).resolves.toBeUndefined();
    expect(snsStep(readSnsMessage(payload))).toEqual({ ignored: 'the subscription ended' });
  });

  test('given any JSON, or one that was spoilt, then it is refused', async () => {
    const payloads = fc.oneof(anyJson, spoilt(signed(notification)), spoilt(signed(confirmation)));
    const held = fc.asyncProperty(payloads, async (payload) => {
      const refused = await verified(payload).catch((error: Error) => error);
      if (refused) expect(refused).toMatchObject({ name: 'Refusal' });
    });
    await fc.assert(held, { numRuns: 300 });
  });
});
