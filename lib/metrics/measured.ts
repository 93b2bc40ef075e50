import { env, required } from '../env.ts';
import { type MetricName, metrics } from './names.ts';

const Namespace = required(env.metricNamespace);

export type Values = { [name in MetricName]?: number };

/**
 * Fields that make a line of the log one of metrics as well: CloudWatch takes the values out of it by itself, and no
 * request is made (CloudWatch user guide, "Specification: Embedded metric format"). A set of dimensions of which one is
 * not known is left out.
 */
export const measured = (values: Values, dimensions: Readonly<Record<string, string>> = {}): object => ({
  ...dimensions,
  ...values,
  _aws: { Timestamp: Date.now(), CloudWatchMetrics: directivesOf(Object.keys(values) as MetricName[], dimensions) },
});

/** One for the metrics that have the same dimensions. */
const directivesOf = (names: readonly MetricName[], dimensions: object): object[] =>
  Object.values(Object.groupBy(names, (name) => JSON.stringify(metrics[name].by))).map((alike = []) => ({
    Namespace,
    Dimensions: alike
      .slice(0, 1)
      .flatMap((name) => metrics[name].by)
      .filter((set) => set.every((name) => name in dimensions)),
    Metrics: alike.map((Name) => ({ Name, Unit: metrics[Name].unit })),
  }));
