import { createHmac, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { localAws } from '../../infra/local/aws.ts';
import { type Parameters, serveParameters } from '../../infra/local/parameters.ts';
import { env } from '../../lib/env.ts';
import type { PagerSource } from '../../lib/model.ts';
import type { Integration } from '../../lib/pager/integration.ts';
import type { Secret } from '../../lib/pager/secret-list.ts';
import { createIntegration } from '../../lib/store/integrations.ts';
import { type GivenIntegration, integrationOf, now, recordOf } from './pages/integrations.ts';
import { type Happened, type SenderName, senders, topic } from './pages/senders.ts';
import { notification } from './pages/sns.ts';
import type { Body, Service } from './service.ts';

export type PageAnswer = { status: number; body: Body };
type Sent = { body: string | Buffer; headers?: Record<string, string>; query?: Record<string, string> };
type Door = 'events' | 'change' | 'pagerduty' | 'alertmanager' | 'grafana' | 'generic' | 'sns';

const prefix = '/test/integrations';
const paths: Partial<Record<Door, string>> = { events: '/v2/enqueue', change: '/v2/change/enqueue' };

export const hmac = (secret: string, body: string | Buffer): string =>
  createHmac('sha256', secret).update(body).digest('hex');

/** Sources of pages, and the doors they knock at: the functions' own handlers, called as AWS calls them. */
export class Pages {
  readonly #service: Service;
  readonly #parameters: SSMClient;
  /** The one that alarms of the topic lead to: its function looks for new ones once a minute. */
  readonly cloudwatch: GivenIntegration;

  /** Ends Parameter Store. */
  readonly stop: () => Promise<void>;

  private constructor(service: Service, { endpoint, stop }: Parameters, cloudwatch: GivenIntegration) {
    this.#service = service;
    this.#parameters = new SSMClient({ ...localAws, endpoint });
    this.stop = stop;
    this.cloudwatch = cloudwatch;
  }

  /** Before any page: the functions read their environment when they are loaded. Secrets are kept in the directory. */
  static async start(service: Service, directory: string): Promise<Pages> {
    const store = await serveParameters(join(directory, 'parameters.json'));
    Object.assign(process.env, { AWS_ENDPOINT_URL_SSM: store.endpoint, [env.parameterPrefix]: prefix });
    await makeBucket();
    const cloudwatch = integrationOf('cloudwatch', { arns: [topic] });
    await createIntegration(service.table, recordOf(cloudwatch));
    // For alarms that come by no topic, or by one that nobody named.
    await createIntegration(service.table, recordOf(integrationOf('cloudwatch', { arns: [] })));
    return new Pages(service, store, cloudwatch);
  }

  /** An integration that its credential lets in: hashed, or a secret in Parameter Store where it `signs`. */
  async integration(
    source: PagerSource,
    more: Partial<Integration> & { signs?: boolean } = {},
  ): Promise<GivenIntegration> {
    const { signs = source === 'pagerduty', ...about } = more;
    const integration = integrationOf(source, about, signs);
    if (signs) await this.secrets(integration.integrationId, { secret: integration.credential, createdAt: now() });
    await createIntegration(this.#service.table, recordOf(integration));
    return integration;
  }

  async secrets(integrationId: string, ...secrets: Secret[]): Promise<void> {
    const Value = JSON.stringify(secrets);
    const parameter = { Name: `${prefix}/${integrationId}`, Type: 'SecureString' as const, Value, Overwrite: true };
    await this.#parameters.send(new PutParameterCommand(parameter));
  }

  /** The integration of a sender, as it stands by default. */
  of(name: SenderName, more: Partial<Integration> = {}): Promise<GivenIntegration> {
    const sender = senders[name];
    if (sender.source === 'cloudwatch') return Promise.resolve(this.cloudwatch);
    return this.integration(sender.source, { ...more, signs: 'signs' in sender });
  }

  /** What happened, in the sender's own words and with its credential. */
  async send(
    name: SenderName,
    integration: GivenIntegration,
    key: string,
    happened: Happened = 'trigger',
    severity?: string,
  ) {
    return this.page(name, integration, senders[name].payload(key, happened, severity));
  }

  /** Any payload, with the sender's credential. */
  async page(name: SenderName, integration: GivenIntegration, payload: unknown): Promise<PageAnswer> {
    const { credential, integrationId } = integration;
    const query = { integration: integrationId };
    if (name === 'SNS to a function') return this.invoke(record(JSON.stringify(payload)));
    if (name === 'SNS over HTTPS')
      return this.knock('sns', { body: JSON.stringify(notification(JSON.stringify(payload))), query });
    if (name === 'events')
      return this.knock('events', { body: JSON.stringify({ routing_key: credential, ...(payload as object) }) });
    const body = JSON.stringify(payload);
    if (name === 'pagerduty')
      return this.knock(name, { body, query, headers: { 'x-pagerduty-signature': `v1=${hmac(credential, body)}` } });
    if (name === 'grafana, signed')
      return this.knock('grafana', {
        body,
        query,
        headers: { 'x-grafana-alerting-signature': hmac(credential, body) },
      });
    return this.knock(name, { body, headers: { authorization: `Bearer ${credential}` } });
  }

  /** As API Gateway would; bytes come to a function in base64. */
  async knock(door: Door, { body, headers = {}, query }: Sent): Promise<PageAnswer> {
    const { handler } = await import(`../../functions/pager-${door === 'change' ? 'events' : door}.ts`);
    const request = {
      version: '2.0',
      rawPath: paths[door] ?? `/pager/${door}`,
      rawQueryString: '',
      headers: { 'content-type': 'application/json', ...headers },
      queryStringParameters: query,
      body: body.toString(typeof body === 'string' ? undefined : 'base64'),
      isBase64Encoded: typeof body !== 'string',
      requestContext: { requestId: randomUUID() },
    } as unknown as APIGatewayProxyEventV2;
    const answer = await handler(request, {});
    return { status: answer.statusCode, body: JSON.parse(answer.body ?? 'null') };
  }

  /** As AWS invokes the function of alarms; an error would be tried again. */
  async invoke(payload: unknown): Promise<PageAnswer> {
    const { handler } = await import('../../functions/pager-cloudwatch.ts');
    return { status: 202, body: { pages: await handler(payload, { awsRequestId: randomUUID() }) } };
  }
}

/** What SNS invokes a function with. */
export const record = (Message: string, MessageId: string = randomUUID()): object => ({
  Records: [{ EventSource: 'aws:sns', Sns: { Type: 'Notification', MessageId, TopicArn: topic, Message } }],
});

/** For payloads that no body can hold; the emulator is the same for all test files. */
const makeBucket = async (): Promise<void> => {
  const files = new S3Client({ forcePathStyle: true });
  await files.send(new CreateBucketCommand({ Bucket: 'artifacts' })).catch((error: Error) => {
    if (error.name !== 'BucketAlreadyOwnedByYou') throw error;
  });
};
