import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { env } from '../lib/env.ts';
import type { Timeouts } from '../lib/model.ts';
import { AlarmSources } from './alarm-sources.ts';
import type { ArtifactBucket } from './artifact-bucket.ts';
import { type PagerName, pagerEntry, pagerNames } from './entries.ts';
import { type Deployment, ServiceFunction } from './function.ts';
import type { ControlPlaneTable } from './table.ts';

type Options = Deployment & {
  table: ControlPlaneTable;
  artifacts: ArtifactBucket;
  timeouts: Timeouts;
  webhooks: boolean;
  alarmTopics: readonly string[];
  alarmEvents: boolean;
};

/** Of the sources that come over HTTP. Events API v2 has two of them, fixed by its clients. */
const paths: Record<PagerName, readonly string[]> = {
  events: ['/v2/enqueue', '/v2/change/enqueue'],
  pagerduty: ['/pager/pagerduty'],
  alertmanager: ['/pager/alertmanager'],
  grafana: ['/pager/grafana'],
  sns: ['/pager/sns'],
  generic: ['/pager/generic'],
  cloudwatch: [],
};

/** Grafana's contact points may be set to PUT. */
const routesOf = (name: PagerName): { method: HttpMethod; path: string }[] => {
  const methods = name === 'grafana' ? [HttpMethod.POST, HttpMethod.PUT] : [HttpMethod.POST];
  return paths[name].flatMap((path) => methods.map((method) => ({ method, path })));
};

/** Their signatures need the secret itself. */
const signing: readonly PagerName[] = ['pagerduty', 'grafana'];

export type PagerRoute = { method: HttpMethod; path: string; pager: ServiceFunction };

/** What takes pages in: a function for each source, each with what its own requests need. */
export class Pagers extends Construct {
  readonly functions: Readonly<Record<PagerName, ServiceFunction>>;
  /** Pages that AWS brought and that were given up. */
  readonly deadLetters: Queue;
  /** What the names of the parameters with secrets begin with. */
  readonly parameterPrefix: string;

  constructor(scope: Construct, id: string, options: Options) {
    super(scope, id);
    const { table, alarmTopics, alarmEvents } = options;
    this.parameterPrefix = `/${Stack.of(this).stackName}/integrations`;
    this.deadLetters = new Queue(this, 'DeadLetters', {
      // The longest that SQS keeps a message: a dead letter waits for a person.
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    Validations.of(this.deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue: of asynchronous invocations, which the rule does not look at.',
    });
    const functions = pagerNames.map((name) => [name, this.#pager(name, options)]);
    this.functions = Object.fromEntries(functions) as Record<PagerName, ServiceFunction>;
    const { deadLetters } = this;
    // An event of AWS names no integration: it is looked for among them all.
    table.bindQuery(this.functions.cloudwatch);
    new AlarmSources(this, 'Alarms', { target: this.functions.cloudwatch, alarmTopics, alarmEvents, deadLetters });
  }

  /** What sources call, and what answers them. */
  get routes(): PagerRoute[] {
    return pagerNames.flatMap((name) => routesOf(name).map((route) => ({ ...route, pager: this.functions[name] })));
  }

  #pager(name: PagerName, options: Options): ServiceFunction {
    const { table, artifacts, timeouts, webhooks, bundles, logRetention } = options;
    const pager = new ServiceFunction(this, name, {
      bundles,
      logRetention,
      entry: pagerEntry(name),
      description:
        routesOf(name)
          .map(({ method, path }) => `${method} ${path}`)
          .join(', ') || 'Takes alarms that AWS brings.',
    });
    pager.set(env.timeouts, JSON.stringify(timeouts));
    pager.set(env.webhooks, String(webhooks));
    table.bindTransitions(pager);
    pager.bindMetrics();
    artifacts.bindPages(pager);
    if (signing.includes(name)) this.#bindSecrets(pager);
    return pager;
  }

  /** Decryption needs no permission: the key that Systems Manager has in an account serves all who may read. */
  #bindSecrets(pager: ServiceFunction): void {
    const { partition, region, account } = Stack.of(this);
    const parameters = `parameter${this.parameterPrefix}/*`;
    pager.set(env.parameterPrefix, this.parameterPrefix);
    pager.allow(['ssm:GetParameter'], [`arn:${partition}:ssm:${region}:${account}:${parameters}`]);
    Validations.of(pager).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:${parameters}]`,
      reason: 'A parameter for each integration, made after the deployment; the prefix holds nothing else.',
    });
  }
}
