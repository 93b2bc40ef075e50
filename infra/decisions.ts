import { Stack } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { Construct } from 'constructs';
import { env } from '../lib/env.ts';
import type { Timeouts } from '../lib/model.ts';
import { type Deployment, ServiceFunction } from './function.ts';
import type { ControlPlaneTable } from './table.ts';

type Options = Deployment & { table: ControlPlaneTable; timeouts: Timeouts; webhooks: boolean };

/**
 * Where a person decides what an agent asked of `@operator`: a page behind a signed link. CloudFormation makes no
 * parameter that is secret, so whoever signs first makes the key. docs/adr/0111-decision-links.md says why.
 */
export class Decisions extends Construct {
  readonly path = '/decision';
  readonly methods = [HttpMethod.GET, HttpMethod.POST];
  readonly decision: ServiceFunction;
  /** Name of the parameter with the key. */
  readonly keyParameter: string;

  constructor(scope: Construct, id: string, { table, timeouts, webhooks, ...deployment }: Options) {
    super(scope, id);
    this.keyParameter = `/${Stack.of(this).stackName}/decisions/signing-key`;
    this.decision = new ServiceFunction(this, 'decision', {
      ...deployment,
      entry: 'decision',
      description: this.methods.map((method) => `${method} ${this.path}`).join(', '),
    });
    this.decision.set(env.timeouts, JSON.stringify(timeouts));
    this.decision.set(env.webhooks, String(webhooks));
    table.bindTransitions(this.decision);
    this.decision.bindMetrics();
    this.#bindKey(this.decision, ['ssm:GetParameter']);
  }

  /** Whoever publishes the email of a question signs its link, which leads to this address. */
  bindSign(signer: ServiceFunction, apiUrl: string): void {
    signer.set(env.decisionUrl, `${apiUrl}${this.path}`);
    this.#bindKey(signer, ['ssm:GetParameter', 'ssm:PutParameter']);
  }

  /** Decryption needs no permission: the key that Systems Manager has in an account serves all who may read. */
  #bindKey(bound: ServiceFunction, actions: string[]): void {
    const { partition, region, account } = Stack.of(this);
    bound.set(env.decisionKey, this.keyParameter);
    bound.allow(actions, [`arn:${partition}:ssm:${region}:${account}:parameter${this.keyParameter}`]);
  }
}
