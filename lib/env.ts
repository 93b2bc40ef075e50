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
  /** `Timeouts` (lib/model.ts) as JSON. */
  timeouts: 'TIMEOUTS',
  /** `true` where events go to the queue of webhooks, else `false`. */
  webhooks: 'WEBHOOKS',
  /** URL of the SQS queue of webhooks, and of what could not be delivered. */
  webhookQueue: 'WEBHOOK_QUEUE_URL',
  webhookDeadLetters: 'WEBHOOK_DEAD_LETTERS_URL',
  /** `true` lets webhooks call this very machine, without TLS: the local stack sets it, no template does. */
  webhookLoopback: 'WEBHOOK_LOOPBACK',
  /** URL of the SQS queue of timers. */
  timerQueue: 'TIMER_QUEUE_URL',
  /** The namespace of the service's own metrics: the stack's name. */
  metricNamespace: 'METRIC_NAMESPACE',
  /** Whole seconds that lie at least between two digests of a topic. */
  digestInterval: 'DIGEST_INTERVAL',
  /** Where people look at an ATP, with no slash at its end. */
  publicUrl: 'PUBLIC_URL',
  /** Address of the page on which a question to the operator is decided. */
  decisionUrl: 'DECISION_URL',
  /** Name of the parameter with the key that signs the links to there. */
  decisionKey: 'DECISION_KEY_PARAMETER',
  /** What the names of parameters with secrets begin with: `/<stack>/integrations`, for webhooks `/<stack>/webhooks`. */
  parameterPrefix: 'PARAMETER_PREFIX',
  /** Origins of pages on other hosts that may call `/mcp`: a list as JSON. */
  mcpAllowedOrigins: 'MCP_ALLOWED_ORIGINS',
} as const;

export type EnvName = (typeof env)[keyof typeof env];

export const required = (name: EnvName): string => {
  const value = process.env[name];
  if (!value) throw new Error(`the environment variable ${name} is missing`);
  return value;
};

/** The JSON of a variable that the stack wrote. */
export const requiredJson = <T>(name: EnvName): T => JSON.parse(required(name)) as T;
