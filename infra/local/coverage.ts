import { resourcesOf, type Template } from './template.ts';

/** What the local stack makes and runs. */
const run: ReadonlySet<string> = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::DynamoDB::GlobalTable',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::S3::Bucket',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
]);

/** What changes nothing for a caller here: rights, logs, watching, where failures go, and the CDK's own. */
const withoutEffect =
  /^AWS::(IAM|Logs|CloudWatch|KMS|CDK)::|^AWS::(S3::Bucket|SNS::Topic|SQS::Queue)(Inline)?Policy$|^AWS::Lambda::(Permission|EventInvokeConfig)$/;

/** What brings events of AWS itself, of which there are none here, and why it is left out. */
const leftOut: Readonly<Record<string, string>> = {
  'AWS::Events::Rule': 'no alarm of CloudWatch changes its state on this machine',
};

/** Kinds of subscription that a queue, a function, the outbox or somebody elsewhere gets. */
const protocols: ReadonlySet<unknown> = new Set(['sqs', 'lambda', 'email', 'email-json', 'sms', 'http', 'https']);

/** Refuses a template that holds more than runs here: what is left out in silence fails in an account first. */
export const refuseUnknown = (template: Template): void => {
  for (const [logicalId, { Type }] of Object.entries(template.resources))
    if (!run.has(Type) && !withoutEffect.test(Type) && !(Type in leftOut))
      throw new Error(`the local stack does not know ${Type} (${logicalId} of the template): it must learn it first`);
  for (const [logicalId, { Protocol }] of resourcesOf(template, 'AWS::SNS::Subscription'))
    if (!protocols.has(Protocol))
      throw new Error(`the local stack does not deliver to ${String(Protocol)} (${logicalId} of the template)`);
};

/** A line for each resource that has an effect in an account and none here. */
export const notRun = (template: Template): string[] =>
  Object.entries(template.resources).flatMap(([logicalId, { Type }]) => {
    const why = leftOut[Type];
    return why ? [`not run here: ${logicalId} (${Type}): ${why}`] : [];
  });
