import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { env } from '../../../lib/env.ts';
import { probe } from './build.ts';

/** A bundle and the event it is called with. */
export type Subject = { name: string; bundle: string; event: unknown };
export type Sample = { importMs: number; callMs: number };

const directory = mkdtempSync(join(tmpdir(), 'cold-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));

/** What a function of the stack finds in its environment, with the far end moved here. */
export const functionEnvironment = (endpoint: string, table: string): Record<string, string> => ({
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
  [env.directivesTopic]: 'arn:aws:sns:eu-west-1:123456789012:directives',
  [env.hitlTopic]: 'arn:aws:sns:eu-west-1:123456789012:hitl',
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

/** Loads the subject in a process of its own and lets it answer its first call, which has to succeed. */
export const coldCall = async (subject: Subject, environment: Record<string, string>): Promise<Sample> => {
  const eventFile = join(directory, `${subject.name}.json`);
  writeFileSync(eventFile, JSON.stringify(subject.event));
  const { stdout } = await promisify(execFile)(process.execPath, [probe, resolve(subject.bundle), eventFile], {
    env: environment,
  }).catch((error: { stderr?: string }) => {
    throw new Error(`${subject.name} broke: ${error.stderr?.slice(-500) || error}`);
  });
  // The function's own log stands before.
  const { importMs, callMs, statusCode, body } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  // A refusal through /mcp is an answer of 200 too.
  if (statusCode !== 200 || /"(isError|error)":/.test(body))
    throw new Error(`${subject.name} answered ${statusCode}: ${stdout}`);
  return { importMs, callMs };
};
