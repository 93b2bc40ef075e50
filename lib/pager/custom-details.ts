/**
 * `custom_details` as Alertmanager and Grafana fill them by default: `firing` and `resolved`, each a list of alerts
 * (Alertmanager since its templates know JSON) or their text (before, and Grafana):
 *
 *     Labels:
 *      - alertname = HighLatency
 *      - environment = production
 *     Annotations:
 *      - summary = …
 */

import { fields, list, text, texts } from './fields.ts';
import { commonOf, type Labels } from './labels.ts';

const LABEL = /^\s*- (\S+) = (.*)$/;

/** Labels that stand beyond doubt: all alerts that fire agree on them, or all that are resolved where none fires. */
export const alertLabels = (details: unknown): Labels => {
  const { firing, resolved, labels } = fields(details);
  const sets = [labelSets(firing), labelSets(resolved)].find((each) => each.length > 0) ?? [];
  return { ...commonOf(sets), ...texts(labels) };
};

const labelSets = (alerts: unknown): readonly Labels[] => {
  const written = text(alerts);
  if (written !== undefined) return labelSetsIn(written);
  return list(alerts).map((alert) => texts(fields(alert).labels));
};

/** A set for each heading `Labels:`; what follows another heading is no label. */
const labelSetsIn = (written: string): readonly Labels[] => {
  const sets: [string, string][][] = [];
  let isAmongLabels = false;
  for (const line of written.split('\n')) {
    const [, name, value] = LABEL.exec(line) ?? [];
    if (line.trim() === 'Labels:') {
      sets.push([]);
      isAmongLabels = true;
    } else if (name !== undefined && value !== undefined) {
      if (isAmongLabels) sets.at(-1)?.push([name, value.trim()]);
    } else if (line.trim() !== '') isAmongLabels = false;
  }
  return sets.map((set) => texts(Object.fromEntries(set)));
};
