// Values in a row behind a key of a metric: what is proposed follows from what the key of its kind takes.
import { expect, test } from 'vitest';
import { METRIC_KINDS } from '../../../../src/rules/metrics/metric-kinds.ts';
import { readRuleset } from '../../../../src/rules/read-ruleset.ts';

const keys = [...new Set([...METRIC_KINDS.values()].flatMap(({ fields }) => Object.keys(fields)))];

/** Fields whose value is read as a list without complaint. */
const takesList = (key: string): boolean =>
  [...METRIC_KINDS.values()].some(({ fields }) => {
    const schema = JSON.stringify(fields[key]?.schema ?? {});
    return /"type":"array"|definitions\/(event|event_or_condition|account_traits)"/.test(schema);
  });

test.each(keys.filter((key) => key !== 'where'))('%s: a, b', (key) => {
  const { problems } = readRuleset({ 'a.yaml': `metrics:\n  m: {${key}: some_a, some_b}\n` }, {});
  const hint = problems.find(({ code }) => code === 'Y004')?.hint ?? '';
  expect(hint).not.toContain('{in: ');
  expect(hint.startsWith(`for several write ${key}: [some_a, some_b]`)).toBe(takesList(key));
});
