import { beforeEach, describe, expect, it } from 'vitest';
import { evaluateClose } from '../../src/app/evaluate/evaluate-close.ts';
import type { Day } from '../../src/model/time.ts';
import { group, type Project, track } from './support/project.ts';
import { shareEngine } from './support/share-engine.ts';

const RULES = `
metrics:
  messages_ever: {count: message_sent, window: ever}
  messages: {count: message_sent, window: 7d}
  people: {users: any, window: 7d}
  days: {active_days: message_sent, window: 7d}
  rows: {sum: rows, of: report_exported, window: 7d}
  idle_days: {days_since_last: any}
  tenure: {days_since_first: any}
  seat_use: {ratio: [people, account.seats], min_denominator: 2}
  drop: {change: messages, over: 7d, as: relative, min_base: 2}
segments:
  free: {account.plan: {in: [free, trial]}}
scores:
  adoption:
    parts:
      volume: {weight: 50, metric: messages, from: 0, to: 6}
      people: {weight: 30, metric: people, steps: {0: 0, 2: 15, 4: 30}}
      seats: {weight: 20, when: {seat_use: {gte: 0.5}}}
    bands: {poor: 0, fair: 40, good: 70}
rules:
  hits_three:
    kind: pql
    who: {segment: free}
    when: {messages_ever: {gte: 3}}
    say: "{account.name} has sent {messages_ever} messages on the {account.plan} plan, {seat_use:percent} of seats"
    owner: sales
    outcome: {event: subscription_started, within: 30d}
  goes_quiet:
    kind: churn_risk
    when: {any: [{idle_days: {gte: 3}}, {idle_days: {exists: false}}]}
    severity: {high: {idle_days: {gte: 5}}, medium: true}
    keep_open: 1d
    owner: csm
    outcome: {event: subscription_cancelled, within: 30d}
`;

