import { existsSync } from 'node:fs';
import { type EnvName, env } from '../../lib/env.ts';
import { functionArn, localAws } from './aws.ts';
import type { Log } from './function-log.ts';
import { type FunctionSpec, LocalFunction } from './functions.ts';
import { type Properties, type References, resourcesOf, type Template } from './template.ts';
import { type GivenTimeouts, withTimeouts } from './timeouts.ts';

/** The functions of a template, by their ARN. */
export type Functions = ReadonlyMap<string, LocalFunction>;

type FunctionProperties = {
  Code: { S3Key: unknown };
  Handler: string;
  Timeout?: number;
  MemorySize?: number;
  Environment?: { Variables?: Properties };
};

/** Lambda's own defaults, where the template gives none (AWS::Lambda::Function). */
const DEFAULT_SECONDS = 3;
const DEFAULT_MEGABYTES = 128;

/** What a function's environment gets beside, or in place of, what the template says. */
export type Given = {
  /** Where the AWS clients find their services, by `AWS_ENDPOINT_URL_...`. */
  endpoints: Record<string, string>;
  /** Each function's access key is its logical id, so that its calls are known by it. */
  signsByName: boolean;
  timeouts: GivenTimeouts;
  webhooks: boolean;
  /** Seconds, in place of what the template says. */
  digestInterval?: number | undefined;
};

/** Makes the template's functions. */
export const deployFunctions = (template: Template, references: References, given: Given, logs: Log): Functions =>
  new Map(
    resourcesOf(template, 'AWS::Lambda::Function').map(([logicalId, properties]) => {
      references.add(logicalId, logicalId, { Arn: functionArn(logicalId) });
      const spec = specOf(logicalId, properties as FunctionProperties, template, references, given);
      return [functionArn(logicalId), new LocalFunction(spec, logs)];
    }),
  );

const specOf = (
  name: string,
  { Code, Handler, Timeout, MemorySize, Environment }: FunctionProperties,
  template: Template,
  references: References,
  given: Given,
): FunctionSpec => {
  const own = references.resolve<Record<string, string>>(Environment?.Variables ?? {});
  const directory = template.assetDirectory(references.resolve<string>(Code.S3Key));
  if (!existsSync(directory)) throw new Error(`the bundle ${directory} is missing: run npm run synth`);
  const memoryMegabytes = MemorySize ?? DEFAULT_MEGABYTES;
  return {
    name,
    directory,
    handler: Handler,
    timeoutSeconds: Timeout ?? DEFAULT_SECONDS,
    memoryMegabytes,
    variables: {
      ...runtimeVariables(name, directory, Handler, memoryMegabytes),
      ...(given.signsByName && { AWS_ACCESS_KEY_ID: name }),
      ...withTimeouts(own, given.timeouts),
      ...(given.webhooks && turnedOn(own)),
      ...(given.digestInterval !== undefined &&
        env.digestInterval in own && { [env.digestInterval]: String(given.digestInterval) }),
      ...given.endpoints,
    },
  };
};

/** A receiver on a laptop is on the very machine that webhooks never call elsewhere. */
const turnedOn = (variables: Record<string, string>): Record<string, string> => ({
  ...(env.webhooks in variables && { [env.webhooks]: 'true' }),
  ...(env.webhookDeadLetters in variables && { [env.webhookLoopback]: 'true' }),
});

/** Variables that Lambda itself sets (Lambda developer guide, "Defined runtime environment variables"). */
const runtimeVariables = (
  name: string,
  directory: string,
  handler: string,
  memoryMegabytes: number,
): Record<string, string> => ({
  _HANDLER: handler,
  AWS_ACCESS_KEY_ID: localAws.credentials.accessKeyId,
  AWS_DEFAULT_REGION: localAws.region,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
  AWS_LAMBDA_FUNCTION_NAME: name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: 'local',
  AWS_REGION: localAws.region,
  AWS_SECRET_ACCESS_KEY: localAws.credentials.secretAccessKey,
  LAMBDA_TASK_ROOT: directory,
  TZ: ':UTC',
});

/** What the template sets a variable to, in whichever function has it. */
export const knownVariableOf = (functions: Functions, name: EnvName): string | undefined => {
  for (const { spec } of functions.values()) {
    const value = spec.variables[name];
    if (value !== undefined) return value;
  }
  return undefined;
};

/** A variable that some function has to have. */
export const variableOf = (functions: Functions, name: EnvName): string => {
  const value = knownVariableOf(functions, name);
  if (value === undefined) throw new Error(`no function of the template has the variable ${name}`);
  return value;
};

/** A function by the beginning of its logical id. */
export const functionNamed = (functions: Functions, beginning: string): LocalFunction => {
  for (const each of functions.values()) if (each.spec.name.startsWith(beginning)) return each;
  throw new Error(`the template has no function ${beginning}`);
};

/** The function that a resource of the template refers to: by its name, its ARN, or an address that holds the ARN. */
export const functionOf = (functions: Functions, reference: string): LocalFunction => {
  const found = [...functions].find(
    ([arn, { spec }]) => reference === arn || reference === spec.name || reference.includes(`${arn}/`),
  );
  if (!found) throw new Error(`the template invokes ${reference}, which is no function of it`);
  return found[1];
};
