/** Which table and which Parameter Store: the local stack's, or an account's. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { IntegrationTable } from '../../lib/store/integrations.ts';
import type { SecretStore } from '../integration/secrets.ts';
import { localAws } from '../local/aws.ts';
import { readStackFile } from '../local/stack-file.ts';

export type Place = {
  data?: string | undefined;
  table?: string | undefined;
  region?: string | undefined;
  parameters?: string | undefined;
};

/** `loopback`: this machine may be called, without TLS. */
export type Where = { table: IntegrationTable; secrets: SecretStore; loopback: boolean };

const DEFAULT_PREFIX = '/HotfixControlPlane/webhooks';

export const whereOf = ({ data, table, region, parameters }: Place): Where => {
  if (table ? data : (region ?? parameters))
    throw new Error('--table, --region and --parameters name an account, --data a local stack: one or the other');
  if (!table) return onLocalStack(data ?? '.local');
  const config = region ? { region } : {};
  return {
    table: { client: DynamoDBDocumentClient.from(new DynamoDBClient(config)), name: table },
    secrets: { ssm: new SSMClient(config), prefix: parameters ?? DEFAULT_PREFIX },
    loopback: false,
  };
};

const onLocalStack = (data: string): Where => {
  const stack = readStackFile(data);
  if (!stack)
    throw new Error(
      `there is no stack.json in ${data}: run npm start first, or name a table in an account with --table`,
    );
  const { dynamodb, ssm } = stack;
  if (!ssm?.webhooks) throw new Error(`${data}/stack.json names no parameters of webhooks: start the stack anew`);
  const client = new DynamoDBClient({ ...localAws, endpoint: dynamodb.endpoint });
  return {
    table: { client: DynamoDBDocumentClient.from(client), name: dynamodb.table },
    secrets: { ssm: new SSMClient({ ...localAws, endpoint: ssm.endpoint }), prefix: ssm.webhooks },
    loopback: true,
  };
};
