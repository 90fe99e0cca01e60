import { describe, expect, test } from 'vitest';
import { readRuleset } from '../../../src/rules/read-ruleset.ts';
import { busyRule, EXAMPLE, rulesetOf } from './rule-files.ts';

const codesOf = (files: Record<string, string>, options = {}) =>
  readRuleset(files, options).problems.map(({ code, position }) => `${position.file} ${code}`);

describe('the example of the guide', () => {
  const ruleset = rulesetOf(EXAMPLE);

  test('is read in the order of its lines', () => {
    expect([...ruleset.metrics.keys()]).toEqual([
      'messages_ever',
      'messages',
      'active_users',
      'seat_use',
      'idle_days',
    ]);
    expect([...ruleset.segments.keys()]).toEqual(['free', 'paying']);
    expect([...ruleset.rules.keys()]).toEqual(['team_hits_2000_messages', 'seats_go_quiet']);
  });

  test('has a lead rule with every key and default', () => {
    const { conditionHash, ...rule } = ruleset.rules.get('team_hits_2000_messages') ?? { conditionHash: '' };
    expect(conditionHash).toMatch(/^[0-9a-f]{64}$/);
    expect(rule).toEqual({
      name: 'team_hits_2000_messages',
      was: undefined,
      kind: 'pql',
      who: { kind: 'segment', name: 'free' },
      when: {
        kind: 'leaf',
        subject: { kind: 'metric', name: 'messages_ever' },
        test: { op: 'gte', value: { type: 'number', value: 2000 } },
        text: { subject: 'messages_ever', test: 'gte 2000' },
      },
      resolveWhen: undefined,
      forDays: 0,
      keepOpenDays: 0,
      cooldownDays: 90,
      severity: [{ severity: 'medium', when: { kind: 'constant', value: true } }],
      say: [
        { kind: 'value', subject: { kind: 'trait', trait: 'name' }, format: 'plain', text: 'account.name' },
        { kind: 'text', text: ' has sent ' },
        {
          kind: 'value',
          subject: { kind: 'metric', name: 'messages_ever' },
          format: 'plain',
          text: 'messages_ever',
        },
        { kind: 'text', text: ' messages on the ' },
        { kind: 'value', subject: { kind: 'trait', trait: 'plan' }, format: 'plain', text: 'account.plan' },
        { kind: 'text', text: ' plan' },
      ],
      notify: [
        { sink: 'crm', states: undefined, repeatDays: undefined },
        { sink: 'sdr_queue', states: undefined, repeatDays: undefined },
      ],
      muteIf: undefined,
      ifMissing: 'hold',
      stage: 'live',
      outcome: { event: 'subscription_started', withinDays: 30 },
      owner: undefined,
      playbook: undefined,
      note: undefined,
      onCreate: 'baseline',
      maxNewPerDay: undefined,
      position: { file: 'rules.yaml', line: 21, column: 3, length: 23 },
    });
  });

  test('puts the most severe condition first, steps and bands in the order of numbers', () => {
    expect(ruleset.rules.get('seats_go_quiet')?.severity.map(({ severity }) => severity)).toEqual([
      'high',
      'medium',
    ]);
    const score = ruleset.scores.get('adoption');
    expect(score?.bands.map(({ from }) => from)).toEqual([0, 40, 70]);
    expect(score?.parts[1]?.scoring).toMatchObject({
      kind: 'steps',
      steps: [{ at: 0 }, { at: 3 }, { at: 10 }],
    });
  });

  test('reads several entries of a map as all of them', () => {
    expect(ruleset.rules.get('seats_go_quiet')?.who).toMatchObject({
      kind: 'all',
      of: [
        { kind: 'segment', name: 'paying' },
        { kind: 'leaf', subject: { kind: 'age_days' } },
      ],
    });
  });
});

describe('the files of a folder', () => {
  test('are one ruleset, in the order of their names, tests left out', () => {
    const ruleset = rulesetOf({
      'b.yaml': 'rules:\n  second: {kind: pql, when: {segment: paying}}\n',
      'a.yaml':
        'rules:\n  first: {kind: pql, when: {segment: paying}}\nsegments:\n  paying: {account.plan: team}\n',
      'a.test.yaml': 'tests: []\n',
    });
    expect([...ruleset.rules.keys()]).toEqual(['first', 'second']);
  });

  test('share no defaults', () => {
    const ruleset = rulesetOf({
      'a.yaml':
        'defaults: {cooldown: 2w, owner: sales, stage: shadow}\nrules:\n  a: {kind: pql, when: true, cooldown: 1d}\n',
      'b.yaml': 'rules:\n  b: {kind: pql, when: true}\n',
    });
    expect(ruleset.rules.get('a')).toMatchObject({ cooldownDays: 1, owner: 'sales', stage: 'shadow' });
    expect(ruleset.rules.get('b')).toMatchObject({ cooldownDays: 0, owner: undefined, stage: 'live' });
  });

  test('define a name once', () => {
    const files = { 'a.yaml': 'segments: {s: true}\n', 'b.yaml': 'segments: {s: false}\n' };
    expect(codesOf(files)).toEqual(['b.yaml T016']);
  });

  test('are not blamed for names that may stand in a broken one', () => {
    const files = {
      'a.yaml': 'rules:\n  r: {kind: pql, when: {m: {gte: 1}}}\n',
      'b.yaml': 'metrics: {m: [\n',
    };
    expect(new Set(codesOf(files))).toEqual(new Set(['b.yaml Y001']));
  });

  test('may be empty, or none', () => {
    expect(rulesetOf({}).rules.size).toBe(0);
    expect(rulesetOf({ 'a.yaml': '', 'b.yaml': '# nothing yet\n' }).rules.size).toBe(0);
  });

  test('are checked against the configured sinks and the retention where these are known', () => {
    const text =
      'metrics:\n  m: {count: a, window: 90d}\nrules:\n  r: {kind: pql, stage: draft, when: {m: {gte: 1}}, keep_open: 1d, notify: slak}\n';
    expect(codesOf({ 'a.yaml': text })).toEqual([]);
    expect(codesOf({ 'a.yaml': text }, { sinks: ['slack'], retentionDays: 60 })).toEqual([
      'a.yaml L008',
      'a.yaml R004',
    ]);
  });
});

