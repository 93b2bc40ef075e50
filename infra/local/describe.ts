import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { env } from '../../lib/env.ts';
import { localAws } from './aws.ts';
import type { DataDirectory } from './data-directory.ts';
import { type Functions, knownVariableOf, variableOf } from './deployment.ts';
import type { Engine } from './dynamodb.ts';
import type { Messaging } from './messaging.ts';
import type { Topic } from './outbox.ts';
import { queueUrlOf } from './resources.ts';
import { ensureRoutingKey } from './routing-key.ts';
import type { StackFile } from './stack-file.ts';
import { type References, resourcesOf, type Template } from './template.ts';
import { ensureTokens } from './tokens.ts';

/** As the functions have it that read parameters of that kind; else as they would. */
export const prefixOf = (
  functions: Functions,
  { stackName }: Template,
  kind: 'integrations' | 'webhooks' = 'integrations',
): string =>
  [...functions.values()]
    .map(({ spec }) => spec.variables[env.parameterPrefix])
    .find((prefix) => prefix?.endsWith(`/${kind}`)) ?? `/${stackName}/${kind}`;

type TopicArns = StackFile['sns']['topics'];

export const topicArnsOf = (functions: Functions): TopicArns => ({
  directives: variableOf(functions, env.directivesTopic),
  hitl: variableOf(functions, env.hitlTopic),
});

/** Under the names they have in `stack.json`, with the display names that the template gives them. */
export const topicsOf = (template: Template, references: References, arns: TopicArns): [string, Topic][] =>
  resourcesOf(template, 'AWS::SNS::Topic').map(([logicalId, { DisplayName }]) => {
    const arn = references.ref(logicalId);
    const name = Object.entries(arns).find(([, known]) => known === arn)?.[0] ?? logicalId;
    return [arn, { name, ...(typeof DisplayName === 'string' && { displayName: DisplayName }) }];
  });

/** All that `stack.json` says but the address, which comes last; tokens and routing key are made if need be. */
export const describeStack = async (
  engine: Engine,
  messaging: Messaging,
  functions: Functions,
  directory: DataDirectory,
): Promise<Omit<StackFile, 'url' | 'ssm'>> => {
  const table = variableOf(functions, env.table);
  const client = new DynamoDBClient({ ...localAws, endpoint: engine.endpoint });
  const documents = DynamoDBDocumentClient.from(client);
  const tokens = await ensureTokens(documents, table, directory.tokens);
  const routingKey = await ensureRoutingKey(documents, table, directory.routingKey);
  client.destroy();
  const { endpoint } = messaging;
  const queues = { directives: queueUrlOf(messaging, 'directives'), hitl: queueUrlOf(messaging, 'hitl') };
  const timers = knownVariableOf(functions, env.timerQueue);
  const webhooks = knownVariableOf(functions, env.webhookQueue);
  return {
    tokens,
    routingKey,
    dynamodb: { endpoint: engine.endpoint, table },
    sns: { endpoint, topics: topicArnsOf(functions) },
    sqs: { endpoint, queues, ...(timers !== undefined && { timers }), ...(webhooks !== undefined && { webhooks }) },
  };
};
