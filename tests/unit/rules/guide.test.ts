// The example of docs/rules.md is read, and the guide names every kind of metric.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LATER_KINDS, METRIC_KINDS } from '../../../src/rules/metrics/metric-kinds.ts';
import { readRuleset } from '../../../src/rules/read-ruleset.ts';

const guide = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8');

test('the example of the guide has no problem', () => {
  const example = /```yaml\n([\s\S]*?)```/.exec(guide)?.[1] ?? '';
  const { ruleset, problems } = readRuleset({ 'rules.yaml': example }, {});
  expect(problems).toEqual([]);
  expect(ruleset?.rules.size).toBe(2);
});

test('the guide has a row for every metric, and names those that come later', () => {
  const rows = [...METRIC_KINDS.keys()].filter((key) => !guide.includes(`| \`${key}: `));
  expect(rows).toEqual([]);
  const percentiles = ['p90', 'p95'];
  const later = LATER_KINDS.filter((key) => !guide.includes(`\`${key}\``) && !percentiles.includes(key));
  expect(later).toEqual([]);
});
