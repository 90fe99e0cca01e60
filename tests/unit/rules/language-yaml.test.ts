// The language's page on files, names and YAML (§1), and on the keys of metrics (§3): what is taken and what is not.
import { describe, expect, test } from 'vitest';
import { METRIC_KINDS } from '../../../src/rules/metrics/metric-kinds.ts';
import { readRuleset } from '../../../src/rules/read-ruleset.ts';
import { rulesetOf } from './rule-files.ts';

/** Codes of the errors, in the order of the file. */
const errorsOf = (text: string): readonly string[] =>
  readRuleset({ 'a.yaml': text }, {})
    .problems.filter(({ severity }) => severity === 'error')
    .map(({ code }) => code);
const ofMetric = (metric: string): readonly string[] =>
  errorsOf(
    `metrics:\n  m: {count: a, window: 7d}\n  it: ${metric}\nrules:\n  busy: {kind: pql, when: true}\n`,
  );

const PAGE = `metrics:
  messages_ever: {count: message_sent, window: ever}
  messages:      {count: message_sent, window: 30d}
  active_users:  {users: any, window: 30d}
  seat_use:      {ratio: [active_users, account.seats], min_denominator: 3}
  idle_days:     {days_since_last: any}
  champion_idle: {days_since_last: any, where: {user.role: {in: [owner, admin]}}}
  weekday_drop:  {weekday_zscore: message_sent, weeks: 4, min_base: 5}

segments:
  free:    {account.plan: {in: [free, trial]}}
  paying:  {account.plan: {in: [team, enterprise]}}

scores:
  adoption:
    parts:
      volume:  {weight: 50, metric: messages, from: 0, to: 2000}
      people:  {weight: 30, metric: active_users, steps: {0: 0, 3: 15, 10: 30}}
      seats:   {weight: 20, when: {seat_use: {gte: 0.8}}}
    bands: {poor: 0, fair: 40, good: 70}

rules:
  team_hits_2000_messages:
    kind: pql
    who:  {segment: free}
    when: {messages_ever: {gte: 2000}}
    say:  "{account.name} has sent {messages_ever} messages on the {account.plan} plan"
    cooldown: 90d
    notify: [crm, sdr_queue]
    outcome: {event: subscription_started, within: 30d}

  seats_go_quiet:
    kind: churn_risk
    owner: customer-success
    who:  {segment: paying, account.age_days: {gte: 45}}
    when:
      any:
        - {idle_days: {gte: 14}}
        - all: [{seat_use: {lt: 0.4}}, {champion_idle: {gte: 7}}]
        - {weekday_drop: {lte: -3}}
    resolve_when: {idle_days: {lte: 2}}
    for: 2d
    keep_open: 3d
    severity: {high: {idle_days: {gte: 21}}, medium: true}
    say: "{account.name}: nobody active for {idle_days} days, {seat_use:percent} of seats in use"
    notify: [csm_alerts, crm]
    outcome: {event: subscription_cancelled, within: 90d}
`;

test('the example of the page is taken as it stands', () => {
  const { ruleset, problems } = readRuleset({ 'rules/pql.yaml': PAGE }, {});
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect([...(ruleset?.metrics.keys() ?? [])]).toHaveLength(7);
  expect([...(ruleset?.rules.keys() ?? [])]).toEqual(['team_hits_2000_messages', 'seats_go_quiet']);
});

describe('defaults of a file', () => {
  test('are those of its rules, each key of them', () => {
    const { rules } = rulesetOf(
      'defaults: {if_missing: false, cooldown: 2d, keep_open: 3d, owner: sales, stage: shadow, max_new_per_day: 7}\nrules:\n  a: {kind: pql, when: true}\n',
    );
    expect(rules.get('a')).toMatchObject({
      ifMissing: 'false',
      cooldownDays: 2,
      keepOpenDays: 3,
      owner: 'sales',
      stage: 'shadow',
      maxNewPerDay: 7,
    });
  });

  test('are no others', () => {
    for (const key of [
      'kind: pql',
      'for: 1d',
      'severity: high',
      'notify: [crm]',
      'say: x',
      'on_create: notify',
    ])
      expect(errorsOf(`defaults: {${key}}\n`), key).toEqual(['T012']);
  });

  test('give way to what a rule says itself', () => {
    const { rules } = rulesetOf(
      'defaults: {if_missing: false, keep_open: 3d, owner: sales, stage: shadow, max_new_per_day: 7}\nrules:\n  a: {kind: pql, when: true, if_missing: hold, keep_open: 0d, owner: b, stage: draft, max_new_per_day: 0.5}\n',
    );
    expect(rules.get('a')).toMatchObject({
      ifMissing: 'hold',
      keepOpenDays: 0,
      owner: 'b',
      stage: 'draft',
      maxNewPerDay: 0.5,
    });
  });
});

