// Tests of rules mean what the closes of a project mean: the same signals, and nothing of one test in another.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { groupTests } from '../../src/app/rule-tests/group-tests.ts';
import { runTests } from '../../src/app/rule-tests/run-tests.ts';
import { systemClock as clock } from '../../src/app/system-clock.ts';
import { addDays, type Day, type TimeZone, UTC } from '../../src/model/time.ts';
import { readRuleset } from '../../src/rules/read-ruleset.ts';
import { expandTest } from '../../src/rules/test-file/expand-test.ts';
import { readTestFiles } from '../../src/rules/test-file/read-test-files.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { openProject } from './support/project.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.stop());

function read(rules: string, tests: string) {
  const files = { 'rules.yaml': rules, 'rules.test.yaml': tests };
  const { ruleset, problems } = readRuleset({ 'rules.yaml': rules }, {});
  if (ruleset === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  const found = readTestFiles({ files, ruleset, timezone: UTC, sinks: undefined });
  expect(found.problems.map(({ code, message }) => `${code} ${message}`)).toEqual([]);
  return { ruleset, tests: found.tests };
}

/** What failed, a line each; empty when all passed. */
async function run(rules: string, written: string): Promise<readonly string[]> {
  const { ruleset, tests } = read(rules, written);
  const failures: string[] = [];
  for (const group of groupTests(ruleset, tests)) {
    const store = await engine.openDatabase();
    const results = await runTests({ store, clock, ruleset, group, routes: new Map() });
    for (const result of results)
      for (const { day, account, what, expected, got } of result.failures)
        failures.push(`${result.test.name}: ${day} ${account} ${what}: expected ${expected}, got ${got}`);
  }
  return failures;
}

describe('tests of one run', () => {
  test('see nothing of each other, though their ids are the same', async () => {
    const rules = `metrics:
  messages: {count: message_sent, window: ever}
  owners:   {users: message_sent, where: {user.role: owner}, window: ever}
  people:   {members: any}
  kinds:    {features: [message_sent, file_shared], window: ever}
rules:
  busy: {kind: pql, when: {messages: {gte: 3}}, say: "{account.name} of {champion.name}: {messages}"}
`;
    const failures = await run(
      rules,
      `tests:
  - name: an owner
    users: {ann: {role: owner}}
    events: [acme ann message_sent 3 2025-06-02, {user: ann, event: file_shared, at: 2025-06-03}]
    expect:
      - {day: 2025-06-03, messages: 3, owners: 1, people: 1, kinds: 2, busy: {state: open, say: "– of ann: 3"}, champion: ann}
  - name: somebody
    users: {ann: {role: guest}}
    events: ["acme ann,bob message_sent 1 2025-06-02", {user: bob, event: file_shared, at: 2025-06-03}]
    expect:
      - {day: 2025-06-03, messages: 2, owners: 0, people: 2, kinds: 2, busy: none}
`,
    );
    expect(failures).toEqual([]);
  });

  test('rank accounts among those of the same test', async () => {
    const one = (name: string, expected: string): string => `  - name: ${name}
    events:
      - a u message_sent 1 2025-06-02
      - b u message_sent 2 2025-06-02
      - c u message_sent 3 2025-06-02
    expect: [{day: 2025-06-02, account: c, rank: ${expected}}, {day: 2025-06-02, account: a, rank: 0}]
`;
    const rules = `metrics:
  messages: {count: message_sent, window: ever}
  rank:     {percentile_rank: messages, min_peers: 2}
`;
    expect(await run(rules, `tests:\n${one('first', '1')}${one('second', '1')}`)).toEqual([]);
  });

  test('keep users as written where a rule asks for one by id', async () => {
    const rules = `metrics:
  of_ann: {count: message_sent, where: {user_id: ann}, window: ever}
  owners: {count: message_sent, where: {user.role: owner}, window: ever}
`;
    const one = (role: string, owners: number): string => `  - name: ${role}
    users: {ann: {role: ${role}}}
    events: ["acme ann,bob message_sent 2 2025-06-02"]
    expect: [{day: 2025-06-02, of_ann: 2, owners: ${owners}}]
`;
    expect(await run(rules, `tests:\n${one('owner', 2)}${one('guest', 0)}`)).toEqual([]);
  });

  test('know an account from created_at on, unless they say when it was first seen', async () => {
    const rules = `metrics:
  messages: {count: message_sent, window: 7d}
  grown:    {change: messages, over: 7d}
`;
    const one = (name: string, seen: string, expected: string): string => `  - name: ${name}
    accounts: {acme: {created_at: 2025-01-01${seen}}}
    events: ["acme ann message_sent 1/day 2025-06-04..2025-06-20"]
    expect: [{day: 2025-06-14, grown: ${expected}, account.age_days: 164}]
`;
    const tests = [
      one('from created_at', '', '0.75'),
      one('just long enough', ', first_seen: 2025-06-01', '0.75'),
      one('a day too late', ', first_seen: 2025-06-02', 'missing'),
    ];
    expect(await run(rules, `tests:\n${tests.join('')}`)).toEqual([]);
  });

  test('have days of their own time zone', async () => {
    const one = (zone: string, first: number): string => `  - name: ${zone}
    timezone: ${zone}
    events: [{account: acme, event: message_sent, at: "2025-06-03T02:00:00Z"}]
    expect: [{day: 2025-06-03, messages: ${first}}]
`;
    const rules = 'metrics:\n  messages: {count: message_sent, window: 1d}\n';
    expect(await run(rules, `tests:\n${one('UTC', 1)}${one('America/New_York', 0)}`)).toEqual([]);
  });
});

const LIFE = `metrics:
  messages: {count: message_sent, window: 7d}
  before:   {change: messages, over: 7d}
  idle:     {days_since_last: any}
  openings: {count: signal.quiet, window: 60d}
segments:
  paying: {account.plan: team}
rules:
  quiet:
    kind: churn_risk
    who: {segment: paying}
    when: {idle: {gte: 3}}
    for: 1d
    keep_open: 2d
    cooldown: 4d
    severity: {high: {idle: {gte: 6}}}
  falls:
    kind: churn_risk
    when: {before: {lte: -0.5}}
    keep_open: 1d
    if_missing: "false"
  both:
    kind: churn_risk
    when: {signal.quiet: open, signal.falls: open}
  again:
    kind: churn_risk
    when: {openings: {gte: 2}}
    say: "{account.name} went quiet {openings} times"
  champion_idle:
    kind: churn_risk
    when: {champion.idle_days: {gte: 4}}
`;

const LIFE_TEST = `tests:
  - name: a life
    timezone: Europe/Berlin
    accounts:
      acme: {plan: team, seats: 5, created_at: 2025-01-01, name: Acme}
      beta: {plan: free}
    users: {ann: {role: owner}}
    events:
      - acme ann,bob message_sent 3/weekday 2025-03-03..2025-03-14
      - acme bob message_sent 1 2025-03-21
      - acme ann message_sent 2/day 2025-03-28..2025-03-30
      - acme bob message_sent 2/day 2025-04-06..2025-04-07
      - beta cid message_sent 4/day 2025-03-10..2025-03-16
      - beta cid message_sent 1/week 2025-03-17..2025-04-10
      - {account: beta, traits: {plan: team}, at: 2025-03-20}
      - {account: acme, traits: {plan: free}, at: 2025-04-13}
    expect:
      - {day: 2025-04-15, account: acme, quiet: none}
`;

describe('a test', { timeout: 300_000 }, () => {
  test('goes through the same states as a project that closes day after day', async () => {
    const { tests } = read(LIFE, LIFE_TEST);
    const [only] = tests;
    if (only === undefined) throw new Error('there is a test');
    const store = await engine.openDatabase();
    const project = openProject(store, only.timezone as TimeZone);
    await project.ingest([...expandTest(only, { own: '', users: '' })]);
    await project.apply(LIFE);
    const days = daysBetween('2025-03-03' as Day, '2025-04-15' as Day);
    await project.close(...days);
    const moved = (await project.rows(
      `SELECT account_id, rule, toString(day) AS day, to FROM transitions FINAL ORDER BY account_id, rule, step`,
    )) as readonly { account_id: string; rule: string; day: string; to: string }[];
    expect(moved.length).toBeGreaterThan(25);

    const expected = days.flatMap((day) =>
      ['acme', 'beta'].map((account) => {
        const there = account === 'acme' || day >= '2025-03-10';
        const states = ['quiet', 'falls', 'both', 'again', 'champion_idle'].map((rule) => {
          const steps = moved.filter(
            (row) => row.account_id === account && row.rule === rule && row.day <= day,
          );
          return `${rule}: ${steps.at(-1)?.to ?? 'none'}`;
        });
        return there ? `      - {day: ${day}, account: ${account}, ${states.join(', ')}}\n` : '';
      }),
    );
    const written = LIFE_TEST.slice(0, LIFE_TEST.indexOf('      - {day: 2025-04-15')) + expected.join('');
    expect(await run(LIFE, written)).toEqual([]);
  });
});

function daysBetween(from: Day, to: Day): readonly Day[] {
  const days: Day[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
}
