/**
 * What the service counts and measures, for whoever runs it; docs/metrics.md says what each means. `by` are the sets of
 * dimensions that CloudWatch keeps apart: every value of each set is a metric that is paid for.
 */
type Definition = { unit: 'Count' | 'Seconds' | 'Milliseconds'; by: readonly (readonly string[])[] };

const definitions = {
  Opened: { unit: 'Count', by: [['type']] },
  Acknowledged: { unit: 'Count', by: [['type']] },
  TimeToAcknowledge: { unit: 'Seconds', by: [['type']] },
  Completed: { unit: 'Count', by: [['type']] },
  Closed: { unit: 'Count', by: [['type']] },
  TimeToFix: { unit: 'Seconds', by: [['type']] },
  TimeToClose: { unit: 'Seconds', by: [['type']] },
  Rejected: { unit: 'Count', by: [['type']] },
  ObligationsMet: { unit: 'Count', by: [['metBy']] },
  Refused: { unit: 'Count', by: [['code'], ['tool']] },
  PagesTaken: { unit: 'Count', by: [['source'], ['effect']] },
  NoticesPublished: { unit: 'Count', by: [[]] },
  NoticesLate: { unit: 'Count', by: [[]] },
  NoticeAge: { unit: 'Milliseconds', by: [[]] },
  TimersFired: { unit: 'Count', by: [['deadline']] },
  TimerLateness: { unit: 'Milliseconds', by: [[]] },
} as const satisfies Record<string, Definition>;

export type MetricName = keyof typeof definitions;

export const metrics: Readonly<Record<MetricName, Definition>> = definitions;

/** A notice this old, in milliseconds, is late: nobody knows yet of an incident that the table holds. */
export const LATE_NOTICE_MS = 60_000;