describe('a name', () => {
  const SECTIONS: Readonly<Record<string, string>> = {
    metrics: '{count: a, window: 7d}',
    segments: 'true',
    scores: '{parts: {p: {weight: 100, when: true}}, bands: {low: 0}}',
    rules: '{kind: pql, when: true}',
  };

  test.each(Object.entries(SECTIONS))('begins with a small letter, in %s', (section, definition) => {
    for (const name of ['a', 'a1_b', 'z_9'])
      expect(errorsOf(`${section}:\n  ${name}: ${definition}\n`)).toEqual([]);
    for (const name of ['1a', '_a', 'A', 'a-b', 'aB', 'ä', '"a b"', 'a.b'])
      expect(errorsOf(`${section}:\n  ${name}: ${definition}\n`), name).toEqual(['T015']);
  });

  test('may stand once in each section', () => {
    const all = Object.entries(SECTIONS).map(
      ([section, definition]) => `${section}:\n  same: ${definition}\n`,
    );
    expect(errorsOf(all.join(''))).toEqual([]);
  });

  test.each([
    ...METRIC_KINDS.keys(),
    ...[
      'all',
      'any',
      'none',
      'at_least',
      'segment',
      'not',
      'account',
      'user',
      'champion',
      'score',
      'band',
      'grade',
      'signal',
      'ever',
      'first',
      'since',
      'abs',
      'coalesce',
      'min',
      'max',
    ],
  ])('of a metric is no word of the language: %s', (word) => {
    expect(errorsOf(`metrics:\n  ${word}: {count: a, window: 7d}\n`)).toEqual(['T017']);
  });

  test.each([
    'when: {nowhere: {gte: 1}}',
    'when: {segment: nowhere}',
    'when: {score.nowhere: {gte: 1}}',
    'when: {band.nowhere: good}',
    'when: {grade.nowhere: A1}',
    'when: {signal.nowhere: open}',
    'when: {inline: {gte: 1}}',
    'when: true, say: "{nowhere}"',
    'when: true, who: {segment: nowhere}',
    'when: true, resolve_when: {nowhere: {gte: 1}}',
    'when: true, mute_if: {nowhere: {gte: 1}}',
    'when: true, severity: {high: {nowhere: {gte: 1}}}',
  ])('that is used is defined: {%s}', (lines) => {
    expect(errorsOf(`rules:\n  r: {kind: pql, ${lines}}\n`)).toEqual(['T018']);
  });

  test.each([
    '{ratio: [nowhere, m]}',
    '{ratio: [m, nowhere]}',
    '{change: nowhere, over: 7d}',
    '{days_to_limit: nowhere, limit: 5}',
    '{days_to_limit: m, limit: nowhere}',
    '{percentile_rank: nowhere}',
    '{streak: {nowhere: {gte: 1}}}',
    '{count: signal.nowhere, window: 7d}',
    '{change: score.nowhere, over: 7d}',
  ])('that a metric is made of is defined: %s', (metric) => {
    expect(ofMetric(metric)).toEqual(['T018']);
  });
});

describe('YAML', () => {
  const traitIs = (value: string) => {
    const { segments } = rulesetOf(`segments:\n  s: {account.x: ${value}}\n`);
    const condition = segments.get('s');
    return condition?.kind === 'leaf' && condition.test.op === 'equals' ? condition.test.value : undefined;
  };

  test.each([
    ['true', { type: 'boolean', value: true }],
    ['12', { type: 'number', value: 12 }],
    ['012', { type: 'number', value: 12 }],
    ['"12"', { type: 'text', value: '12' }],
    ['2025-01-31', { type: 'date', value: '2025-01-31' }],
    ['"a: b, c"', { type: 'text', value: 'a: b, c' }],
    ['1:30', { type: 'text', value: '1:30' }],
    ['1_000', { type: 'text', value: '1_000' }],
  ])('is that of 1.2, core schema: %s', (written, literal) => {
    expect(traitIs(written)).toEqual(literal);
  });

  test.each(['null', '~', ''])('takes no null for a value: "%s"', (written) => {
    expect(errorsOf(`segments:\n  s: {account.x: ${written}}\n`)).toContain('Y004');
  });

  test('takes anchors and aliases, a hundred of them', () => {
    const aliases = (count: number) =>
      Array.from({ length: count }, (_, index) => `  s${index}: *one\n`).join('');
    expect(errorsOf(`segments:\n  one: &one {account.x: a}\n${aliases(100)}`)).toEqual([]);
    expect(errorsOf(`segments:\n  one: &one {account.x: a}\n${aliases(101)}`)).toEqual(['Y008']);
  });

  test('takes names of events with punctuation in quotes', () => {
    for (const name of ['Signed up: Google', 'Invoice paid, late', '*Upgraded', '{x}', 'a # b'])
      expect(
        rulesetOf(`metrics:\n  m: {count: "${name}", window: 7d}\n`).metrics.get('m')?.series[0],
      ).toMatchObject({
        definition: { events: { names: [name] } },
      });
  });

  test('gives steps the order of numbers', () => {
    const { scores } = rulesetOf(
      'metrics:\n  m: {count: a, window: 7d}\nscores:\n  s: {parts: {p: {weight: 100, metric: m, steps: {100: 30, 9: 20, 20: 25, 0.5: 1}}}, bands: {low: 0}}\n',
    );
    expect(scores.get('s')?.parts[0]?.scoring).toMatchObject({
      steps: [{ at: 0.5 }, { at: 9 }, { at: 20 }, { at: 100 }],
    });
  });

  test.each(['2025-02-29', '2025-13-01', '2025-00-10', '2024-04-31'])('knows the calendar: %s', (date) => {
    expect(errorsOf(`segments:\n  s: {account.x: {gte: ${date}}}\n`)).toEqual(['V005']);
  });
});

