/** `npm run fuzz`: requests that docs/openapi.json allows, and some it does not, against a stack of its own. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { freshAssembly } from '../../infra/local/assembly.ts';
import { localAws } from '../../infra/local/aws.ts';
import { type RunningStack, startStack } from '../../infra/local/start.ts';
import type { PagerSource } from '../../lib/model.ts';
import { createIntegration } from '../../lib/store/integrations.ts';
import { onEach } from '../support/callers.ts';
import { integrationOf, now, recordOf } from '../support/pages/integrations.ts';
import type { Source, World } from './requests.ts';
import { type Door, fuzz, pathOf } from './run.ts';

const HELP = `Requests made from docs/openapi.json, and every answer held against it.

  npm run fuzz
  npm run fuzz -- --requests 20000 --seed 1

  --requests N  how many (default 20000)
  --seed N      another seed makes other requests (default 1)
`;
const CALLERS = 8;
const SHOWN_FAILURES = 20;

const read = () => {
  const { help, ...counts } = parseArgs({
    options: {
      requests: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;
  for (const [flag, value] of Object.entries(counts))
    if (!/^[1-9]\d{0,6}$/.test(value)) throw new Error(`--${flag} takes a whole number of at least one, not ${value}`);
  return { help, requests: Number(counts.requests), seed: Number(counts.seed) };
};

const worldOf = async ({ dynamodb, ssm, tokens }: RunningStack): Promise<World> => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ ...localAws, endpoint: dynamodb.endpoint }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const parameters = new SSMClient({ ...localAws, ...(ssm && { endpoint: ssm.endpoint }) });
  const made = async (source: PagerSource, signs = false): Promise<Source> => {
    const given = integrationOf(source, source === 'cloudwatch' ? { arns: [] } : {}, signs);
    await createIntegration({ client, name: dynamodb.table }, recordOf(given));
    const Value = JSON.stringify([{ secret: given.credential, createdAt: now() }]);
    const parameter = { Name: `${ssm?.prefix}/${given.integrationId}`, Type: 'SecureString' as const, Value };
    if (signs) await parameters.send(new PutParameterCommand(parameter));
    return given;
  };
  const wanted = [
    ['events', 'events'],
    ['pagerduty', 'pagerduty', true],
    ['alertmanager', 'alertmanager'],
    ['grafana', 'grafana'],
    ['signed', 'grafana', true],
    ['generic', 'generic'],
    ['sns', 'cloudwatch'],
  ] as const;
  const sources = await onEach(wanted, async ([name, source, signs]) => [name, await made(source, signs)] as const);
  return { tokens, sources: Object.fromEntries(sources) as World['sources'] };
};

const over =
  (url: string): Door =>
  async ({ operation, path, headers, query, body }) => {
    const address = new URL(`${url}${pathOf(operation, path)}`);
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
    const answer = await fetch(address, { method: operation.method, headers, ...(body !== undefined && { body }) });
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
  };

const { help, requests, seed } = read();
if (help) process.stdout.write(HELP);
else {
  const assembly = freshAssembly(console.log);
  const data = mkdtempSync(join(tmpdir(), 'hotfix-fuzz-'));
  const stack = await startStack({ assembly, data, port: 0 });
  try {
    const started = performance.now();
    const tally = await fuzz(await worldOf(stack), over(stack.url), { requests, seed, callers: CALLERS });
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.log(tally.table());
    for (const failure of tally.failures.slice(0, SHOWN_FAILURES)) console.log(JSON.stringify(failure));
    console.log(
      `\n${tally.requests} requests in ${seconds} s, seed ${seed}: ${tally.failures.length} not as documented.`,
    );
    if (tally.failures.length > 0) process.exitCode = 1;
  } finally {
    await stack.stop();
    rmSync(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}
