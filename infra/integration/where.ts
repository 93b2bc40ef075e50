/** Which table, which Parameter Store and which API the integrations are for: the local stack's, or an account's. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { IntegrationTable } from '../../lib/store/integrations.ts';
import { localAws } from '../local/aws.ts';
import { readStackFile } from '../local/stack-file.ts';
import type { SecretStore } from './secrets.ts';

export type Place = {
  data?: string | undefined;
  table?: string | undefined;
  region?: string | undefined;
  url?: string | undefined;
  parameters?: string | undefined;
};

export type Where = {
  table: IntegrationTable;
  secrets: SecretStore;
  /** Of the API, without a slash at its end; undefined where nobody said. */
  url: string | undefined;
  /** Of the local stack's own integration. */
  routingKey?: string | undefined;
};

const DEFAULT_PREFIX = '/HotfixControlPlane/integrations';

export const whereOf = (place: Place): Where => {
  if (place.table ? place.data : (place.region ?? place.parameters))
    throw new Error('--table, --region and --parameters name an account, --data a local stack: one or the other');
  return place.table ? inAccount(place.table, place) : onLocalStack(place);
};

const inAccount = (name: string, { region, parameters = DEFAULT_PREFIX, url }: Place): Where => {
  const config = region ? { region } : {};
  return {
    table: { client: DynamoDBDocumentClient.from(new DynamoDBClient(config)), name },
    secrets: { ssm: new SSMClient(config), prefix: parameters },
    url: url && baseOf(url),
  };
};

const onLocalStack = ({ data = '.local', url }: Place): Where => {
  const stack = readStackFile(data);
  if (!stack)
    throw new Error(
      `there is no stack.json in ${data}: run npm start first, or name a table in an account with --table`,
    );
  if (!stack.ssm) throw new Error(`${data}/stack.json names no Parameter Store: start the stack anew`);
  const { dynamodb, ssm, routingKey } = stack;
  const client = new DynamoDBClient({ ...localAws, endpoint: dynamodb.endpoint });
  return {
    table: { client: DynamoDBDocumentClient.from(client), name: dynamodb.table },
    secrets: { ssm: new SSMClient({ ...localAws, endpoint: ssm.endpoint }), prefix: ssm.prefix },
    url: baseOf(url ?? stack.url),
    routingKey,
  };
};

const baseOf = (url: string): string => {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw new Error(`--url ${url} is no address of an API`);
  return url.replace(/\/+$/, '');
};
