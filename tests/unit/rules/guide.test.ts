// docs/rules.md is true: its examples are read without a problem, its table of metrics is that of the kinds, and it
// names every key that rules and scores have.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { describeMetrics } from '../../../scripts/guide/describe-metrics.ts';
import { placeMetrics } from '../../../scripts/guide/place-metrics.ts';
import type { TimeZone } from '../../../src/model/time.ts';
import type { MetricKind } from '../../../src/rules/metrics/define-metric.ts';
import { METRIC_KINDS } from '../../../src/rules/metrics/metric-kinds.ts';
import { readRuleset } from '../../../src/rules/read-ruleset.ts';
import { buildSchema } from '../../../src/rules/schema/build-schema.ts';
import { collectNames } from '../../../src/rules/schema/collect-names.ts';
import { readTestFiles } from '../../../src/rules/test-file/read-test-files.ts';

const guide = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8');
const blocks = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');
const isTests = (text: string): boolean => text.includes('\ntests:');
const examples = blocks.filter((text) => !isTests(text));

describe('the examples', () => {
  test('are there', () => expect([examples.length, blocks.filter(isTests).length]).toEqual([2, 1]));

  test.each(examples)('of rules have no problem', (text) => {
    const { ruleset, problems } = readRuleset({ 'rules.yaml': text }, {});
    expect(problems).toEqual([]);
    expect(ruleset?.rules.size).toBeGreaterThan(0);
  });

  test('of tests has no problem beside the rules above it', () => {
    const rules = readRuleset({ 'rules.yaml': examples[0] ?? '' }, {}).ruleset;
    if (rules === undefined) throw new Error('the first example is faulty');
    const files = { 'rules.yaml': examples[0] ?? '', 'rules.test.yaml': blocks.find(isTests) ?? '' };
    const { tests, problems } = readTestFiles({
      files,
      ruleset: rules,
      timezone: 'UTC' as TimeZone,
      sinks: undefined,
    });
    expect(problems).toEqual([]);
    expect(tests).toHaveLength(1);
  });

  const BESIDE = `  messages: {count: message_sent, window: 28d}
  active_users: {users: any, window: 28d}
scores:
  adoption: {parts: {people: {weight: 100, metric: active_users, from: 0, to: 10}}}
`;
  test.each([...METRIC_KINDS.values()].map(({ key, example }) => [key, example]))(
    'of %s is one',
    (key, example) => {
      expect(example?.startsWith(`{${key}: `)).toBe(true);
      const { ruleset, problems } = readRuleset({ 'rules.yaml': `metrics:\n  m: ${example}\n${BESIDE}` }, {});
      expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(ruleset?.metrics.get('m')?.kind).toBe(key);
    },
  );

  test.each([...METRIC_KINDS.values()])(
    'of a metric show when $key is missing',
    ({ key, missing, example }) => {
      const { ruleset } = readRuleset({ 'rules.yaml': `metrics:\n  m: ${example}\n${BESIDE}` }, {});
      expect([key, ruleset?.metrics.get('m')?.nullable]).toEqual([key, missing !== undefined]);
    },
  );

  const inline = [...guide.matchAll(/`(\{[^`]*\})`/g)].map(([, text]) => text ?? '');
  test('in a line are metrics and conditions that are read', () => {
    const metrics = inline.filter((text) => METRIC_KINDS.has(/^\{(\w+):/.exec(text)?.[1] ?? ''));
    expect(metrics.length).toBeGreaterThanOrEqual(METRIC_KINDS.size);
    for (const text of metrics) {
      const { problems } = readRuleset(
        { 'rules.yaml': `metrics:\n  m: ${text.replaceAll('\\|', '|')}\n${BESIDE}` },
        {},
      );
      expect([text, problems.filter(({ severity }) => severity === 'error')]).toEqual([text, []]);
    }
  });
});

describe('the table of metrics', () => {
  test('is that of the kinds; node --import tsx scripts/write-guide.ts writes it', () => {
    expect(guide).toBe(placeMetrics(guide, describeMetrics(METRIC_KINDS.values())));
  });

  test('tells what is required, what may stand beside it, and what a key of the kind means', () => {
    const kind: MetricKind = {
      key: 'share',
      docs: 'A share of two',
      missing: 'it is not known',
      example: '{share: [a, b], as: half}',
      fields: {
        share: field(
          { type: 'array', items: { $ref: '#/definitions/operand' }, minItems: 2, maxItems: 2 },
          true,
        ),
        window: field({ $ref: '#/definitions/window' }, true),
        as: { ...field({ enum: ['half', 'whole'] }, false), docs: 'how it is written' },
        least: field({ type: 'number' }, false),
      },
      read: () => undefined,
    };
    expect(describeMetrics([kind]).split('\n')[2]).toBe(
      '| `share: [METRIC, METRIC], window`<br>and `as: half\\|whole, least: n` | A share of two. `as`: how it is written. | it is not known | `{share: [a, b], as: half}` |',
    );
  });

  test('has its place in the page, or nothing is written', () => {
    expect(() => placeMetrics('# Another page', 'table')).toThrow('the page has no place');
  });
});

const field = (schema: MetricKind['fields'][string]['schema'], required: boolean) => ({
  schema,
  required,
  read: () => undefined,
});

test.each(['rule', 'score', 'part', 'defaults'])('the guide names every key of a %s', (name) => {
  const schema = buildSchema(collectNames({}, {}));
  const definitions = schema.definitions as Readonly<Record<string, { readonly properties: object }>>;
  const missing = Object.keys(definitions[name]?.properties ?? {}).filter(
    (key) => !new RegExp(`[\`{ ]${key}[\`:]`).test(guide),
  );
  expect(missing).toEqual([]);
});