describe('evaluating on a real engine', () => {
  const engine = shareEngine();
  let project: Project;
  beforeEach(async () => {
    project = await engine.openProject();
  });

  const metricsOf = async (account: string): Promise<Record<string, number | null>> => {
    const [row] = await project.rows(
      `SELECT metrics FROM results WHERE account_id = '${account}' ORDER BY tick DESC LIMIT 1`,
    );
    const names = [...project.evaluator().ruleset.metrics.keys()];
    return Object.fromEntries(
      names.map((name, index) => [name, (row?.metrics as (number | null)[] | undefined)?.[index] ?? null]),
    );
  };

  const signals = () =>
    project.rows(`SELECT account_id, rule, step, from, to, toString(day) AS day, reason, severity FROM transitions FINAL
      ORDER BY account_id, rule, step`);

  it('computes every metric, and null where there is nothing to say', async () => {
    await project.ingest([
      group('acme', { name: 'Acme', plan: 'free', seats: 4 }, '2026-04-20T08:00:00Z', 'ann'),
      ...['2026-05-02', '2026-05-03', '2026-05-03', '2026-05-09', '2026-05-09', '2026-05-10'].map((day, i) =>
        track('acme', i % 2 ? 'ann' : 'bob', 'message_sent', `${day}T10:00:00Z`),
      ),
      track('acme', 'cy', 'report_exported', '2026-05-08T10:00:00Z', { properties: { rows: 12.5 } }),
      track('acme', 'cy', 'report_exported', '2026-05-08T11:00:00Z', { properties: { rows: '2' } }),
      track('acme', 'cy', 'report_exported', '2026-05-08T12:00:00Z', { properties: { rows: 'many' } }),
      group('empty', { name: 'Empty' }, '2026-05-01T08:00:00Z'),
    ]);
    await project.apply(RULES);
    await project.close('2026-05-10');
    expect(await metricsOf('acme')).toEqual({
      messages_ever: 6,
      messages: 3,
      people: 3,
      days: 2,
      rows: 14.5,
      idle_days: 0,
      tenure: 8,
      seat_use: 0.75,
      drop: 0,
    });
    expect(await metricsOf('empty')).toEqual({
      messages_ever: 0,
      messages: 0,
      people: 0,
      days: 0,
      rows: 0,
      idle_days: null,
      tenure: null,
      seat_use: null,
      drop: null,
    });
  });

  it('scores in parts that add up, with the band and the coverage', async () => {
    await project.ingest([
      group('acme', { name: 'Acme', plan: 'free' }, '2026-05-01T08:00:00Z'),
      track('acme', 'ann', 'message_sent', '2026-05-09T10:00:00Z'),
      track('acme', 'bob', 'message_sent', '2026-05-09T10:00:00Z'),
    ]);
    await project.apply(RULES);
    await project.close('2026-05-10');
    const [score] = await project.rows(
      `SELECT toFloat64(value) AS value, band, coverage, parts FROM scores WHERE account_id = 'acme'`,
    );
    // Seats are unknown: their 20 go to the others in proportion: (16.666… + 15) × 100 ÷ 80 = 39.58.
    expect(score).toMatchObject({ value: 39.58, band: 'poor', coverage: 0.8 });
    const parts = JSON.parse(String(score?.parts)) as { part: string; points: number | null }[];
    expect(parts).toMatchObject([
      { part: 'volume', points: 20.83, weight: 50, value: 2 },
      { part: 'people', points: 18.75, weight: 30, value: 2 },
      { part: 'seats', points: null, weight: 20, value: null },
    ]);
    await project.close('2026-05-11');
    expect(await project.rows('SELECT count() AS n FROM scores')).toEqual([{ n: '1' }]);
  });

  it('opens, rises, recovers and resolves day by day, with the sentence and the evidence', async () => {
    await project.ingest([
      group('acme', { name: 'Acme', plan: 'free', seats: 4 }, '2026-05-01T08:00:00Z'),
      ...['2026-05-01', '2026-05-02', '2026-05-02', '2026-05-08'].map((day) =>
        track('acme', 'ann', 'message_sent', `${day}T10:00:00Z`),
      ),
    ]);
    await project.apply(RULES);
    await project.close(...Array.from({ length: 10 }, (_, i) => `2026-05-${String(i + 1).padStart(2, '0')}`));
    expect(await signals()).toEqual([
      {
        account_id: 'acme',
        rule: 'goes_quiet',
        step: 1,
        from: 'none',
        to: 'open',
        day: '2026-05-05',
        reason: 'condition',
        severity: 'medium',
      },
      {
        account_id: 'acme',
        rule: 'goes_quiet',
        step: 2,
        from: 'open',
        to: 'open',
        day: '2026-05-07',
        reason: 'condition',
        severity: 'high',
      },
      {
        account_id: 'acme',
        rule: 'goes_quiet',
        step: 3,
        from: 'open',
        to: 'recovering',
        day: '2026-05-08',
        reason: 'condition',
        severity: 'high',
      },
      {
        account_id: 'acme',
        rule: 'goes_quiet',
        step: 4,
        from: 'recovering',
        to: 'resolved',
        day: '2026-05-09',
        reason: 'timer',
        severity: 'high',
      },
      {
        account_id: 'acme',
        rule: 'goes_quiet',
        step: 5,
        from: 'resolved',
        to: 'none',
        day: '2026-05-10',
        reason: 'timer',
        severity: 'high',
      },
      {
        account_id: 'acme',
        rule: 'hits_three',
        step: 1,
        from: 'none',
        to: 'open',
        day: '2026-05-02',
        reason: 'condition',
        severity: 'medium',
      },
    ]);
    const [lead] = await project.rows(`SELECT sentence, evidence FROM transitions WHERE rule = 'hits_three'`);
    expect(lead?.sentence).toBe('Acme has sent 3 messages on the free plan, 25% of seats');
    const evidence = JSON.parse(String(lead?.evidence)) as { leaves: object[] };
    expect(evidence.leaves).toEqual([
      { subject: 'account.plan', value: 'free', test: 'in [free, trial]', outcome: 'true' },
      {
        subject: 'messages_ever',
        value: 3,
        test: 'gte 3',
        outcome: 'true',
        people: { count: 1, users: [{ userId: 'ann', events: 3 }] },
      },
    ]);
  });

  it('counts late, repeated and reordered events like a clean stream, and attributes those without an account', async () => {
    const late = track('acme', 'ann', 'message_sent', '2026-05-01T09:00:00Z');
    const early = track(undefined, 'bob', 'message_sent', '2026-05-02T09:00:00Z');
    await project.apply(RULES);
    await project.ingest([track('acme', 'ann', 'message_sent', '2026-05-03T09:00:00Z')]);
    await project.close('2026-05-03');
    expect((await metricsOf('acme')).messages_ever).toBe(1);
    await project.ingest([late, late, early]);
    await project.ingest([late]);
    await project.close('2026-05-04');
    expect((await metricsOf('acme')).messages_ever).toBe(2);
    await project.ingest([group('acme', { plan: 'free' }, '2026-05-03T12:00:00Z', 'bob')]);
    await project.close('2026-05-05');
    expect(await metricsOf('acme')).toMatchObject({ messages_ever: 3, people: 2, tenure: 4 });
    // Bob turns out to have joined another account first: what he did before acme moves there, and leaves acme.
    await project.ingest([group('zeta', { plan: 'free' }, '2026-05-01T00:00:00Z', 'bob')]);
    await project.close('2026-05-06');
    expect((await metricsOf('acme')).messages_ever).toBe(2);
    expect((await metricsOf('zeta')).messages_ever).toBe(1);
    expect(
      await project.rows(
        `SELECT account_id, count() AS n FROM events GROUP BY account_id ORDER BY account_id`,
      ),
    ).toEqual([
      { account_id: 'acme', n: '2' },
      { account_id: 'zeta', n: '1' },
    ]);
  });

  it('opens a rising rule early in a tick, and the close agrees', async () => {
    project.setNow('2026-05-02T10:00:00Z');
    await project.apply(RULES);
    await project.ingest([group('acme', { name: 'Acme', plan: 'free', seats: 4 }, '2026-05-02T11:00:00Z')], {
      history: false,
    });
    project.setNow('2026-05-02T12:00:00Z');
    await project.ingest(
      [1, 2, 3].map((i) => track('acme', 'ann', 'message_sent', `2026-05-02T1${i - 1}:00:00Z`)),
      { history: false },
    );
    const report = await project.tick();
    expect(report).toMatchObject({ opened: 1 });
    expect(report?.changed).toMatchObject([{ accountId: 'acme', rule: 'hits_three' }]);
    const before = await signals();
    expect(before).toHaveLength(1);
    project.setNow('2026-05-03T02:00:00Z');
    await project.close('2026-05-02');
    expect(await signals()).toEqual(before);
    expect(await project.rows(`SELECT count() AS n FROM scores`)).toEqual([{ n: '1' }]);
  });

  it('records as baseline what is already true when a rule is new', async () => {
    await project.ingest([
      group('acme', { name: 'Acme', plan: 'free' }, '2026-05-01T08:00:00Z'),
      ...[1, 2, 3].map(() => track('acme', 'ann', 'message_sent', '2026-05-01T10:00:00Z')),
    ]);
    await project.apply(RULES);
    await project.close('2026-05-01');
    expect(await signals()).toMatchObject([{ rule: 'hits_three', to: 'open', reason: 'baseline' }]);
  });

  it('gives the same numbers in a time zone where the day begins at another hour', async () => {
    const berlin = await engine.openProject('Europe/Berlin');
    await berlin.ingest([
      group('acme', { plan: 'free' }, '2026-05-01T08:00:00Z'),
      track('acme', 'ann', 'message_sent', '2026-05-01T21:59:00Z'),
      track('acme', 'ann', 'message_sent', '2026-05-01T22:01:00Z'),
    ]);
    await berlin.apply(RULES);
    await berlin.close('2026-05-01');
    project = berlin;
    expect(await metricsOf('acme')).toMatchObject({ messages_ever: 1, idle_days: 0 });
    await berlin.close('2026-05-02');
    expect(await metricsOf('acme')).toMatchObject({ messages_ever: 2, days: 2, tenure: 1 });
    await berlin.ingest([track('acme', 'bob', 'message_sent', '2026-05-02T22:30:00Z')]);
    await berlin.close('2026-05-03');
    expect(await metricsOf('acme')).toMatchObject({ messages_ever: 3, days: 3 });
  });

  it('marks at a close, in one insert, the series that it stores, and none that are made when asked for', async () => {
    await project.ingest([track('acme', 'ann', 'message_sent', '2026-05-01T10:00:00Z')]);
    await project.apply(
      `${RULES}
  changed_plan:
    kind: expansion
    when: {inline: {gte: 1}}
    owner: sales
    outcome: {event: subscription_started, within: 30d}
`.replace(
        'metrics:\n',
        'metrics:\n  inline: {count: account.plan, window: 7d}\n  joined: {members: any, window: 7d}\n  again: {count: signal.hits_three, window: 7d}\n',
      ),
    );
    await project.close('2026-05-01');
    await project.ingest([track('acme', 'ann', 'message_sent', '2026-05-02T10:00:00Z')]);
    const inserted: string[] = [];
    const { store, ...evaluator } = project.evaluator();
    const insert: typeof store.insert = (block) => {
      inserted.push(block.table);
      return store.insert(block);
    };
    await evaluateClose({ ...evaluator, store: { ...store, insert } }, '2026-05-02' as Day);
    expect(inserted.filter((table) => table === 'series')).toEqual(['series']);
    const marked = await project.rows(`SELECT DISTINCT JSONExtractRaw(definition, 'events') AS events
      FROM series FINAL WHERE state = 'ready' AND whole_to = (SELECT max(tick) FROM evaluations)
        AND NOT startsWith(events, '{"spelled"')
      ORDER BY events`);
    expect(marked.map(({ events }) => events)).toEqual(['"any"', '["message_sent"]', '["report_exported"]']);
  });
});
