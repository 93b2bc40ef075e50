import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alarm } from '../../support/pages/senders.ts';
import { answerForSns, confirmation, notification } from '../../support/pages/sns.ts';
import { Pages } from '../../support/pages.ts';
import { Service } from '../../support/service.ts';
import { temporary } from '../../support/temporary.ts';

const directory = temporary();
let pages: Pages;
let asked: string[];
beforeAll(async () => {
  pages = await Pages.start(await Service.start(), directory);
  asked = answerForSns();
});
afterAll(() => pages.stop());

describe('given a message of SNS over HTTPS', () => {
  const knock = (message: object, headers = {}) =>
    pages.knock('sns', {
      body: JSON.stringify(message),
      headers: { 'content-type': 'text/plain; charset=UTF-8', ...headers },
      query: { integration: pages.cloudwatch.integrationId },
    });
  const text = () => JSON.stringify(alarm(randomUUID(), 'trigger'));

  it('when it is signed, then it opens; delivered again, it is answered the same', async () => {
    const message = notification(text());
    const first = await knock(message);
    expect(first).toMatchObject({ status: 202, body: { pages: [{ effect: 'opened' }] } });
    expect(await knock(message)).toEqual(first);
  });

  it.each([
    ['its signature is of another text', () => ({ ...notification(text()), Message: text() })],
    ['its topic is a stranger', () => notification(text(), { TopicArn: 'arn:aws:sns:eu-west-1:999999999999:alarms' })],
    ['its certificate lies elsewhere', () => notification(text(), { SigningCertURL: 'https://sns.example.com/a.pem' })],
    ['its signature is missing', () => ({ ...notification(text()), Signature: '' })],
  ])('when %s, then it is refused, and nothing is fetched from strangers', async (_, message) => {
    expect((await knock(message())).status).toBe(401);
    expect(asked.filter((url) => !url.startsWith('https://sns.eu-west-1.amazonaws.com/'))).toEqual([]);
  });

  it('when its delivery is raw, then it is refused: nobody signed it', async () => {
    expect((await knock(alarm('k', 'trigger') as object, { 'x-amz-sns-rawdelivery': 'true' })).status).toBe(400);
  });

  it('when a subscription is to be confirmed, then it is, only if it was signed', async () => {
    const message = confirmation();
    asked.length = 0;
    expect((await knock({ ...message, Token: 'other' })).status).toBe(401);
    expect(asked.filter((url) => url.includes('ConfirmSubscription'))).toEqual([]);
    expect((await knock(message)).status).toBe(202);
    expect(asked.filter((url) => url.includes('ConfirmSubscription'))).toEqual([message.SubscribeURL]);
  });
});
