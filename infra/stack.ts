import { type App, CfnOutput, Stack } from 'aws-cdk-lib';
import { env } from '../lib/env.ts';
import { Alarms } from './alarms.ts';
import { Api } from './api.ts';
import { ArtifactBucket } from './artifact-bucket.ts';
import { Dashboard } from './dashboard.ts';
import { Decisions } from './decisions.ts';
import { McpEndpoint } from './mcp-endpoint.ts';
import { Notifications } from './notifications.ts';
import { Outbox } from './outbox.ts';
import { Pagers } from './pagers.ts';
import { Report } from './report.ts';
import { type Settings, timeoutsOf } from './settings.ts';
import { ControlPlaneTable } from './table.ts';
import { Timers } from './timers.ts';
import { Tools } from './tools.ts';
import { Webhooks } from './webhooks.ts';

/** `bundles` holds a directory per entry, as `bundle` leaves it. */
type Options = { settings: Settings; bundles: string };

export const STACK = 'HotfixControlPlane';

/** Data outlives its stack, but where the stage says that it is there to be thrown away. */
const isRetained = (stage: string): boolean => !/^dev(-|$)/.test(stage);

export class HotfixControlPlane extends Stack {
  constructor(app: App, { settings, bundles }: Options) {
    const { stage, throttleRate, throttleBurst, logRetentionDays } = settings;
    super(app, STACK, {
      stackName: stage === 'prod' ? STACK : `${STACK}-${stage}`,
      description: `Hotfix control plane, stage ${stage}`,
    });
    const retained = isRetained(stage);
    const deployment = { bundles, logRetention: logRetentionDays };
    const timeouts = timeoutsOf(settings);
    const told = settings.webhooks;

    const table = new ControlPlaneTable(this, 'Table', { retained });
    const artifacts = new ArtifactBucket(this, 'Artifacts', { retained });
    const notifications = new Notifications(this, 'Notifications', settings);
    const tools = new Tools(this, 'Tools', { ...deployment, table, artifacts, timeouts, webhooks: told });
    const { digestInterval } = settings;
    const onTime = { timeouts, webhooks: told, digestInterval };
    const timers = new Timers(this, 'Timers', { ...deployment, table, notifications, ...onTime });
    const webhooks = new Webhooks(this, 'Webhooks', { ...deployment, table, enabled: told });
    const { alarmTopics, alarmEvents } = settings;
    const pages = { alarmTopics, alarmEvents, webhooks: told };
    const pagers = new Pagers(this, 'Pagers', { ...deployment, table, artifacts, timeouts, ...pages });
    const mcp = new McpEndpoint(this, 'Mcp', { ...deployment, tools, allowedOrigins: settings.mcpAllowedOrigins });
    const decisions = new Decisions(this, 'Decisions', { ...deployment, table, timeouts, webhooks: told });
    const report = new Report(this, 'Report', { ...deployment, table, artifacts });
    const throttle = { rateLimit: throttleRate, burstLimit: throttleBurst };
    const api = new Api(this, 'Api', { ...deployment, tools, report, pagers, mcp, decisions, throttle });
    const concurrency = settings.notifierConcurrency;
    const far = { notifications, timers, webhooks };
    const outbox = new Outbox(this, 'Outbox', { ...deployment, ...far, table, concurrency, digestInterval });
    const { apiEndpoint } = api.api;
    for (const publisher of [outbox.notify, timers.timer]) {
      publisher.set(env.publicUrl, settings.publicUrl ?? apiEndpoint);
      decisions.bindSign(publisher, apiEndpoint);
    }
    const alarms = new Alarms(this, 'Alarms', { api, outbox, pagers, timers, webhooks, notifications });
    const shown = { alarms, api, decisions, mcp, outbox, pagers, report, table, timers, tools, webhooks };
    new Dashboard(this, 'Dashboard', shown);

    this.#output('ApiUrl', api.api.apiEndpoint);
    this.#output('TableName', table.table.tableName);
    this.#output('DirectivesTopicArn', notifications.directives.topicArn);
    this.#output('HitlTopicArn', notifications.hitl.topicArn);
    this.#output('OperationsTopicArn', notifications.operations.topicArn);
    this.#output('ArtifactBucketName', artifacts.bucket.bucketName);
    this.#output('DeadLetterQueueUrl', outbox.deadLetters.queueUrl);
    this.#output('TimerQueueUrl', timers.queue.queueUrl);
    this.#output('ParameterPrefix', pagers.parameterPrefix);
    this.#output('PagerDeadLetterQueueUrl', pagers.deadLetters.queueUrl);
    this.#output('AlarmFunctionArn', pagers.functions.cloudwatch.lambda.functionArn);
    this.#output('WebhookQueueUrl', webhooks.queue.queueUrl);
    this.#output('WebhookDeadLetterQueueUrl', webhooks.deadLetters.queueUrl);
    this.#output('WebhookParameterPrefix', webhooks.parameterPrefix);
    this.#output('TimerDeadLetterQueueUrl', timers.deadLetters.queueUrl);
  }

  #output(id: string, value: string): void {
    new CfnOutput(this, id, { value });
  }
}
