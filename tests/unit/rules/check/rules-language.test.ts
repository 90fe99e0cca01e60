// Lines of the language's page about rules, §4, §6 and §7, that no other test holds: defaults of a file, cycles
// wherever a rule may ask about another, windows that cannot flap, and what is asked of a live rule only.
import { describe, expect, test } from 'vitest';
import { readRuleset } from '../../../../src/rules/read-ruleset.ts';
import { rulesetOf } from '../rule-files.ts';

const codesOf = (text: string): readonly string[] =>
  readRuleset({ 'r.yaml': text }, {}).problems.map(({ code }) => code);

describe('the defaults of a file', () => {
  const given = `defaults:
  if_missing: false
  cooldown: 2w
  keep_open: 3d
  owner: sales
  stage: shadow
  max_new_per_day: 0.1
rules:
  plain: {kind: pql, when: true}
  own: {kind: pql, when: true, if_missing: hold, cooldown: 0d, keep_open: 1d, owner: csm, stage: live, max_new_per_day: 7}
`;

  test('are those of every rule that says nothing', () => {
    expect(rulesetOf(given).rules.get('plain')).toMatchObject({
      ifMissing: 'false',
      cooldownDays: 14,
      keepOpenDays: 3,
      owner: 'sales',
      stage: 'shadow',
      maxNewPerDay: 0.1,
    });
  });

  test('give way to what a rule says', () => {
    expect(rulesetOf(given).rules.get('own')).toMatchObject({
      ifMissing: 'hold',
      cooldownDays: 0,
      keepOpenDays: 1,
      owner: 'csm',
      stage: 'live',
      maxNewPerDay: 7,
    });
  });

  test.each(['for: 2d', 'notify: crm', 'severity: high', 'on_create: notify', 'kind: pql'])(
    'cannot be %s',
    (line) => {
      expect(codesOf(`defaults: {${line}}\nrules: {r: {kind: pql, stage: draft, when: true}}\n`)).toContain(
        'T012',
      );
    },
  );
});

describe('a rule that is made from itself', () => {
  const round = (line: string, more = '') =>
    codesOf(`${more}rules:\n  r: {kind: pql, stage: draft, when: {account.hot: true}, ${line}}\n`);

  test.each([
    'who: {signal.r: open}',
    'resolve_when: {signal.r: closed}',
    'mute_if: {signal.r: open}',
    'severity: {high: {signal.r: open}}',
  ])('is told by its %s', (line) => {
    expect(round(line)).toContain('T019');
  });

  test('is told through an opening that is counted, a segment, and a score', () => {
    expect(round('who: {n: {gte: 1}}', 'metrics: {n: {count: signal.r, window: 7d}}\n')).toContain('T019');
    expect(round('who: {segment: s}', 'segments: {s: {signal.r: open}}\n')).toContain('T019');
    const score = 'scores: {s: {parts: {p: {weight: 100, when: {signal.r: open}}}}}\n';
    expect(round('who: {score.s: {gte: 1}}', score)).toContain('T019');
    const cap =
      'scores: {s: {parts: {p: {weight: 100, when: true}}, caps: [{when: {signal.r: open}, at: 1}]}}\n';
    expect(round('who: {score.s: {gte: 1}}', cap)).toContain('T019');
  });

  test('is told of segments that name each other', () => {
    expect(codesOf('segments:\n  a: {segment: b}\n  b: {any: [{segment: a}, {account.x: 1}]}\n')).toContain(
      'T019',
    );
  });

  test('is not one that asks about another', () => {
    expect(
      codesOf(
        'rules:\n  a: {kind: pql, stage: draft, when: true}\n  b: {kind: pql, stage: draft, when: {signal.a: open}}\n',
      ),
    ).toEqual([]);
  });
});

