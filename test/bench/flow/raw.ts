/** The same requests to the table that a story makes, by nobody: no gateway, no function, no plan. */

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { freshAssembly } from '../../../infra/local/assembly.ts';
import { type Engine, startEngine } from '../../../infra/local/dynamodb.ts';
import { ensureTable } from '../../../infra/local/table.ts';
import { loadTemplate, resourcesOf } from '../../../infra/local/template.ts';
import { ulid } from '../../../lib/ulid.ts';
import type { EngineRequest } from '../../support/engine-proxy.ts';
import { castOf, watched } from '../cast.ts';
import { CountedStack } from '../counted-stack.ts';
import { hotfix, review } from '../stories.ts';

/** One call of a story and what it asked of the table, in order. */
type Step = { name: string; asked: readonly EngineRequest[] };
type Recording = { steps: readonly Step[]; table: string };
type Timed = (name: string, step: () => Promise<void>) => Promise<void>;

const HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
};

/** A hotfix and its review, each step alone, so that all it asks is known to be its own. */
export const record = async (data: string): Promise<Recording> => {
  const counted = await CountedStack.start({ data });
  try {
    const steps: Step[] = [];
    const cast = watched(await castOf(counted.stack), async (name, step) => {
      const { answer, asked } = await counted.counted(step);
      steps.push({ name, asked });
      return answer;
    });
    const { reviewId } = await hotfix(cast, 'recorded');
    await review(cast, reviewId);
    return { steps, table: counted.stack.dynamodb.table };
  } finally {
    await counted.stop();
  }
};

/** An engine with an empty table of the same layout, on a file as the stack has it, and the story to be played on it. */
export const startRaw = async (
  { steps, table }: Recording,
  file: string,
): Promise<{ engine: Engine; play: (timed: Timed) => Promise<void> }> => {
  const engine = await startEngine(file);
  const template = loadTemplate(freshAssembly(() => undefined));
  for (const [, properties] of resourcesOf(template, 'AWS::DynamoDB::GlobalTable'))
    await ensureTable(engine.endpoint, table, properties);
  const send = async ({ operation, input }: EngineRequest, renamed: (text: string) => string): Promise<void> => {
    const response = await fetch(engine.endpoint, {
      method: 'POST',
      headers: { ...HEADERS, 'x-amz-target': `DynamoDB_20120810.${operation}` },
      body: renamed(JSON.stringify(input)),
    });
    const answer = await response.text();
    if (response.status !== 200) throw new Error(`${operation} was refused: ${answer}`);
  };
  return {
    engine,
    play: async (timed) => {
      const renamed = renaming();
      for (const { name, asked } of steps)
        await timed(name, async () => {
          for (const wave of wavesOf(asked)) await Promise.all(wave.map((request) => send(request, renamed)));
        });
    },
  };
};

/** Queries of a list are under way together; all else waits for what was before. */
const wavesOf = (asked: readonly EngineRequest[]): EngineRequest[][] => {
  const waves: EngineRequest[][] = [];
  for (const request of asked) {
    const last = waves.at(-1);
    if (last?.[0]?.operation === 'Query' && request.operation === 'Query') last.push(request);
    else waves.push([request]);
  }
  return waves;
};

/** Ids of ATPs that the service made, idempotency keys and tokens of requests, hashes of episodes. */
const NAMES =
  /AT-[0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<=INCIDENT#[a-z0-9]{8}#)[0-9a-f]{64}/g;

/** Each name becomes another one, the same each time. */
const renaming = (): ((text: string) => string) => {
  const names = new Map<string, string>();
  const another = (name: string): string => {
    if (name.startsWith('AT-')) return `AT-${ulid()}`;
    return name.includes('-') ? randomUUID() : createHash('sha256').update(randomBytes(16)).digest('hex');
  };
  return (text) =>
    text.replace(NAMES, (name) => {
      const known = names.get(name) ?? another(name);
      names.set(name, known);
      return known;
    });
};