describe('the keys of a metric', () => {
  const example = (key: string): string =>
    METRIC_KINDS.get(key)?.example.replaceAll(/\b(messages|active_users)\b/g, 'm') ?? '';
  const withWindow = [...METRIC_KINDS.values()].filter(({ fields }) => fields.window !== undefined);
  const withoutWindow = [...METRIC_KINDS.values()].filter(({ fields }) => fields.window === undefined);

  test('are known: which kinds have no window', () => {
    expect(withoutWindow.map(({ key }) => key).sort()).toEqual([
      'change',
      'days_since',
      'days_since_first',
      'days_since_last',
      'days_to_limit',
      'days_until',
      'formula',
      'percentile_rank',
      'ratio',
      'streak',
      'weekday_zscore',
    ]);
  });

  test.each(withWindow.map(({ key }) => key))('%s needs a window', (key) => {
    const written = example(key);
    const bare = written.replace(/, window: [^,}]+/, '');
    expect(ofMetric(written)).toEqual([]);
    expect(ofMetric(bare)).toEqual(key === 'members' ? [] : ['T013']);
  });

  test.each(withoutWindow.map(({ key }) => key))('%s takes no window', (key) => {
    expect(ofMetric(example(key))).toEqual([]);
    expect(ofMetric(example(key).replace(/\}$/, ', window: 30d}'))).toEqual(['T012']);
  });

  test.each([
    ['{users: any, count: a, window: 7d}', 'M002'],
    ['{window: 7d}', 'M001'],
    ['{percentile_rank: {percentile_rank: m}}', 'M003'],
    ['{percentile_rank: {formula: "rank + 1"}}', 'M003'],
    ['{percentile_rank: m, among: [account.age_days]}', 'M003'],
    ['{users_lost: a, window: first 7d}', 'M005'],
    ['{users_kept: a, window: since account.x}', 'M005'],
    ['{change: {count: a, window: ever}}', 'T013'],
    ['{change: {count: a, window: 2mo}}', 'T013'],
    ['{change: account.seats}', 'T013'],
    ['{sequence: [a, b], window: 7d}', 'T013'],
    ['{sequence: [a], within: 7d, window: 7d}', 'M003'],
    ['{sequence: [a, account.plan], within: 7d, window: 7d}', 'M004'],
    ['{days_to_limit: m}', 'T013'],
    ['{members: message_sent}', 'T014'],
    ['{count: [any, a], window: 7d}', 'M004'],
    ['{count: [a, account.plan], window: 7d}', 'M004'],
    ['{count: account.plan, window: 7d, where: {was: a}}', 'M007'],
    ['{count: signal.busy, window: 7d, where: {x: a}}', 'M007'],
    ['{count: a, window: 7d, half_life: 12h}', 'V003'],
    ['{count: a, window: 12h}', 'V003'],
    ['{count: a, window: 0d}', 'V004'],
    ['{count: a, window: first 3mo}', 'V002'],
    ['{weekday_zscore: a, weeks: 0}', 'V004'],
    ['{trend: a, window: 7d, unit: month}', 'T014'],
    ['{streak: a, unit: year}', 'T014'],
    ['{change: m, as: percent}', 'T014'],
    ['{sequence: [a, b], within: 7d, window: 7d, per: team}', 'T014'],
    ['{sequence: [a, b], within: 7d, window: 7d, as: share}', 'T014'],
  ])('%s is %s', (metric, code) => {
    expect(
      errorsOf(
        `metrics:\n  m: {count: a, window: 7d}\n  rank: {percentile_rank: m}\n  it: ${metric}\nrules:\n  busy: {kind: pql, when: true}\n`,
      ),
    ).toEqual([code]);
  });

  test.each([
    '{change: {count: a, window: 2w}}',
    '{change: account.seats, over: 7d}',
    '{ratio: [{count: a, window: 7d}, account.seats]}',
    '{days_to_limit: m, limit: {count: b, window: ever}}',
    '{percentile_rank: account.seats, among: [account.plan, account.region]}',
    '{features: [a, [b, c], account.plan, signal.busy], window: 7d}',
    '{users: [a, b], window: 3mo}',
    '{count: user.role, window: since account.created_at, where: {from: a, to: {in: [b, c]}, user.team: x, user_id: ann}}',
    '{distinct: a.b, of: [a, b], window: first 2w}',
    '{streak: {all: [{m: {gte: 1}}, {account.plan: x}]}, unit: month}',
  ])('%s is sound', (metric) => {
    expect(ofMetric(metric)).toEqual([]);
  });
});
