/** Whether an answer is one that the document gives the operation. */

import { faultsOf, type Operation } from './document.ts';

export type Answer = { status: number; headers: Readonly<Record<string, string>>; body: string };

/** Of HTTP itself, and what API Gateway renames. */
const transport = [
  'content-type',
  'content-length',
  'date',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'x-amzn-remapped-www-authenticate',
];

/** Empty where all is as documented. */
export const faultsIn = (operation: Operation, { status, headers, body }: Answer): string[] => {
  if (status >= 500) return [`answered ${status}: ${body.slice(0, 300)}`];
  const response = operation.responses[status];
  if (!response) return [`${status} is not documented`];
  const named = Object.keys(response.headers ?? {}).map((name) => name.toLowerCase());
  const strange = Object.keys(headers).filter((name) => !named.includes(name) && !transport.includes(name));
  return [
    ...strange.map((name) => `the header ${name} is not documented for ${status}`),
    ...ofBody(response, headers, body),
  ];
};

const ofBody = ({ content }: Operation['responses'][string], headers: Answer['headers'], body: string): string[] => {
  if (!content) return body === '' ? [] : ['a body where none is documented'];
  const type = headers['content-type'] ?? '';
  const media = content[type];
  if (!media?.schema) return [`the content type ${type} is not documented`];
  if (!type.includes('json')) return [];
  // The document itself is not described by itself.
  if (media.schema.properties?.openapi) return [];
  const faults = faultsOf(media.schema, JSON.parse(body));
  return faults ? [faults] : [];
};
