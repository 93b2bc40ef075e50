/**
 * The environment variables of the functions. The stack sets them, the functions read them, both by these names.
 * A variable that is missing fails at cold start, by name.
 */
export const env = {
  /** Name of the table. */
  table: 'TABLE_NAME',
  /** ARN of the SNS topic for P0 directives. */
  directivesTopic: 'DIRECTIVES_TOPIC_ARN',
  /** ARN of the SNS topic for the operator. */
  hitlTopic: 'HITL_TOPIC_ARN',
  /** Name of the bucket for artifacts with `persist` `file` or `both`. */
  artifactBucket: 'ARTIFACT_BUCKET',
  /** Seconds a closed ATP has to meet its obligations. */
  obligationTimeout: 'OBLIGATION_TIMEOUT_SECONDS',
  /** Seconds until the review of a hotfix is due. */
  reviewTimeout: 'REVIEW_TIMEOUT_SECONDS',
} as const;

export type EnvName = (typeof env)[keyof typeof env];

export const required = (name: EnvName): string => {
  const value = process.env[name];
  if (!value) throw new Error(`the environment variable ${name} is missing`);
  return value;
};

export const requiredSeconds = (name: EnvName): number => {
  const seconds = Number(required(name));
  if (!Number.isInteger(seconds) || seconds < 0)
    throw new Error(`the environment variable ${name} is no whole number of seconds`);
  return seconds;
};
