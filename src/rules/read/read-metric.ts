// A metric's map: exactly one key names what is measured, the others are that kind's fields.
import type { Metric } from '../metric.ts';
import type { MetricKind } from '../metrics/define-metric.ts';
import { METRIC_KINDS } from '../metrics/metric-kinds.ts';
import type { Reading } from './reading.ts';
import type { MapNode, SourceNode } from './source.ts';
import { nearestName, suggestName } from './suggest-name.ts';

/** What other tools call it. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['unique_users', 'users'],
  ['distinct_users', 'users'],
  ['active_users', 'users'],
  ['events', 'count'],
  ['total', 'count, or sum'],
  ['unique', 'distinct'],
  ['count_distinct', 'distinct'],
  ['average', 'avg'],
  ['mean', 'avg'],
  ['median', 'p50'],
  ['minimum', 'min'],
  ['maximum', 'max'],
  ['latest', 'last'],
  ['last_seen', 'days_since_last'],
  ['first_seen', 'days_since_first'],
  ['growth', 'change'],
  ['delta', 'change'],
  ['slope', 'trend'],
  ['zscore', 'weekday_zscore'],
  ['funnel', 'sequence'],
  ['percentile', 'percentile_rank'],
  ['retention', 'users_kept'],
  ['expression', 'formula'],
]);

export function readMetric(node: SourceNode, reading: Reading, what: string): Metric | undefined {
  if (node.kind === 'invalid') return undefined;
  if (node.kind !== 'map') {
    reading.problems.add(
      'T011',
      node.span,
      `${what} must be a map`,
      'such as {count: message_sent, window: 30d}',
    );
    return undefined;
  }
  const kind = findKind(node, reading, what);
  return kind?.read(node, reading, what);
}

function findKind(node: MapNode, reading: Reading, what: string): MetricKind | undefined {
  const named = node.entries.filter((entry) => METRIC_KINDS.has(entry.key));
  const [first, second] = named;
  if (first === undefined) return reportNoKind(node, reading, what);
  if (second !== undefined) {
    reading.problems.add(
      'M002',
      second.keySpan,
      `${what} measures two things: "${first.key}" and "${second.key}"`,
      'make it two metrics',
    );
    return undefined;
  }
  return METRIC_KINDS.get(first.key);
}

function reportNoKind(node: MapNode, reading: Reading, what: string): undefined {
  const kinds = [...METRIC_KINDS.keys()];
  const other = node.entries.find((entry) => OTHER_NAMES.has(entry.key));
  if (other !== undefined) {
    const hint = `write ${OTHER_NAMES.get(other.key)}`;
    reading.problems.add('M001', other.keySpan, `${what} does not say what it measures`, hint);
    return undefined;
  }
  const slip = node.entries.find((entry) => nearestName(entry.key, kinds) !== undefined);
  const hint = slip === undefined ? undefined : suggestName(slip.key, kinds);
  const span = slip?.keySpan ?? node.span;
  reading.problems.add(
    'M001',
    span,
    `${what} does not say what it measures`,
    hint ?? 'such as {count: message_sent, window: 30d}; docs/rules.md lists what can be measured',
  );
  return undefined;
}
