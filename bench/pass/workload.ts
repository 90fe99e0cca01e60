// Sixty metrics over seven series and rules over them: as YAML, and each metric as the query of its own that a
// straightforward job would run.
import type { Day } from '../../src/model/time.ts';

export interface BenchMetric {
  readonly name: string;
  readonly yaml: string;
  /** Index of its series. */
  readonly series: number;
  /** Over the stored days of its series; `{last}` is the day of T. */
  readonly sql: string;
  /** Days back from T that it reads; undefined: all. */
  readonly days: number | undefined;
  /** About what value half of the accounts reach. */
  readonly middle: number;
  /** The largest value that it can have, where there is one: the checker refuses rules that ask for more. */
  readonly most?: number;
}

export const EVENTS = [
  'message_sent',
  'file_shared',
  'report_exported',
  'search_done',
  'issue_closed',
  'api_called',
];
/** The last is any event. */
export const SERIES = EVENTS.length + 1;

const eventOf = (series: number): string => EVENTS[series] ?? 'any';

const windows: readonly (readonly [string, number | undefined])[] = [
  ['7d', 7],
  ['28d', 28],
  ['ever', undefined],
];

const METRICS: readonly BenchMetric[] = Array.from({ length: SERIES }, (_, series) => [
  ...windows.map(([window, days]) => ({
    name: `count_${series}_${window}`,
    yaml: `{count: ${eventOf(series)}, window: ${window}}`,
    series,
    sql: 'sum(n)',
    days,
    middle: (days ?? 90) * 4,
  })),
  ...[7, 28].map((days) => ({
    name: `users_${series}_${days}d`,
    yaml: `{users: ${eventOf(series)}, window: ${days}d}`,
    series,
    sql: 'uniqExactArray(members)',
    days,
    middle: 3,
  })),
  {
    name: `days_${series}`,
    yaml: `{active_days: ${eventOf(series)}, window: 28d}`,
    series,
    sql: 'count()',
    days: 28,
    middle: 6,
    most: 28,
  },
  {
    name: `idle_${series}`,
    yaml: `{days_since_last: ${eventOf(series)}}`,
    series,
    sql: '{last} - max(toInt32(day))',
    days: undefined,
    middle: 3,
  },
  {
    name: `change_${series}`,
    yaml: `{change: {count: ${eventOf(series)}, window: 14d}, over: 14d, as: absolute}`,
    series,
    sql: 'sumIf(n, toInt32(day) > {last} - 14) - sumIf(n, toInt32(day) <= {last} - 14)',
    days: 28,
    middle: 0,
  },
]).flat();

/** With the four sums of one more series: sixty. */
const SUMS: readonly BenchMetric[] = [7, 14, 28, 90].map((days) => ({
  name: `sum_${days}d`,
  yaml: `{count: message_sent, window: ${days}d, half_life: 14d}`,
  series: 0,
  sql: 'sum(n * exp2((toInt32(day) - {last}) / 14))',
  days,
  middle: days * 2,
}));

export const ALL_METRICS: readonly BenchMetric[] = [...METRICS, ...SUMS];

/** Rules of three conditions each, over metrics in turn; about one in eight accounts satisfies one. */
function ruleConditions(rules: number): readonly (readonly BenchMetric[])[] {
  return Array.from({ length: rules }, (_, rule) =>
    [0, 1, 2].map((part) => {
      const metric = ALL_METRICS[(rule * 7 + part * 19) % ALL_METRICS.length];
      if (metric === undefined) throw new Error('there are no metrics');
      return metric;
    }),
  );
}

const boundOf = ({ middle, most = Number.POSITIVE_INFINITY }: BenchMetric, rule: number): number =>
  Math.min(middle + rule, most);

export function rulesYaml(rules: number): string {
  const metrics = ALL_METRICS.map(({ name, yaml }) => `  ${name}: ${yaml}`);
  const written = ruleConditions(rules).map(
    (conditions, index) =>
      `  rule_${index}: {kind: pql, when: {${conditions.map((metric) => `${metric.name}: {gte: ${boundOf(metric, index)}}`).join(', ')}}}`,
  );
  return `metrics:\n${metrics.join('\n')}\nrules:\n${written.join('\n')}\n`;
}

/** The same rules for json-rules-engine. */
export const jsonRules = (rules: number) =>
  ruleConditions(rules).map((conditions, index) => ({
    conditions: {
      all: conditions.map((metric) => ({
        fact: metric.name,
        operator: 'greaterThanInclusive',
        value: boundOf(metric, index),
      })),
    },
    event: { type: `rule_${index}` },
  }));

export const LAST_DAY = '2026-03-31' as Day;
