import { expect, test } from 'vitest';
import { alertmanagerIntake } from '../../../lib/pager/alertmanager.ts';
import { alarmMessageIntake, cloudWatchIntake } from '../../../lib/pager/cloudwatch.ts';
import { genericIntake } from '../../../lib/pager/generic.ts';
import { grafanaIntake } from '../../../lib/pager/grafana.ts';
import { eventsIntake } from '../../../lib/pager/pagerduty-events.ts';
import { pagerDutyIntake } from '../../../lib/pager/pagerduty-webhook.ts';

/** As deep as a body of 512 KiB can be. */
const levels = 128_000;
const deep = `${'{"a":'.repeat(levels / 2)}${'['.repeat(levels / 2)}${']'.repeat(levels / 2)}${'}'.repeat(levels / 2)}`;
const within = (json: string): unknown => JSON.parse(json.replaceAll('DEEP', deep));

test.each([
  [
    'an event',
    (payload: unknown) => eventsIntake(payload, 'k'),
    `{"routing_key":"${'a'.repeat(32)}","event_action":"trigger","payload":{"summary":"x","source":"x","severity":"info","custom_details":{"firing":DEEP}}}`,
  ],
  [
    'a webhook',
    pagerDutyIntake,
    '{"event":{"event_type":"incident.triggered","data":{"id":"x","type":"incident","custom_fields":DEEP}}}',
  ],
  ['a group of Alertmanager', alertmanagerIntake, '{"status":"firing","alerts":[{"labels":DEEP}],"commonLabels":DEEP}'],
  ['a group of Grafana', grafanaIntake, '{"status":"firing","alerts":[{"values":DEEP}]}'],
  ['an alarm', cloudWatchIntake, '{"AlarmName":"x","NewStateValue":"ALARM","AlarmTags":DEEP}'],
  ['a page of the small JSON', genericIntake, '{"action":"trigger","key":"k","title":"t","details":DEEP}'],
])('given %s that is nested without measure, then it is one page', (_what, intake, json) => {
  expect(intake(within(json))).toHaveLength(1);
});

test('given a message of SNS that is nested without measure, then it is ignored', () => {
  expect(alarmMessageIntake(deep)).toEqual([{ ignored: expect.any(String) }]);
});
