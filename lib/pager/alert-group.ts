/**
 * A group of alerts as the webhooks of Alertmanager (version "4") and Grafana (version "1") send it:
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config. `groupKey` is the same for ever; it names
 * the episode while the group fires, which it does while any alert does. Old senders lack it, and `status` of alerts.
 */

import { type Severity, severities } from '../model.ts';
import { type Fields, fields, isFields, list, present, text, texts } from './fields.ts';
import { carriedLabels, environmentOf, type Labels, serviceOf, severityOf } from './labels.ts';
import { linksOf } from './links.ts';
import { MalformedPage } from './malformed.ts';
import type { Page } from './page.ts';
import { summaryOf, titleOf } from './wording.ts';

/** Alerts whose words and links a page shows; the payload has all. */
const ALERTS_SHOWN = 10;
/** What Go's `regexp.QuoteMeta` puts a backslash before: Alertmanager quotes the receiver. */
const QUOTED = /\\([\\.+*?()|[\]{}^$])/g;

type Group = { isFiring: boolean; alerts: readonly Fields[]; labels: Labels; annotations: Labels; fields: Fields };

/** Throws `MalformedPage` where a template of the operator replaced the fixed shape. */
export const alertGroupPage = (payload: unknown): Page => {
  const group = groupIn(payload);
  const { groupKey, receiver, externalURL } = group.fields;
  const labels = group.labels;
  const to = text(receiver)?.replace(QUOTED, '$1');
  const episode = text(groupKey) ?? `${to ?? ''}:${JSON.stringify(Object.entries(groupLabels(group)).sort())}`;
  return present<Page>({
    action: group.isFiring ? 'trigger' : 'resolve',
    episode,
    title: titleOf([named(group), text(group.fields.title), listed(groupLabels(group)), episode], 'Alert group'),
    summary: groupSummary(group),
    service: serviceOf(labels),
    environment: environmentOf(labels),
    severity: severityOf(labels) ?? gravest(group),
    labels: carriedLabels(labels, to ? { receiver: to } : {}),
    links: linksOf([
      ...group.alerts.slice(0, ALERTS_SHOWN).flatMap(alertLinks),
      { href: externalURL, text: 'Where the alerts come from' },
    ]),
    payload,
  });
};

const groupIn = (payload: unknown): Group => {
  const { status, alerts } = fields(payload);
  const issues = [];
  if (status !== 'firing' && status !== 'resolved')
    issues.push({ path: 'status', message: 'must be firing or resolved' });
  if (!Array.isArray(alerts) || !alerts.every(isFields)) issues.push({ path: 'alerts', message: 'must be a list' });
  if (issues.length > 0)
    throw new MalformedPage('this is no alert group; a custom payload template is not read', issues);
  const group = fields(payload);
  return {
    isFiring: status === 'firing',
    alerts: list(alerts).map(fields),
    labels: { ...texts(group.commonLabels), ...texts(group.groupLabels) },
    annotations: texts(group.commonAnnotations),
    fields: group,
  };
};

const groupLabels = (group: Group): Labels => texts(group.fields.groupLabels);

const listed = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');

/** `InstanceDown: node 3 does not answer`, as far as it is common to the group. */
const named = ({ labels, annotations }: Group): string =>
  [labels.alertname, annotations.summary ?? annotations.title].filter(Boolean).join(': ');

const saidIn = (annotations: Labels): string | undefined =>
  annotations.description ?? annotations.message ?? annotations.summary ?? annotations.title;

const groupSummary = (group: Group): string | undefined => {
  const cut = group.fields.truncatedAlerts;
  return summaryOf([
    saidIn(group.annotations),
    ...group.alerts.slice(0, ALERTS_SHOWN).map((alert) => saidIn(texts(alert.annotations))),
    typeof cut === 'number' && cut > 0 ? `(${cut} more alerts were cut off by the source)` : undefined,
  ]);
};

/** Of the alerts that fire, where the group does not agree: one that is critical makes it so. */
const gravest = ({ alerts, isFiring }: Group): Severity | undefined => {
  const fire = alerts.filter(({ status }) => (text(status) ?? (isFiring ? 'firing' : 'resolved')) === 'firing');
  const found = new Set(fire.map((alert) => severityOf(texts(alert.labels))));
  return severities.find((severity) => found.has(severity));
};

const alertLinks = (alert: Fields): { href: unknown; text: string }[] => {
  const annotations = fields(alert.annotations);
  return [
    { href: annotations.runbook_url ?? annotations.runbook, text: 'Runbook' },
    { href: alert.dashboardURL, text: 'Dashboard' },
    { href: alert.panelURL, text: 'Panel' },
    { href: alert.generatorURL, text: 'Alert rule' },
  ];
};
