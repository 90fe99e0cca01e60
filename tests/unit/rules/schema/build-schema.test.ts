// The schema against a second validator: what the reader accepts passes, and a table of mistakes does not; and
// against the reader itself: it has the keys that the reader has, no more and no fewer.
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/model/json.ts';
import { METRIC_KINDS } from '../../../../src/rules/metrics/metric-kinds.ts';
import { readRuleset } from '../../../../src/rules/read-ruleset.ts';
import { openValidator, schemaOf } from './rule-schema.ts';

const validate = openValidator();
const read = (path: string): string => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');

test('it is a draft-07 schema', () => {
  const ajv = new Ajv({ strict: false });
  expect(ajv.validateSchema(schemaOf()), ajv.errorsText()).toBe(true);
});

/** A rule with these keys beside its kind. */
const rule = (keys: string): string => `rules: {r: {kind: pql, ${keys}}}`;
const openWhen = (condition: string): string => rule(`when: ${condition}`);
const always = (key: string): string => rule(`when: true, ${key}`);
const metric = (measured: string): string => `metrics: {m: ${measured}}`;
const part = (keys: string): string => `scores: {s: {parts: {p: {${keys}}}}}`;

describe('what passes', () => {
  const shipped = readdirSync(new URL('../../../../rules', import.meta.url)).filter((name) =>
    name.endsWith('.yaml'),
  );
  test.each(shipped)('rules/%s', (name) => expect(validate(read(`rules/${name}`))).toEqual([]));

  const examples = [...read('docs/rules.md').matchAll(/```yaml\n([\s\S]*?)```/g)].map(
    ([, text]) => text ?? '',
  );
  test.each(examples.filter((text) => !text.includes('\ntests:')))('an example of the guide', (text) =>
    expect(validate(text)).toEqual([]),
  );

  const right = [...read('docs/errors.md').matchAll(/```yaml right\n([\s\S]*?)```/g)]
    .map(([, text]) => text ?? '')
    .filter((text) => readRuleset({ 'rules.yaml': text }, {}).ruleset !== undefined);
  test('the right examples of docs/errors.md', () => {
    expect(right.length).toBeGreaterThan(40);
    expect(right.map((text) => [text, ...validate(text)])).toEqual(right.map((text) => [text]));
  });

  test('tests of rules: those of the guide, and the right examples of docs/errors.md', () => {
    const pages = read('docs/rules.md') + read('docs/errors.md');
    const tests = [...pages.matchAll(/```yaml(?: right)?\n([\s\S]*?)```/g)]
      .flatMap(([, text = '']) => text.split(/^# file: .*$/m))
      .filter((text) => /^tests:/m.test(text));
    expect(tests.length).toBeGreaterThan(5);
    expect(tests.map((text) => [text, ...validate(text)])).toEqual(tests.map((text) => [text]));
  });

  const golden = new URL('../golden/', import.meta.url);
  const sound = readdirSync(golden).filter(
    (name) =>
      name.endsWith('.yaml') &&
      readRuleset({ [name]: readFileSync(new URL(name, golden), 'utf8') }, {}).ruleset !== undefined,
  );
  test.each(sound)('a file with warnings only: %s', (name) =>
    expect(validate(readFileSync(new URL(name, golden), 'utf8'))).toEqual([]),
  );

  test.each([...METRIC_KINDS.values()].map(({ key, example }) => [key, example]))(
    'the example of %s',
    (_, example) => {
      if (example !== undefined) expect(validate(metric(example))).toEqual([]);
    },
  );

  test.each([
    ['names that the project does not know yet', openWhen('{newer: {gte: 1}}')],
    ['an event never seen', metric('{count: never_seen, window: ever}')],
    ['a trait never seen', openWhen('{account.new_trait: true}')],
    ['a kind of the team', 'rules: {r: {kind: renewal, when: true}}'],
    ['a zero without its unit', always('for: 0')],
    ['a zero in quotes', always('for: "0"')],
    ['a duration in quotes', always('for: "2d"')],
    ['dates', 'segments: {s: {account.renews: {between: [2026-01-01, 2026-12-31]}}}'],
    ['tests within not', 'segments: {s: {account.plan: {not: {in: [free, trial]}}}}'],
    ['a metric in place', metric('{change: {count: a, window: 7d}, as: absolute}')],
    ['one notice', always('notify: crm')],
    ['notices', always('notify: [crm, {sink: other, states: open, repeat: 2w}]')],
    ['one severity', always('severity: high')],
    ['words that look like booleans', always('if_missing: false')],
    ['the same in quotes', always('if_missing: "false"')],
    ['a fraction of the accounts', 'defaults: {max_new_per_day: 0.02}'],
    ['caps and points', POINTS()],
    ['grades', 'grades: {lead: {fit: icp_fit, usage: adoption}}'],
    ['nothing at all', '{}'],
  ])('%s', (_, text) => expect(validate(text)).toEqual([]));
});

function POINTS(): string {
  return `scores:
  fit:
    parts:
      size: {weight: 100, points: {100: {account.seats: {gte: 50}}, 40: {account.seats: {gte: 10}}}}
    caps: [{when: {account.plan: free}, at: 30}]
`;
}

describe('what does not', () => {
  test.each([
    ['an unknown section', 'metric: {}', 'metric'],
    ['a misspelt key of a metric', metric('{count: a, windw: 30d}'), 'windw'],
    ['a key of another kind', metric('{count: a, window: 30d, min_denominator: 3}'), 'min_denominator'],
    ['two measures', metric('{count: a, users: b, window: 30d}'), 'users'],
    ['no measure', metric('{window: 30d}'), 'window'],
    ['an empty metric', metric('{}'), 'fewer'],
    ['a missing window', metric('{count: a}'), "'window'"],
    ['a window in hours', metric('{count: a, window: 24h}'), '/window'],
    ['a window without a unit', metric('{count: a, window: 30}'), '/window'],
    ['an empty list of events', metric('{count: [], window: ever}'), '/count'],
    ['an empty where', metric('{count: a, where: {}, window: ever}'), '/where'],
    ['a mistake in a metric in place', metric('{change: {count: a, windw: 7d}}'), 'windw'],
    ['a ratio of one', metric('{ratio: [a]}'), '/ratio'],
    ['a word that is none of its words', metric('{change: a, over: 7d, as: relativ}'), '/as'],
    ['a name with a capital', 'metrics: {Messages: {count: a, window: ever}}', 'property name'],
    ['a rule without when', 'rules: {r: {kind: pql}}', "'when'"],
    ['a rule without kind', 'rules: {r: {when: true}}', "'kind'"],
    ['a misspelt key of a rule', always('cool_down: 3d'), 'cool_down'],
    ['a duration in hours', always('for: 24h'), '/for'],
    ['a duration without a unit', always('for: 2'), '/for'],
    ['a severity that is none', always('severity: urgent'), '/severity'],
    ['a severity of conditions', always('severity: {urgent: true}'), 'urgent'],
    ['a word for unknown that is none', always('if_missing: wait'), '/if_missing'],
    ['fewer than none', always('max_new_per_day: -1'), '/max_new_per_day'],
    ['a stage that is none', always('stage: beta'), '/stage'],
    ['an outcome without its time', always('outcome: {event: a}'), "'within'"],
    ['a state that is not sent', always('notify: {sink: a, states: none}'), '/states'],
    ['a misspelt key of a notice', always('notify: [{snik: a}]'), 'snik'],
    ['a condition that is a text', openWhen('yes please'), '/when'],
    ['a condition that is a list', openWhen('[true]'), '/when'],
    ['an empty condition', openWhen('{}'), '/when'],
    ['any without a list', openWhen('{any: {messages: 5}}'), '/any'],
    ['not as a condition', openWhen('{not: {messages: 5}}'), 'not'],
    ['at_least of nothing', openWhen('{at_least: {n: 2}}'), "'of'"],
    ['an unknown test', openWhen('{messages: {over: 5}}'), 'over'],
    ['a test of text on a number', openWhen('{messages: {contains: a}}'), 'contains'],
    ['a number in quotes', openWhen('{messages: {gte: "5"}}'), '/gte'],
    ['a list as a bare value', openWhen('{account.plan: [free]}'), '/account.plan'],
    ['between of one', openWhen('{messages: {between: [5]}}'), '/between'],
    ['a signal in no state', openWhen('{signal.hits_2000: resolved}'), '/signal.hits_2000'],
    ['a band that the score has not', openWhen('{band.adoption: god}'), '/band.adoption'],
    ['a family that is none', openWhen('{acount.plan: free}'), 'acount.plan'],
    ['something else of the champion', openWhen('{champion.age: 3}'), 'champion.age'],
    ['a part without a weight', part('when: true'), "'weight'"],
    ['a part from without to', part('weight: 1, metric: a, from: 0'), "'to'"],
    ['steps of nothing', part('weight: 1, steps: {0: 0}'), "'metric'"],
    ['a step that is no number', part('weight: 1, metric: a, steps: {x: 0}'), 'property name'],
    [
      'a band as a range',
      'scores: {s: {parts: {p: {weight: 100, when: true}}, bands: {a: [0, 5]}}}',
      '/bands/a',
    ],
    [
      'a cap without its end',
      'scores: {s: {parts: {p: {weight: 100, when: true}}, caps: [{when: true}]}}',
      "'at'",
    ],
    ['a grade of one score', 'grades: {g: {fit: a}}', '/grades/g'],
    ['a test without a name', 'tests: [{expect: [{day: 2025-06-01, hits_2000: open}]}]', "'name'"],
    ['a misspelt key of a test', 'tests: [{name: a, expects: []}]', 'expects'],
    [
      'a state that is none',
      'tests: [{name: a, expect: [{day: 2025-06-01, hits_2000: opne}]}]',
      '/hits_2000',
    ],
    [
      'an instant for first_seen',
      'tests: [{name: a, accounts: {b: {first_seen: 2025-06-01T10:00:00Z}}, expect: [{day: 2025-06-01, hits_2000: open}]}]',
      '/first_seen',
    ],
    ['an expectation without a day', 'tests: [{name: a, expect: [{account: b, hits_2000: open}]}]', "'day'"],
    ['a number in words', 'tests: [{name: a, expect: [{day: 2025-06-01, messages: few}]}]', '/messages'],
    ['rules beside tests', 'tests: []\nrules: {}', 'rules'],
    ['an event without its time', 'tests: [{name: a, events: [{user: u, event: e}], expect: []}]', "'at'"],
    ['a default that rules do not inherit', 'defaults: {kind: pql}', 'kind'],
  ])('%s', (_, text, told) => {
    const problems = validate(text);
    expect(problems.join('\n')).toContain(told);
    // An editor must never mark what the reader takes.
    expect(readRuleset({ 'rules.yaml': text }, {}).ruleset).toBeUndefined();
  });
});

describe('the keys are those of the reader', () => {
  const definitions = schemaOf().definitions as { readonly [name: string]: JsonObject };
  const keysOf = (schema: JsonObject | undefined): readonly string[] =>
    Object.keys((schema?.properties ?? {}) as JsonObject).sort();

  const without = (key: string, schema: JsonObject | undefined): JsonObject =>
    Object.fromEntries(
      Object.entries((schema?.properties ?? {}) as JsonObject).filter(([name]) => name !== key),
    );

  test.each([
    ['of a file', 'zzzzzzzz: 1', { properties: without('tests', definitions.rule_file) }],
    ['of defaults', 'defaults: {zzzzzzzz: 1}', definitions.defaults],
    ['of a rule', 'rules: {r: {zzzzzzzz: 1, kind: pql, when: true}}', definitions.rule],
    ['of a score', 'scores: {s: {zzzzzzzz: 1, parts: {p: {weight: 100, when: true}}}}', definitions.score],
    ['of a part', part('zzzzzzzz: 1, weight: 100, when: true'), definitions.part],
  ])('%s', (_, text, schema) => {
    const [hint] = readRuleset({ 'rules.yaml': text }, {}).problems.filter(({ code }) => code === 'T012');
    const known = /known keys: (.*)/
      .exec(hint?.hint ?? '')?.[1]
      ?.split(', ')
      .sort();
    expect(keysOf(schema)).toEqual(known);
  });

  test('of the tests of a value', () => {
    const text = 'segments: {s: {account.plan: {zzzzzzzz: 1}}}';
    const hint = readRuleset({ 'rules.yaml': text }, {}).problems[0]?.hint;
    const known = /tests: (.*)/
      .exec(hint ?? '')?.[1]
      ?.split(', ')
      .sort();
    expect(keysOf(definitions.any_test?.then as JsonObject)).toEqual(known);
  });

  test('every kind of metric is one that the schema tells apart by its first key', () => {
    const branches = definitions.metric?.allOf as readonly {
      readonly if: { readonly required?: readonly string[] };
    }[];
    expect(branches.slice(0, -1).map((branch) => branch.if.required)).toEqual(
      [...METRIC_KINDS.keys()].map((key) => [key]),
    );
  });

  test('every reference leads to a definition', () => {
    const places = [...JSON.stringify(schemaOf()).matchAll(/"\$ref":"#\/definitions\/([a-z_]+)"/g)];
    expect(places.length).toBeGreaterThan(50);
    expect(places.filter(([, name]) => definitions[name ?? ''] === undefined)).toEqual([]);
  });
});
