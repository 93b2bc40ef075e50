import { startFauxqs } from 'fauxqs';
import type { TestProject } from 'vitest/node';
import { startEngine, useEngine } from '../../infra/local/dynamodb.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Endpoint of a DynamoDB engine. */
    dynamodb: string;
    /** Endpoint of SNS, SQS and S3. */
    fauxqs: string;
  }
}

/** Starts the engines once for all tests; `DYNAMODB_ENDPOINT` names a DynamoDB that already runs. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const { DYNAMODB_ENDPOINT } = process.env;
  const engine = await (DYNAMODB_ENDPOINT ? useEngine(DYNAMODB_ENDPOINT) : startEngine());
  const fauxqs = await startFauxqs({ port: 0, logger: false });
  project.provide('dynamodb', engine.endpoint);
  project.provide('fauxqs', `http://127.0.0.1:${fauxqs.port}`);
  return async () => {
    await engine.stop();
    await fauxqs.stop();
  };
};
