import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';
import { messageTypes, priorities, roles, type Timeouts } from '../lib/model.ts';

/**
 * What an operator may set: `cdk.json`, `context`, or `-c name=value`. docs/deploy.md explains each.
 * `-c` gives text, so numbers and lists are taken as text too.
 */
const fromText = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};
const whole = (least: number, most: number) => z.preprocess(fromText, z.int().min(least).max(most));
const YEAR_SECONDS = 365 * 24 * 60 * 60;
const seconds = z.int().min(1).max(YEAR_SECONDS);
const timeout = whole(1, YEAR_SECONDS);

/** One for each flow that has it; a number is that of a hotfix and of an emergency. */
const byFlow = <Shape extends Record<string, z.ZodType>>(shape: Shape) =>
  z.preprocess((value) => {
    const given = fromText(value);
    return typeof given === 'number' ? { hotfix: given, emergency: given } : given;
  }, z.strictObject(shape));

/**
 * The message attributes that a subscriber may choose by, with every value they take. A value that none takes would
 * silence the subscriber for ever, so it is refused. The vocabulary is closed: `anything-but` is the list of the others.
 */
const filter = z.strictObject({
  messageType: z.array(z.enum(messageTypes)).min(1).optional(),
  priority: z.array(z.enum(priorities)).min(1).optional(),
  toRole: z.array(z.enum(roles)).min(1).optional(),
});

const endpoints = z.discriminatedUnion('protocol', [
  z.strictObject({ protocol: z.literal('email'), endpoint: z.email(), filter: filter.optional() }),
  z.strictObject({
    protocol: z.literal('sms'),
    endpoint: z.e164('a number in international form, such as +4915112345678'),
    filter: filter.optional(),
  }),
  z.strictObject({
    protocol: z.literal('https'),
    endpoint: z.url({ protocol: /^https$/, error: 'an https:// address' }),
    filter: filter.optional(),
  }),
  z.strictObject({
    protocol: z.literal('sqs'),
    endpoint: z.string().regex(/^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[\w-]{1,80}$/, 'the ARN of a standard queue'),
    filter: filter.optional(),
  }),
]);
const subscribers = z.array(endpoints).default([]);
/** CloudWatch's alarms carry no message attributes: a filter would let none through. */
const unfiltered = subscribers.refine((all) => all.every(({ filter }) => filter === undefined), 'takes no filter');

const { INFINITE } = RetentionDays;
const retentions = Object.values(RetentionDays).filter((days) => typeof days === 'number' && days !== INFINITE);

const schema = z.strictObject({
  /** Names the deployment. `dev` and `dev-...` can be destroyed with their data, every other keeps it. */
  stage: z
    .string()
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'lower-case letters, digits and single hyphens')
    .max(30)
    .default('prod'),
  subscribers: z.preprocess(
    fromText,
    z.strictObject({ directives: subscribers, hitl: subscribers, operations: unfiltered }).prefault({}),
  ),
  /** Seconds that a P0 directive may go unacknowledged, and a start without a directive. */
  ackTimeout: timeout.default(300),
  /** Seconds that a fix may go without a sign of life. A flow that is not named has no such deadline. */
  fixTimeout: byFlow({
    hotfix: seconds.optional(),
    emergency: seconds.optional(),
    bugfix: seconds.optional(),
    standard: seconds.optional(),
  }).default({ hotfix: 3_600, emergency: 3_600 }),
  /** Seconds that a completed fix may go unverified. */
  verificationTimeout: timeout.default(1_800),
  /** Seconds that a closed ATP has to meet its obligations. */
  obligationTimeout: timeout.default(900),
  /** Seconds until the review of a closed ATP is due. A review always is, so a flow that is not named keeps its default. */
  reviewTimeout: byFlow({ hotfix: seconds.default(172_800), emergency: seconds.default(86_400) }).prefault({}),
  /** Seconds between two reminders of an overdue review. */
  reviewReminder: timeout.default(86_400),
  /** Seconds that the link in the email of a question decides it. */
  decisionTimeout: timeout.default(86_400),
  /** Seconds that lie at least between two digests of notices by email; SQS delays a message by 15 minutes at most. */
  digestInterval: whole(1, 900).default(10),
  /** Where people look at an ATP, for the one link in an email; `#/atps/<id>` comes behind it. */
  publicUrl: z
    .url({ protocol: /^https?$/, error: 'an https:// address' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  /** Topics whose alarms open incidents; the stack subscribes its function to them. */
  alarmTopics: z
    .preprocess(
      fromText,
      z.array(z.string().regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/, 'the ARN of a standard topic')),
    )
    .refine((all) => new Set(all).size === all.length, 'names a topic twice')
    .default([]),
  /** Whether every alarm of the account and region, whatever its actions, is a page. */
  alarmEvents: z.preprocess(fromText, z.boolean()).default(false),
  /** Whether events are sent to the endpoints that `npm run webhook` registers. */
  webhooks: z.preprocess(fromText, z.boolean()).default(false),
  /** Origins of pages on other hosts that may call `/mcp`. */
  mcpAllowedOrigins: z
    .preprocess(
      fromText,
      z.array(z.string().regex(/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/, 'an origin, such as https://agents.example.com')),
    )
    .default([]),
  /** Calls per second, and at once, before the gateway answers 429. */
  throttleRate: whole(1, 10_000).default(2_000),
  throttleBurst: whole(1, 5_000).default(4_000),
  logRetentionDays: z
    .preprocess(
      fromText,
      z.union(
        retentions.map((days) => z.literal(days)),
        `one of ${retentions.join(', ')}`,
      ),
    )
    .default(RetentionDays.THREE_MONTHS),
  /** How many may publish notices at once, reserved from the account's. Left out: one for each shard of the stream. */
  notifierConcurrency: whole(1, 100).optional(),
});

export type Settings = z.output<typeof schema>;
export type Subscriber = Settings['subscribers']['hitl'][number];

/** The deadlines, as the functions read them. */
export const timeoutsOf = (settings: Settings): Timeouts => ({
  acknowledgement: settings.ackTimeout,
  fix: settings.fixTimeout,
  verification: settings.verificationTimeout,
  obligation: settings.obligationTimeout,
  review: settings.reviewTimeout,
  reminder: settings.reviewReminder,
  decision: settings.decisionTimeout,
});

export class BadContext extends Error {
  override readonly name = 'BadContext';
}

/** CDK keeps its own context beside ours: feature flags (`@aws-cdk/...`), switches (`aws:cdk:...`), look-ups. */
const isOurs = ([name]: [string, unknown]): boolean => !/[@:/]/.test(name) && name !== 'cli-telemetry';

/** The settings in an app's context. Names every fault at once, an unknown name among them, before anything is made. */
export const settingsOf = (context: Readonly<Record<string, unknown>>): Settings => {
  const { success, data, error } = schema.safeParse(Object.fromEntries(Object.entries(context).filter(isOurs)));
  if (success) return data;
  const faults = error.issues.map(({ path, message }) => `  ${path.join('.') || 'context'}: ${message}`);
  throw new BadContext(`The context was refused; docs/deploy.md lists what it may hold.\n${faults.join('\n')}`);
};
