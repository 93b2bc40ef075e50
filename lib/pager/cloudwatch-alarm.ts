import { present } from './fields.ts';
import { carriedLabels, environmentOf, type Labels, serviceOf, severityOf } from './labels.ts';
import { type Link, linksOf } from './links.ts';
import type { Ignored, Page, PageAction } from './page.ts';
import { line, summaryOf, titleOf } from './wording.ts';

/** What the envelopes have in common. `metric` holds the dimensions, `namespace` and `metric`. */
export type Alarm = {
  arn?: string | undefined;
  account?: string | undefined;
  /** A code, such as `eu-west-1`. */
  region?: string | undefined;
  name?: string | undefined;
  description?: string | undefined;
  state: unknown;
  reason?: string | undefined;
  tags: Labels;
  metric: Labels;
};

/** Without data nobody knows: it is told, and opens and ends nothing. */
const ACTIONS: ReadonlyMap<unknown, PageAction> = new Map([
  ['ALARM', 'trigger'],
  ['OK', 'resolve'],
  ['INSUFFICIENT_DATA', 'update'],
]);

const ARN = /^arn:aws:cloudwatch:([a-z]{2}(?:-[a-z]+)+-\d):\d{12}:alarm:/;

/**
 * Severity, environment and service stand in the tags of the alarm or nowhere (AlarmTagsPropagation, off by default):
 * a dimension says what is measured, not whose it is.
 */
export const alarmPage = (alarm: Alarm, payload: unknown, delivery?: string): Page | Ignored => {
  const action = ACTIONS.get(alarm.state);
  if (!action) return { ignored: 'the alarm is in no state that is known here' };
  const episode = alarm.arn ?? [alarm.account, alarm.region, alarm.name].filter(Boolean).join('/');
  if (!episode) return { ignored: 'the alarm has no name' };
  return present<Page>({
    action,
    episode,
    delivery,
    title: titleOf([alarm.name, alarm.arn], 'CloudWatch alarm'),
    summary: summaryOf([alarm.description, alarm.reason]),
    service: serviceOf(alarm.tags),
    environment: environmentOf(alarm.tags),
    severity: severityOf(alarm.tags),
    labels: carriedLabels(alarm.tags, alarm.metric, placeOf(alarm)),
    links: consoleLinks(alarm),
    payload,
  });
};

const placeOf = ({ arn, account, region }: Alarm): Labels => {
  const place = { account: line(account), region: ARN.exec(arn ?? '')?.[1] ?? line(region) };
  return present(place) as Labels;
};

/** Only for AWS itself: its partitions for China and governments have other consoles. */
const consoleLinks = ({ arn, name }: Alarm): readonly Link[] => {
  const [, region] = ARN.exec(arn ?? '') ?? [];
  if (!region || !name) return [];
  const at = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}`;
  return linksOf([{ href: `${at}#alarmsV2:alarm/${encodeURIComponent(name)}`, text: 'Alarm in CloudWatch' }]);
};
