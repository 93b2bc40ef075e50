/** The webhook of Grafana's alerting before version 9, which old installations still send. */

import { type Fields, fields, isFields, list, plain, present, text, texts } from './fields.ts';
import { carriedLabels, environmentOf, serviceOf, severityOf } from './labels.ts';
import { linksOf } from './links.ts';
import type { Page, PageAction } from './page.ts';
import { summaryOf, titleOf } from './wording.ts';

/** `no_data`, `paused` and `pending` say neither that it is broken nor that it is well. */
const ACTIONS: ReadonlyMap<unknown, PageAction> = new Map([
  ['alerting', 'trigger'],
  ['ok', 'resolve'],
]);

/** `{ruleId, ruleName, ruleUrl, state, title, message, tags, evalMatches}`, never `alerts`. */
export const isLegacyGrafana = (payload: unknown): payload is Fields =>
  isFields(payload) &&
  !('alerts' in payload) &&
  text(payload.state) !== undefined &&
  (plain(payload.ruleId) ?? text(payload.ruleName)) !== undefined;

/** The episode is the rule: it fires as one, whatever series are in `evalMatches`. */
export const legacyGrafanaPage = (payload: Fields): Page => {
  const tags = texts(payload.tags);
  const rule = plain(payload.ruleId) ?? text(payload.ruleName) ?? '';
  const matches = list(payload.evalMatches).slice(0, 10).map(fields);
  return present<Page>({
    action: ACTIONS.get(payload.state) ?? 'update',
    episode: `rule ${rule}`,
    title: titleOf([text(payload.ruleName), text(payload.title)], 'Grafana alert'),
    summary: summaryOf([
      text(payload.message),
      text(payload.title),
      ...matches.map(({ metric, value }) => `${plain(metric) ?? '?'}: ${plain(value) ?? 'no value'}`),
    ]),
    service: serviceOf(tags),
    environment: environmentOf(tags),
    severity: severityOf(tags),
    labels: carriedLabels(tags),
    links: linksOf([
      { href: payload.ruleUrl, text: 'Alert rule' },
      { href: payload.imageUrl, text: 'Image' },
    ]),
    payload,
  });
};
