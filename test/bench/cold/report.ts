import type { Sample } from './process.ts';

/** None for what is measured to compare, and for what waits for nobody. */
export type Row = { subject: string; kilobytes: number; goal?: number | undefined; own: Sample[]; baseline: Sample[] };

/** At most so much of the baseline's time: what people and pagers wait for, and what carries the news to them. */
export const goalOf = (subject: string): number | undefined => {
  if (/^(notify|queue-events)$/.test(subject)) return 0.8;
  return /^(usual|mcp-|timer|webhook)/.test(subject) ? undefined : 0.65;
};

const median = (values: number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = low] = sorted.slice(sorted.length % 2 ? middle : middle - 1, middle + 1);
  return sorted.length % 2 ? low : (low + high) / 2;
};
const total = ({ importMs, callMs }: Sample): number => importMs + callMs;

const columns = [
  'subject',
  'KB',
  'import ms',
  'first call ms',
  'total ms',
  'baseline ms',
  'ratio',
  'of CPU',
  'goal',
  'met',
];

const cells = ({ subject, kilobytes, goal, own, baseline }: Row): string[] => {
  const mine = median(own.map(total));
  const theirs = median(baseline.map(total));
  const ratio = mine / theirs;
  const [importMs, callMs] = [median(own.map((each) => each.importMs)), median(own.map((each) => each.callMs))];
  const cpu = median(own.map((each) => each.cpuMs)) / median(baseline.map((each) => each.cpuMs));
  const times = [importMs, callMs, mine, theirs].map((ms) => ms.toFixed(1));
  const met = goal === undefined ? ['', ''] : [goal.toFixed(2), ratio <= goal ? 'yes' : 'no'];
  return [subject, kilobytes.toFixed(0), ...times, ratio.toFixed(2), cpu.toFixed(2), ...met];
};

/** A Markdown table: medians over all rounds. */
export const report = (rows: Row[]): string => {
  const lines = [columns, ...rows.map(cells)];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const pad = (text: string, column: number) => {
    const width = widths[column] ?? 0;
    return column === 0 ? text.padEnd(width) : text.padStart(width);
  };
  const [head = '', ...body] = lines.map((line) => `| ${line.map(pad).join(' | ')} |`);
  const rule = `|${widths.map((width, column) => (column === 0 ? `-${'-'.repeat(width)}-` : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [head, rule, ...body].join('\n');
};
