import { severities } from '../model.ts';
import { fields, list, present, text, texts } from './fields.ts';
import { carriedLabels, severityIn } from './labels.ts';
import { linksOf } from './links.ts';
import { MalformedPage } from './malformed.ts';
import type { Intake } from './page.ts';
import { filled, listOf, matching, oneOf, recordOf, strictly } from './shape.ts';
import { line, summaryOf, titleOf } from './wording.ts';

const actions = ['trigger', 'acknowledge', 'resolve'] as const;
const anyString = (value: unknown, path: string) =>
  typeof value === 'string' ? [] : [{ path, message: 'must be of type string' }];

/**
 * A page of whatever has no door of its own:
 *
 *     {"action": "trigger", "key": "checkout-latency", "title": "Checkout takes 9 s", "environment": "production",
 *      "severity": "critical", "links": [{"href": "https://…", "text": "Dashboard"}], "details": {"p95": 9.1}}
 *
 * `key` names the episode while it is open; `details` is any JSON, and only kept.
 */
const faultsOf = strictly(
  { action: oneOf(actions), key: filled(500), title: filled(1_000) },
  {
    summary: filled(4_000),
    service: filled(200),
    environment: filled(200),
    severity: oneOf(severities),
    labels: recordOf(anyString),
    links: listOf(
      strictly({ href: matching(/^https?:\/\/\S+$/i, 2_000, 'must be an address of the web') }, { text: anyString }),
    ),
    details: () => [],
  },
);

/** Throws `MalformedPage` with every fault by the name of its field. */
export const genericIntake = (payload: unknown): Intake => {
  const faults = faultsOf(payload, '');
  if (faults.length > 0) throw new MalformedPage('some fields are wrong', faults);
  const page = fields(payload);
  const key = text(page.key) ?? '';
  return [
    present({
      action: page.action as (typeof actions)[number],
      episode: key,
      title: titleOf([text(page.title), key], 'Page without a title'),
      summary: summaryOf([text(page.summary)]),
      service: line(text(page.service)),
      environment: line(text(page.environment)),
      severity: severityIn(page.severity),
      labels: carriedLabels(texts(page.labels)),
      links: linksOf(
        list(page.links)
          .map(fields)
          .map(({ href, text: said }) => ({ href, text: said })),
      ),
      payload,
    }),
  ];
};
