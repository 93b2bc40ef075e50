import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { env } from '../../../lib/env.ts';
import { probe } from './build.ts';

/** A bundle and the event it is called with. */
export type Subject = { name: string; bundle: string; event: unknown };
export const queues = ['timers', 'webhooks', 'webhook-dead-letters'] as const;
/** `cpuMs` is what the main thread itself ran of both. */
export type Sample = { importMs: number; callMs: number; cpuMs: number };

const directory = mkdtempSync(join(tmpdir(), 'cold-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));

export const PARAMETER_PREFIX = '/cold/integrations';
const queueUrl = (endpoint: string, name: (typeof queues)[number]): string => `${endpoint}/000000000000/${name}`;
/** The table and the topics of the engines. */
export type Place = { table: string; topics: { directives: string; hitl: string } };

/** What a function of the stack finds in its environment, with the far end moved here. */
export const functionEnvironment = (endpoint: string, { table, topics }: Place): Record<string, string> => ({
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_SESSION_TOKEN: 'local',
  AWS_LAMBDA_FUNCTION_NAME: 'cold',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
  AWS_ENDPOINT_URL: endpoint,
  // In Lambda there are no AWS configuration files either.
  HOME: directory,
  TZ: ':UTC',
  [env.table]: table,
  [env.artifactBucket]: 'artifacts',
  [env.directivesTopic]: topics.directives,
  [env.hitlTopic]: topics.hitl,
  [env.timerQueue]: queueUrl(endpoint, 'timers'),
  [env.webhookQueue]: queueUrl(endpoint, 'webhooks'),
  [env.webhookDeadLetters]: queueUrl(endpoint, 'webhook-dead-letters'),
  [env.digestInterval]: '10',
  [env.parameterPrefix]: PARAMETER_PREFIX,
  [env.publicUrl]: 'https://board.example.com',
  [env.decisionUrl]: 'https://board.example.com/decision',
  [env.decisionKey]: '/HotfixControlPlane/decisions/signing-key',
  [env.webhooks]: 'false',
  [env.mcpAllowedOrigins]: '[]',
  [env.metricNamespace]: 'Cold',
  [env.timeouts]: JSON.stringify({
    acknowledgement: 300,
    fix: { hotfix: 3_600, emergency: 3_600 },
    verification: 1_800,
    obligation: 900,
    review: { hotfix: 172_800, emergency: 86_400 },
    reminder: 86_400,
    decision: 86_400,
  }),
});

/** What a script needs to call the subject: the paths of its bundle and of its event. */
export const argumentsOf = ({ name, bundle, event }: Subject): string[] => {
  const eventFile = join(directory, `${name}.json`);
  writeFileSync(eventFile, JSON.stringify(event));
  return [resolve(bundle), eventFile];
};

/** Loads the subject in a process of its own and lets it answer its first call, which has to succeed. */
export const coldCall = async (subject: Subject, environment: Record<string, string>): Promise<Sample> => {
  const options = { env: environment, maxBuffer: 2 ** 26 };
  const { stdout } = await promisify(execFile)(process.execPath, [probe, ...argumentsOf(subject)], options).catch(
    (error: { stderr?: string }) => {
      throw new Error(`${subject.name} broke: ${error.stderr?.slice(-500) || error}`);
    },
  );
  // Its own log stands before.
  const { answer, ...sample } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  if (!isDone(answer)) throw new Error(`${subject.name} did not do it: ${stdout.slice(-2_000)}`);
  return sample;
};

export type Answer = { statusCode?: number; body?: string; batchItemFailures?: unknown[] } | { effect: string }[];

/** A refusal through /mcp is an answer of 200 too. A page that opens nothing is not what was meant. */
export const isDone = (answer: Answer): boolean => {
  if (Array.isArray(answer)) return answer.length > 0 && answer.every(({ effect }) => effect === 'opened');
  const { statusCode, body = '', batchItemFailures } = answer;
  if (batchItemFailures) return batchItemFailures.length === 0;
  return (statusCode === 200 || statusCode === 202) && !/"(isError|error)":/.test(body);
};
