import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, RecursiveLoop, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type EnvName, env } from '../lib/env.ts';

/** What all functions share: where the bundles lie, and how long logs are kept. */
export type Deployment = { bundles: string; logRetention: RetentionDays };

type Options = Deployment & {
  /** Name of the entry, whose bundle is in the directory of that name. */
  entry: string;
  description: string;
  memorySize?: number;
  timeout?: Duration;
  reservedConcurrentExecutions?: number | undefined;
  /**
   * It works off a queue to which it sends what is not due yet. Lambda would take that for a loop that nobody meant, and
   * drop the message after about 16 times (AWS Lambda developer guide, "Use Lambda recursive loop detection to prevent
   * infinite loops"): a deadline four hours away would be the last to be met.
   */
  sendsToItself?: boolean;
};

/**
 * One vCPU: Lambda gives CPU in proportion to memory, and this is where a single thread has all it can use (AWS Lambda
 * developer guide, "Configure Lambda function memory"). Incidents are rare, so a call is a cold start more often than
 * not: reading 180 KB of JavaScript and a TLS handshake, all CPU. What it costs more, it takes less long.
 */
const ONE_VCPU_MB = 1_769;

/** The gateway gives up after 30 s (HTTP API quotas); the function has to be the first to. */
const CALL_TIMEOUT = Duration.seconds(28);

/** A function with a role and a log group of its own. It may write its log, and nothing else until it is bound. */
export class ServiceFunction extends Construct {
  /** Concurrency of its own: no other function starves it, and more than that it is not meant to run. */
  readonly isReserved: boolean;
  readonly lambda: LambdaFunction;
  readonly log: LogGroup;

  constructor(scope: Construct, id: string, options: Options) {
    super(scope, id);
    const { entry, bundles, logRetention, description, memorySize, timeout } = options;
    const { reservedConcurrentExecutions, sendsToItself = false } = options;
    this.isReserved = reservedConcurrentExecutions !== undefined;
    this.log = new LogGroup(this, 'Logs', { retention: logRetention, removalPolicy: RemovalPolicy.DESTROY });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.log.grantWrite(role);
    this.lambda = new LambdaFunction(this, 'Function', {
      code: Code.fromAsset(join(bundles, entry)),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memorySize ?? ONE_VCPU_MB,
      timeout: timeout ?? CALL_TIMEOUT,
      ...(reservedConcurrentExecutions !== undefined && { reservedConcurrentExecutions }),
      ...(sendsToItself && { recursiveLoop: RecursiveLoop.ALLOW }),
      role,
      logGroup: this.log,
      description,
    });
  }

  set(variable: EnvName, value: string): void {
    this.lambda.addEnvironment(variable, value);
  }

  /** What it counts lies in the namespace of the stack. CloudWatch takes it from the log, so there is no permission. */
  bindMetrics(): void {
    this.set(env.metricNamespace, Stack.of(this).stackName);
  }

  allow(actions: string[], resources: string[]): void {
    this.lambda.addToRolePolicy(new PolicyStatement({ actions, resources }));
  }
}