describe('a rule', () => {
  test('takes steps of a playbook one a line, sinks as maps, and a fraction of accounts', () => {
    const { rule } = busyRule(`when: {messages: {gte: 5}}
was: bussy
mute_if: {account.plan: internal}
if_missing: true
on_create: notify
max_new_per_day: 0.1
playbook: [call, write]
note: from the board meeting
severity: critical
notify: [{sink: crm, states: [open, resolved]}, {sink: slack, repeat: 2w}]`);
    expect(rule).toMatchObject({
      was: 'bussy',
      muteIf: { kind: 'leaf', test: { op: 'equals' } },
      ifMissing: 'true',
      onCreate: 'notify',
      maxNewPerDay: 0.1,
      playbook: 'call\nwrite',
      note: 'from the board meeting',
      severity: [{ severity: 'critical' }],
      notify: [
        { sink: 'crm', states: ['open', 'resolved'], repeatDays: undefined },
        { sink: 'slack', states: undefined, repeatDays: 14 },
      ],
    });
  });

  test('says braces, bands and formats', () => {
    const { rule } = busyRule(
      'when: true\nsay: "{{x}} {band.health}: {per_seat:percent} of {account.Seat Count:number}"',
    );
    expect(rule.say).toEqual([
      { kind: 'text', text: '{x} ' },
      { kind: 'value', subject: { kind: 'band', name: 'health' }, format: 'plain', text: 'band.health' },
      { kind: 'text', text: ': ' },
      {
        kind: 'value',
        subject: { kind: 'metric', name: 'per_seat' },
        format: 'percent',
        text: 'per_seat:percent',
      },
      { kind: 'text', text: ' of ' },
      {
        kind: 'value',
        subject: { kind: 'trait', trait: 'Seat Count' },
        format: 'number',
        text: 'account.Seat Count:number',
      },
    ]);
  });
});

describe('the hash of a condition', () => {
  const hash = (text: string) => rulesetOf(text).rules.get('seats_go_quiet')?.conditionHash;
  const original = hash(EXAMPLE);

  test.each([
    ['who it is about', '{gte: 45}', '{gte: 46}'],
    ['a bound', '{idle_days: {gte: 14}}', '{idle_days: {gte: 15}}'],
    ['what ends it', '{idle_days: {lte: 2}}', '{idle_days: {lte: 3}}'],
    ['for', 'for: 2d', 'for: 3d'],
    ['keep_open', 'keep_open: 3d', 'keep_open: 4d'],
    ['if_missing', 'for: 2d', 'for: 2d\n    if_missing: false'],
    ['a metric behind it', 'min_denominator: 3', 'min_denominator: 4'],
    ['a metric behind a metric', '{users: any, window: 30d}', '{users: any, window: 31d}'],
    ['a segment behind it', '[team, enterprise]', '[team]'],
    ['a score behind it', 'to: 2000', 'to: 3000'],
  ])('changes with %s', (_, before, after) => {
    expect(EXAMPLE).toContain(before);
    expect(hash(EXAMPLE.replace(before, after))).not.toBe(original);
  });

  test('changes with a score that a metric is made of', () => {
    const text = (to: number) => `metrics:
  messages: {count: message_sent, window: 28d}
  fall: {change: score.health, over: 7d}
scores:
  health:
    parts: {volume: {weight: 100, metric: messages, from: 0, to: ${to}}}
rules:
  seats_go_quiet: {kind: churn_risk, when: {fall: {lt: -20}}}
`;
    expect(hash(text(100))).not.toBe(hash(text(200)));
  });

  test.each([
    ['text', 'nobody active', 'no one active'],
    ['owner', 'customer-success', 'sales'],
    ['severity', '{gte: 21}', '{gte: 22}'],
    ['sinks', '[csm_alerts, crm]', '[crm]'],
    ['cooldown', 'for: 2d', 'for: 2d\n    cooldown: 9d'],
    ['the name of a metric', /idle_days/g, 'quiet_days'],
    ['the name of a segment', /paying/g, 'customers'],
    ['layout', /\n {2}seats_go_quiet/, '\n  # why\n\n  seats_go_quiet'],
    ['the order of alternatives of a test', '[team, enterprise]', '[enterprise, team]'],
  ])('does not change with %s', (_, before, after) => {
    const changed = EXAMPLE.replace(before, after);
    expect(changed).not.toBe(EXAMPLE);
    expect(hash(changed)).toBe(original);
  });
});

describe('the hash of a ruleset', () => {
  test('changes with words, not with layout', () => {
    const { hash } = rulesetOf(EXAMPLE);
    expect(rulesetOf(EXAMPLE.replace(/ {2,}\{/g, ' {').replace('\n\n', '\n# a comment\n')).hash).toBe(hash);
    expect(rulesetOf(EXAMPLE.replace('nobody active', 'no one active')).hash).not.toBe(hash);
    expect(rulesetOf(EXAMPLE.replace('owner: customer-success', 'owner: sales')).hash).not.toBe(hash);
  });
});
