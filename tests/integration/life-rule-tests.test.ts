// The page of the language, §8: the test that it shows passes, each wrong word in it fails and says why, and what is
// not written is not compared.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groupTests } from '../../src/app/rule-tests/group-tests.ts';
import { runTests } from '../../src/app/rule-tests/run-tests.ts';
import { systemClock as clock } from '../../src/app/system-clock.ts';
import type { SinkName } from '../../src/model/ids.ts';
import { UTC } from '../../src/model/time.ts';
import { readTestFiles } from '../../src/rules/test-file/read-test-files.ts';
import { rulesetOf } from '../unit/rules/rule-files.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';

const RULES = `metrics:
  messages_ever: {count: message_sent, window: ever}
  messages:      {count: message_sent, window: 30d}
  active_users:  {users: any, window: 30d}
  seat_use:      {ratio: [active_users, account.seats], min_denominator: 3}
  idle_days:     {days_since_last: any}
  exported_rows: {sum: rows, of: report_exported, window: ever}
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
  seats_go_quiet:
    kind: churn_risk
    who:  {segment: paying, account.age_days: {gte: 45}}
    when: {idle_days: {gte: 14}}
    keep_open: 3d
  quiet:
    kind: churn_risk
    when: {idle_days: {gte: 3}}
    severity: {high: {idle_days: {gte: 5}}}
    keep_open: 3d
  known_before:
    kind: mql
    when: {account.plan: {exists: true}}
`;

const TESTS = `tests:
  - name: two thousand messages make a free team a lead
    accounts:
      acme: {plan: free, seats: 5, created_at: 2025-01-01, name: Acme}
    users:
      ann: {role: owner}
    events:
      - acme ann message_sent 100/day 2025-06-01..2025-06-20
      - {account: acme, user: ann, event: report_exported, at: 2025-06-03T10:00:00Z, properties: {rows: 12}}
      - {account: acme, traits: {plan: team}, at: 2025-06-25T09:00:00Z}
    expect:
`;

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine?.stop());

/** What failed, a line each. */
async function run(...expectations: readonly string[]): Promise<readonly string[]> {
  const ruleset = rulesetOf(RULES);
  const files = {
    'rules.yaml': RULES,
    'r.test.yaml': TESTS + expectations.map((line) => `      - {${line}}\n`).join(''),
  };
  const found = readTestFiles({ files, ruleset, timezone: UTC, sinks: undefined });
  expect(found.problems).toEqual([]);
  const routes = new Map([['churn_risk', ['crm' as SinkName]]]);
  const failures: string[] = [];
  for (const group of groupTests(ruleset, found.tests))
    for (const { failures: own } of await runTests({
      store: await engine.openDatabase(),
      clock,
      ruleset,
      group,
      routes,
    }))
      failures.push(...own.map(({ day, what, expected, got }) => `${day} ${what}: ${expected}, got ${got}`));
  return failures;
}

describe('the test of the page', () => {
  it('passes, with days at their close, states, evidence, sinks and scores', async () => {
    expect(
      await run(
        'day: 2025-06-19, account: acme, team_hits_2000_messages: none',
        'day: 2025-06-20, account: acme, team_hits_2000_messages: {state: open, severity: medium, because: {messages_ever: 2000}, notified: [crm, sdr_queue]}',
        'day: 2025-06-20, account: acme, score.adoption: {gte: 50}, seats_go_quiet: none',
        // The day's own trait counts at its close, and the account may be left out.
        'day: 2025-06-25, team_hits_2000_messages: {state: resolved}, account.plan: team, segment.free: false',
        'day: 2025-06-20, exported_rows: 12, champion: ann, messages_ever: {between: [2000, 2000]}',
        // A test starts with none: what is true at the first close is no baseline, and is sent.
        'day: 2025-06-01, known_before: open, quiet: none, messages_ever: 100',
      ),
    ).toEqual([]);
  });

  it('fails at each word that is wrong, and only there', async () => {
    const rule = 'team_hits_2000_messages';
    expect(
      await run(
        `day: 2025-06-20, ${rule}: pending`,
        `day: 2025-06-20, ${rule}: {severity: high}`,
        `day: 2025-06-20, ${rule}: {because: {messages_ever: {gt: 2000}}}`,
        `day: 2025-06-20, ${rule}: {say: "Acme"}`,
        `day: 2025-06-20, ${rule}: {notified: [crm]}`,
        `day: 2025-06-21, ${rule}: {notified: [crm, sdr_queue]}`,
        'day: 2025-06-20, score.adoption: {lt: 50}, band.adoption: good',
        'day: 2025-06-20, segment.free: false',
        'day: 2025-06-20, champion: bob',
        'day: 2025-06-20, account.plan: team',
        'day: 2025-06-20, exported_rows: missing',
      ),
    ).toEqual([
      `2025-06-20 ${rule}: pending, got open`,
      `2025-06-20 ${rule} severity: high, got medium`,
      `2025-06-20 ${rule} because messages_ever: gt 2000, got 2000`,
      `2025-06-20 ${rule} say: Acme, got Acme has sent 2000 messages on the free plan`,
      `2025-06-20 ${rule} notified: crm, got crm, sdr_queue`,
      `2025-06-21 ${rule} notified: crm, sdr_queue, got nobody`,
      '2025-06-20 score.adoption: lt 50, got 50',
      '2025-06-20 band.adoption: good, got fair',
      '2025-06-20 segment.free: false, got true',
      '2025-06-20 champion.user_id: bob, got ann',
      '2025-06-20 account.plan: team, got free',
      '2025-06-20 exported_rows: missing, got 12',
    ]);
  });

  it('compares states exactly, and nothing that is not written', async () => {
    expect(
      await run(
        'day: 2025-06-22, quiet: none',
        'day: 2025-06-23, quiet: {notified: [crm]}',
        'day: 2025-06-23, quiet: {state: open}',
        'day: 2025-06-25, quiet: {severity: high}',
        'day: 2025-06-25, quiet: {notified: [crm]}',
      ),
    ).toEqual([]);
  });
});