describe('a rule that can flap', () => {
  const flaps = (metric: string) =>
    codesOf(`metrics: {m: ${metric}}
scores: {s: {parts: {p: {weight: 100, metric: m, from: 0, to: 9}}, bands: {low: 0, high: 50}}}
rules: {r: {kind: x, stage: draft, when: {m: {gte: 0.5}}}}
`).includes('L001');

  test.each([
    '{count: sent, window: ever}',
    '{count: sent, window: first 30d}',
    '{users: any, window: since account.started}',
    '{days_since_first: sent}',
    '{days_since: account.started}',
  ])('is none over %s', (metric) => {
    expect(flaps(metric)).toBe(false);
  });

  test.each([
    '{count: sent, window: 7d}',
    '{count: sent, window: 2w}',
    '{count: sent, window: 1mo}',
    '{count: sent, window: ever, half_life: 14d}',
    '{trend: sent, unit: day, window: ever}',
    '{streak: sent, unit: week}',
    '{weekday_zscore: sent}',
    '{percentile_rank: {count: sent, window: ever}}',
    '{days_to_limit: {count: sent, window: ever}, limit: 100}',
    '{change: {count: sent, window: ever}, over: 28d}',
    '{ratio: [{count: sent, window: 7d}, account.seats]}',
    '{formula: "m2 + 1"}\n  m2: {count: sent, window: 7d}',
  ])('is one over %s', (metric) => {
    const text = metric.includes('\n')
      ? codesOf(
          `metrics:\n  m: ${metric}\nrules: {r: {kind: x, stage: draft, when: {m: {gte: 0.5}}}}\n`,
        ).includes('L001')
      : flaps(metric);
    expect(text).toBe(true);
  });

  test.each(['score.s: {gte: 2}', 'band.s: high', 'champion.changed: true'])('is one over %s', (leaf) => {
    expect(
      codesOf(`scores: {s: {parts: {p: {weight: 100, when: true}}, bands: {low: 0, high: 50}}}
rules: {r: {kind: x, stage: draft, when: {${leaf}}}}
`),
    ).toContain('L001');
  });

  test('is told through a segment', () => {
    expect(
      codesOf(`metrics: {m: {count: sent, window: 7d}}
segments: {busy: {m: {gte: 5}}}
rules: {r: {kind: x, stage: draft, when: {segment: busy}}}
`),
    ).toContain('L001');
  });
});

test.each(['shadow', 'draft'])('nobody has to answer for a rule in stage %s, nor test it', (stage) => {
  const text = `rules: {r: {kind: x, stage: ${stage}, when: true}}\n`;
  const { problems } = readRuleset({ 'r.yaml': text }, { testedRules: new Set() });
  expect(problems).toEqual([]);
});

describe('a former name', () => {
  const rules = (more: string) =>
    codesOf(`rules:\n  new: {kind: pql, stage: draft, was: old, when: true}\n${more}`);

  test('cannot be that of a rule that is still there, nor of two', () => {
    expect(rules('  old: {kind: pql, stage: draft, when: true}\n')).toEqual(['R003']);
    expect(rules('  newer: {kind: pql, stage: draft, was: old, when: true}\n')).toEqual(['R003']);
    expect(rules('')).toEqual([]);
  });
});

describe('the words of a rule', () => {
  test.each([
    ['if_missing', ['hold', 'false', 'true'], 'maybe'],
    ['stage', ['live', 'shadow', 'draft'], 'test'],
    ['on_create', ['baseline', 'notify'], 'silent'],
    ['severity', ['critical', 'high', 'medium', 'low'], 'urgent'],
  ])('%s are those of the page and no others', (key, words, other) => {
    const codes = (word: string) =>
      readRuleset({ 'r.yaml': `rules: {r: {kind: x, when: true, ${key}: ${word}}}\n` }, {}).problems.filter(
        ({ severity }) => severity === 'error',
      );
    for (const word of words) expect(codes(word), word).toEqual([]);
    expect(codes(other)).toHaveLength(1);
  });

  test.each(['pql', 'mql', 'expansion', 'onboarding', 'churn_risk', 'payment_trouble'])(
    'kind may be %s',
    (kind) => {
      expect(rulesetOf(`rules: {r: {kind: ${kind}, when: true}}\n`).rules.get('r')?.kind).toBe(kind);
    },
  );
});

describe('a trait', () => {
  const both = (one: string, other: string) =>
    codesOf(
      `rules: {r: {kind: x, stage: draft, when: {any: [{account.t: ${one}}, {account.t: ${other}}]}}}\n`,
    );

  test.each([
    ['5', 'five'],
    ['5', 'true'],
    ['2025-01-01', '5'],
    ['2025-01-01', 'soon'],
    ['true', '{contains: tr}'],
  ])('compared with %s and with %s is an error', (one, other) => {
    expect(both(one, other)).toContain('C005');
  });

  test.each([
    ['5', '{gte: 7}'],
    ['a', '{starts_with: b}'],
    ['5', '{exists: true}'],
    ['2025-01-01', '{lt: 2025-02-01}'],
  ])('compared with %s and with %s is none', (one, other) => {
    expect(both(one, other)).not.toContain('C005');
  });
});
