import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** A line of a log, parsed. */
export type Line = { [name: string]: unknown };
type Directive = { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit?: string }[] };

const schema = readFileSync(join(import.meta.dirname, 'emf.schema.json'), 'utf8');
const document = z.fromJSONSchema(JSON.parse(schema));

/** What a schema cannot say: the references of a directive lead to members of the right kind. */
const brokenReferences = (line: Line, { Dimensions, Metrics }: Directive): string[] => [
  ...Dimensions.flat().filter((name) => typeof line[name] !== 'string' || line[name] === ''),
  ...Metrics.map(({ Name }) => Name).filter((name) => !Number.isFinite(line[name])),
];

/**
 * The values of a line as CloudWatch would keep them: `Closed{type=hotfix}` and the value. Throws what the specification
 * of the embedded metric format does not allow. Nothing, of a line without metrics.
 */
export const metricsIn = (line: Line): { [metric: string]: number } => {
  if (!('_aws' in line)) return {};
  document.parse(line);
  const { CloudWatchMetrics } = line._aws as { CloudWatchMetrics: Directive[] };
  const broken = CloudWatchMetrics.flatMap((directive) => brokenReferences(line, directive));
  if (broken.length > 0) throw new Error(`no member of the line, or of another kind: ${broken.join(', ')}`);
  return Object.fromEntries(
    CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) =>
      Metrics.flatMap(({ Name }) =>
        Dimensions.map((set) => [
          `${Name}{${set.map((name) => `${name}=${line[name]}`).join(',')}}`,
          Number(line[Name]),
        ]),
      ),
    ),
  );
};
