// A metric's map: exactly one key names what is measured, the others are that kind's fields.
import type { Metric } from '../metric.ts';
import type { MetricKind } from '../metrics/define-metric.ts';
import { METRIC_KINDS } from '../metrics/metric-kinds.ts';
import type { Reading } from './reading.ts';
import type { MapNode, SourceNode } from './source.ts';
import { nearestName, suggestName } from './suggest-name.ts';

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
