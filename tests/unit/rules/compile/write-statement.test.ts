// The SQL of a ruleset, word for word: a change of it is a change of what every number means, and is to be looked at.
import { describe, expect, it } from 'vitest';
import { chooseInput } from '../../../../src/app/evaluate/choose-input.ts';
import type { Day, EpochMicros, EpochMillis } from '../../../../src/model/time.ts';
import { UTC } from '../../../../src/model/time.ts';
import { compileRuleset } from '../../../../src/rules/compile/compile-ruleset.ts';
import { writeChangedDays } from '../../../../src/rules/compile/write-changed-days.ts';
import { writeRefreshes } from '../../../../src/rules/compile/write-refresh.ts';
import { writeStatement } from '../../../../src/rules/compile/write-statement.ts';
import { rulesetOf } from '../rule-files.ts';

const RULES = `
metrics:
  messages: {count: message_sent, window: 30d}
  recent:   {count: message_sent, window: 7d}
  people:   {users: any, where: {channel: {not: private}}, window: 14d}
  seat_use: {ratio: [people, account.seats], min_denominator: 3}
  growth:   {change: recent, over: 7d, min_base: 5}
segments:
  free: {account.plan: {in: [free, "it's"]}}
scores:
  adoption:
    parts:
      volume: {weight: 70, metric: messages, from: 0, to: 100}
      seats:  {weight: 30, when: {seat_use: {gte: 0.8}}}
    bands: {poor: 0, good: 50}
rules:
  busy:
    kind: pql
    owner: growth
    outcome: {event: subscription_started, within: 30d}
    keep_open: 1d
    who: {segment: free}
    when: {messages: {gte: 20}, band.adoption: good}
`;

const ruleset = rulesetOf(RULES);
const plan = compileRuleset(ruleset, { timezone: UTC });
const moment = { at: Date.UTC(2026, 4, 3) as EpochMillis, day: '2026-05-02' as Day, timezone: UTC, tick: 7 };

describe('the one statement', () => {
  it('computes each column once, and passes every word of a rule as a parameter', async () => {
    const { sql, params } = writeStatement(plan, chooseInput({ ...moment, kind: 'close' }));
    await expect(sql).toMatchFileSnapshot('golden/close.sql');
    expect(params).toMatchObject({ tick: 7, day: 20575, lastClosed: 20575 });
    expect(params.strings).toEqual(expect.arrayContaining(["it's", 'plan', 'seats', 'good']));
    expect(sql).not.toContain("it's");
    expect(sql).not.toMatch(/\b(now|today)\(/);
  });

  it('looks in a tick at changed accounts only, and compares from yesterday', () => {
    const { sql, params } = writeStatement(plan, chooseInput({ ...moment, kind: 'tick' }));
    expect(sql).toContain(
      'account_id IN (SELECT account_id FROM changed_accounts WHERE tick = {tick:UInt64})',
    );
    expect(params).toMatchObject({ day: 20575, lastClosed: 20574 });
  });

  it('shares one series among metrics that differ in window only', () => {
    expect(plan.series.map(({ definition, reachDays }) => [definition.events.kind, reachDays])).toEqual([
      ['named', 30],
      ['any', 14],
    ]);
  });

  it('keeps a compiled plan to the rules that are asked for', () => {
    const none = compileRuleset(ruleset, { timezone: UTC, only: () => false });
    expect(none.layout.rules.size).toBe(0);
    expect([...none.layout.scoreLayouts.keys()]).toEqual(['adoption']);
  });
});

describe('a refresh', () => {
  const series = plan.series;
  const bound = 9 as EpochMicros;

  it('of changed days reads them by key, and attributes only where there is something to attribute', async () => {
    const scope = { kind: 'changed' as const, tick: 9, attributed: false };
    const [direct] = writeRefreshes({ series, scope, timezone: UTC, bound });
    await expect(direct?.sql).toMatchFileSnapshot('golden/refresh-changed.sql');
    expect(direct?.params).toMatchObject({ tick: 9, bound: 9, events: ['message_sent'] });
    const [attributed] = writeRefreshes({
      series,
      scope: { ...scope, attributed: true },
      timezone: UTC,
      bound,
    });
    expect(attributed?.sql).toContain('unattributed_events');
    expect(direct?.sql).not.toContain('unattributed_events');
  });

  it('of a month reads everything in it', async () => {
    const scope = { kind: 'days' as const, from: '2026-05-01' as Day, to: '2026-06-01' as Day };
    const [, any] = writeRefreshes({ series, scope, timezone: UTC, bound });
    await expect(any?.sql).toMatchFileSnapshot('golden/refresh-month.sql');
    expect(any?.params).toMatchObject({ from: '2026-05-01', to: '2026-06-01', bound: 9 });
  });

  it('starts from announcements resolved to accounts and local days', async () => {
    await expect(writeChangedDays(9, UTC).sql).toMatchFileSnapshot('golden/changed-days.sql');
  });
});
