/**
 * Dollars for one of each in us-east-1, without any free tier. AWS's own price lists are drawn by scripts and were not to
 * be read from here, so each figure names the page that it was read on, in November 2026. Check them for your region.
 */
export type Price = { dollars: number; source: string };

const perMillion = (dollars: number, source: string): Price => ({ dollars: dollars / 1e6, source });

const WHITEPAPER =
  'https://docs.aws.amazon.com/whitepapers/latest/best-practices-api-gateway-private-apis-integration/cost-optimization.html';
const CLOUDCHIPR = 'https://cloudchipr.com/blog/aws-lambda-pricing (third party, 2024)';
const AIRBYTE = 'https://airbyte.com/data-engineering-resources/dynamodb-pricing (third party, July 2025)';
const DYNAMODB = 'https://aws.amazon.com/dynamodb/pricing/';
const SNS = 'https://www.factualminds.com/blog/amazon-sns-pricing-publishes-fanout-protocols/ (third party, June 2026)';
const SQS = 'https://cloudburn.io/blog/amazon-sqs-pricing (third party, March 2026)';
const METRICS = 'https://signoz.io/guides/cloudwatch-pricing (third party, February 2026)';
const LOGS =
  'https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/ (third party, June 2026)';
const UNVERIFIED = 'general knowledge, not verified';

export const prices = {
  gatewayRequest: perMillion(1, WHITEPAPER),
  lambdaRequest: perMillion(0.2, CLOUDCHIPR),
  /** Of arm64. */
  lambdaGigabyteSecond: { dollars: 0.0000133334, source: CLOUDCHIPR },
  readUnit: perMillion(0.125, AIRBYTE),
  writeUnit: perMillion(0.625, AIRBYTE),
  storedGigabyteMonth: { dollars: 0.25, source: DYNAMODB },
  recoverableGigabyteMonth: { dollars: 0.2, source: UNVERIFIED },
  publication: perMillion(0.5, SNS),
  email: { dollars: 2 / 100_000, source: SNS },
  sqsRequest: perMillion(0.4, SQS),
  loggedGigabyte: { dollars: 0.5, source: LOGS },
  keptLogGigabyteMonth: { dollars: 0.03, source: LOGS },
  /** Of a value in every hour; billed by the hour. */
  metricMonth: { dollars: 0.3, source: METRICS },
  alarmMetricMonth: { dollars: 0.1, source: METRICS },
  dashboardMonth: { dollars: 3, source: LOGS },
  keyMonth: { dollars: 1, source: UNVERIFIED },
} as const satisfies Record<string, Price>;

export const HOURS_A_MONTH = 730;
export const SECONDS_A_MONTH = HOURS_A_MONTH * 3_600;

/**
 * What Lambda bills for was not measured: there is no account here. Incidents are rare, so every call counts as a cold
 * one, twice as long as `npm run bench:cold` has them on a slower machine and with the start of the runtime.
 */
export const assumed = { gigabytes: 1_769 / 1_024, coldCallSeconds: 0.5, timerHopSeconds: 0.02 };
