/** What a request to AWS needs a right to: actions and resources as the service authorization reference names them. */

import { localAccount, localAws } from '../../../infra/local/aws.ts';

export type Right = { action: string; resource: string };
export type Request = { service: string; method: string; path: string; target: string; body: string };

type Json = Record<string, unknown>;
type Reader = (request: Request) => Right[];

export const arnOf = (service: string, resource: string): string =>
  `arn:aws:${service}:${localAws.region}:${localAccount}:${resource}`;

const table = (name: unknown, index?: unknown): string =>
  arnOf('dynamodb', `table/${name}${index === undefined ? '' : `/index/${index}`}`);

/** A transaction is allowed by the rights to what it is made of (DynamoDB developer guide, "Transactions and IAM"). */
const parts: Record<string, string> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

const dynamodb: Reader = ({ target, body }) => {
  const [, operation = ''] = target.split('.');
  const input = JSON.parse(body) as Json;
  const right = (action: string, resource: string): Right => ({ action: `dynamodb:${action}`, resource });
  if (Array.isArray(input.TransactItems))
    return (input.TransactItems as Record<string, { TableName: string }>[]).flatMap((item) =>
      Object.entries(item).map(([part, { TableName }]) => right(parts[part] ?? part, table(TableName))),
    );
  if (input.RequestItems) return Object.keys(input.RequestItems).map((name) => right(operation, table(name)));
  return [right(operation, table(input.TableName, input.IndexName))];
};

const sns: Reader = ({ body }) => {
  const fields = new URLSearchParams(body);
  return [{ action: `sns:${fields.get('Action')}`, resource: fields.get('TopicArn') ?? '' }];
};

const sqs: Reader = ({ target, body }) => {
  const { QueueUrl } = JSON.parse(body) as { QueueUrl: string };
  const [, operation = ''] = target.split('.');
  return [
    { action: `sqs:${operation.replace(/Batch$/, '')}`, resource: arnOf('sqs', QueueUrl.split('/').at(-1) ?? '') },
  ];
};

const verbs: Record<string, string> = { GET: 'GetObject', HEAD: 'GetObject', PUT: 'PutObject', DELETE: 'DeleteObject' };

const s3: Reader = ({ method, path }) => {
  const { pathname } = new URL(path, 'http://s3');
  return [
    { action: `s3:${verbs[method] ?? method}`, resource: `arn:aws:s3:::${decodeURIComponent(pathname.slice(1))}` },
  ];
};

const ssm: Reader = ({ target, body }) => {
  const { Name } = JSON.parse(body) as { Name: string };
  return [
    { action: target.replace('AmazonSSM.', 'ssm:'), resource: arnOf('ssm', `parameter/${Name.replace(/^\//, '')}`) },
  ];
};

const readers: Record<string, Reader> = { dynamodb, sns, sqs, s3, ssm };

/** Throws for a service that is not known here: what nobody reads nobody has judged. */
export const rightsOf = (request: Request): Right[] => {
  const reader = readers[request.service];
  if (!reader) throw new Error(`${request.service} is called, and not known here: teach rights.ts`);
  return reader(request);
};
