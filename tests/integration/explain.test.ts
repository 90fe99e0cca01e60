// `tidemark explain`: the tree of why and why not, people, scores, and evidence computed again from raw events.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ExplainAccount, explainAccount } from '../../src/app/explain/explain-account.ts';
import { verifyOpen } from '../../src/app/explain/verify-open.ts';
import { formatExplanation } from '../../src/cli/format-explanation.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { group, openProject, type Project, track } from './support/project.ts';

const RULES = `
metrics:
  messages:  {count: message_sent, window: 7d}
  people:    {users: any, window: 7d}
  idle_days: {days_since_last: any}
  growth:    {change: messages, over: 7d, as: absolute}
segments:
  free: {account.plan: {in: [free, trial]}}
scores:
  use:
    parts:
      volume: {weight: 60, metric: messages, from: 0, to: 10}
      team:   {weight: 40, when: {people: {gte: 2}}}
    bands: {poor: 0, good: 50}
rules:
  busy:
    kind: pql
    who: {segment: free}
    when: {messages: {gte: 5}}
    say: "{account.name} sent {messages} messages"
  quiet:
    kind: churn_risk
    when:
      any:
        - {idle_days: {gte: 14}}
        - all: [{messages: {lt: 3}}, {people: {lte: 1}}]
  grows: {kind: pql, when: {growth: {gte: 3}}}
`;

describe('explain', () => {
  let engine: TestEngine;
  let project: Project;
  beforeAll(async () => {
    engine = await startTestEngine();
  });
  afterAll(() => engine?.stop());

  beforeEach(async () => {
    project = openProject(await engine.openDatabase());
    await project.ingest([
      group('acme', { name: 'Acme', plan: 'free' }, '2026-05-01T08:00:00Z'),
      ...['10', '11', '12', '13'].map((hour) =>
        track('acme', 'ann', 'message_sent', `2026-05-02T${hour}:00:00Z`),
      ),
      track('acme', 'bob', 'message_sent', '2026-05-03T10:00:00Z'),
    ]);
    await project.apply(RULES);
    await project.close('2026-05-01', '2026-05-02', '2026-05-03', '2026-05-04');
  });

  const explain = (more: Partial<ExplainAccount> = {}) => {
    const { store, clock, timezone } = project.evaluator();
    const account = 'acme' as ExplainAccount['account'];
    return explainAccount({
      store,
      clock,
      timezone,
      account,
      rule: undefined,
      at: undefined,
      verify: false,
      ...more,
    });
  };

  it('tells the tree of every rule, open or not, with what is furthest from true', async () => {
    const { rules, scores } = await explain();
    expect(rules.map(({ rule, state }) => [rule, state])).toEqual([
      ['busy', 'open'],
      ['quiet', 'none'],
      ['grows', 'none'],
    ]);
    expect(rules[0]).toMatchObject({
      since: '2026-05-03',
      sentence: 'Acme sent 5 messages',
      who: {
        kind: 'segment',
        name: 'free',
        outcome: 'true',
        of: [{ subject: 'account.plan', value: 'free' }],
      },
      when: {
        kind: 'leaf',
        subject: 'messages',
        value: 5,
        gap: 0,
        people: {
          count: 2,
          users: [
            { userId: 'ann', events: 4 },
            { userId: 'bob', events: 1 },
          ],
        },
      },
      furthest: undefined,
    });
    // Thirteen idle days are missing of 14, which is a little nearer than one person too many of 1.
    expect(rules[1]).toMatchObject({
      when: { kind: 'any', outcome: 'false' },
      furthest: { subject: 'idle_days', gap: 13 / 14 },
    });
    expect(rules[2]).toMatchObject({ furthest: { subject: 'growth', value: null, outcome: 'unknown' } });
    expect(scores.use).toMatchObject({ value: 70, band: 'good', parts: [{ points: 30 }, { points: 40 }] });
  });

  it('looks at another day, and at one rule', async () => {
    const { rules, day } = await explain({ rule: 'busy', at: '2026-05-02' as ExplainAccount['at'] });
    expect(day).toBe('2026-05-02');
    // It opened the day after: its signal is told as it was.
    expect(rules).toMatchObject([
      { rule: 'busy', state: 'none', since: undefined, when: { value: 4, outcome: 'false', gap: 0.2 } },
    ]);
  });

  it('says what it does not know', async () => {
    await expect(explain({ at: '2026-06-01' as ExplainAccount['at'] })).rejects.toThrow(
      '2026-06-01 is not over',
    );
    await expect(explain({ rule: 'bussy' })).rejects.toThrow(
      'no rule is called "bussy"; did you mean "busy"?',
    );
    await expect(explain({ rule: 'nonsense' })).rejects.toThrow(
      'no rule is called "nonsense"; there are: busy, quiet, grows',
    );
    await expect(explain({ at: Date.parse('2026-06-02T00:00:00Z') as ExplainAccount['at'] })).rejects.toThrow(
      '2026-06-02T00:00:00Z is still to come',
    );
    const { store, clock, timezone } = project.evaluator();
    await expect(verifyOpen({ store, clock, timezone, rule: 'bussy' })).rejects.toThrow(
      'did you mean "busy"?',
    );
  });

  it.each([
    ['nobody', undefined, 'there is no account "nobody"; tidemark sql'],
    ['acmee', undefined, 'there is no account "acmee"; did you mean "acme" (Acme)?'],
    ['big coop', undefined, 'there is no account "big coop"; did you mean "b-17" (Big Corp)?'],
    [
      'acme',
      '2026-04-30',
      'the account "acme" was not there at the close of 2026-04-30: it was first seen at 2026-05-01T08:00:00Z',
    ],
  ])('says what may be meant by account %s', async (account, at, told) => {
    await project.ingest([group('b-17', { name: 'Big Corp' }, '2026-05-01T08:00:00Z')]);
    await expect(
      explain({ account: account as ExplainAccount['account'], at: at as ExplainAccount['at'] }),
    ).rejects.toThrow(told);
  });

  it('explains an account that never did anything', async () => {
    await project.ingest([group('idle-co', {}, '2026-05-02T08:00:00Z')]);
    const text = formatExplanation(
      await explain({ account: 'idle-co' as ExplainAccount['account'] }),
      'text',
    );
    expect(text).toMatchInlineSnapshot(`
      "idle-co, at the close of 2026-05-04, UTC
      0 of 3 rules are open

      ○ busy (pql) not open
        ? who segment free
            ? account.plan is –   (in [free, trial])
        ✗ when
            ✗ messages is 0   (gte 5)
          furthest from true: account.plan is missing (asked: in [free, trial])

      ○ quiet (churn_risk) not open
        ✓ when any of
            ? idle_days is –   (gte 14)
            ✓ all of
              ✓ messages is 0   (lt 3)
              ✓ people is 0   (lte 1)
          it holds, but did not when the day was closed: events came later, or the rule did; the next close opens it

      ○ grows (pql) not open
        ? when
            ? growth is –   (gte 3)
          furthest from true: growth is missing (asked: gte 3)

      Scores
        use 0 (poor)
          volume 0 of 60   (0)
          team 0 of 40
      "
    `);
  });

  it('tells why a signal rests or stays, and of which day its sentence is', async () => {
    await project.apply(`
metrics:
  messages: {count: message_sent, window: 7d}
  today: {count: message_sent, window: 1d}
rules:
  busy: {kind: pql, when: {messages: {gte: 5}}, resolve_when: {messages: {lt: 2}}, say: "{messages} sent"}
  daily: {kind: pql, when: {today: {gte: 1}}, cooldown: 90d, say: "{today} sent"}
`);
    await project.ingest([track('acme', 'ann', 'message_sent', '2026-05-06T10:00:00Z')]);
    await project.close('2026-05-03', '2026-05-04', '2026-05-06', '2026-05-09');
    const standing = async (at: string) => {
      const explanation = await explain({ at: at as ExplainAccount['at'] });
      return {
        told: explanation.rules.map((rule) => [rule.rule, rule.state, rule.standing]),
        text: formatExplanation(explanation, 'text'),
      };
    };
    const rests = await standing('2026-05-06');
    expect(rests.told[1]).toEqual([
      'daily',
      'resolved',
      'it holds again, but rests: if nothing changes, the close of 2026-08-02 opens it (cooldown: 90 days)',
    ]);
    expect(rests.text).toContain('daily (pql) resolved on 2026-05-04 (its condition had ended)');
    const stays = await standing('2026-05-09');
    expect(stays.told[0]).toEqual(['busy', 'open', 'stays open: resolve_when does not hold']);
    expect(stays.text).toContain('5 sent   (as of 2026-05-03)');
    await project.apply(`
metrics:
  messages: {count: message_sent, window: 7d}
rules:
  busy: {kind: pql, when: {messages: {gte: 6}}, resolve_when: {messages: {lt: 2}}, say: "{messages} sent"}
`);
    const changed = await explain({});
    expect(changed.rules[0]?.standing).toBe(
      'the rule was changed, and does not hold as it is now: the next close resolves it',
    );
    await project.close('2026-05-10');
    expect((await explain({})).rules[0]).toMatchObject({ state: 'resolved', reason: 'rule_changed' });
  });

  it('reads as text', async () => {
    const text = formatExplanation(await explain({ verify: true }), 'text');
    expect(text).toMatchInlineSnapshot(`
      "Acme (acme), at the close of 2026-05-04, UTC
      1 of 3 rules are open

      ● busy (pql) open since 2026-05-03, medium
          Acme sent 5 messages   (as of 2026-05-03)
        ✓ who segment free
            ✓ account.plan is free   (in [free, trial])
        ✓ when
            ✓ messages is 5   (gte 5)   by ann 4, bob 1
          step 1 of 2026-05-03: evidence reproduced from raw events

      ○ quiet (churn_risk) not open
        ✗ when any of
            ✗ idle_days is 1   (gte 14)   by bob 2026-05-03, ann 2026-05-02
            ✗ all of
              ✗ messages is 5   (lt 3)   by ann 4, bob 1
              ✗ people is 2   (lte 1)
          furthest from true: idle_days is 1 (asked: gte 14)

      ○ grows (pql) not open
        ? when
            ? growth is –   (gte 3)   by ann 4, bob 1
          furthest from true: growth is missing (asked: gte 3)

      Scores
        use 70 (good)
          volume 30 of 60   (5)
          team 40 of 40

      Champion
        ann: active on 1 of 28 days, uses 1 of 1 features (21.79 points), since 2026-05-02
        next bob: active on 1 of 28 days, uses 1 of 1 features (21.79 points)
      "
    `);
  });

  it('reproduces evidence after duplicates and late events, as it was known then', async () => {
    const again = track('acme', 'ann', 'message_sent', '2026-05-02T10:00:00Z');
    project.setNow('2026-06-02T00:00:00Z');
    await project.ingest([again, again, track('acme', 'cid', 'message_sent', '2026-04-20T10:00:00Z')], {
      history: false,
    });
    await project.close('2026-05-05');
    const { rules } = await explain({ verify: true });
    expect(rules[0]?.when).toMatchObject({ value: 6 });
    expect(rules[0]?.verified).toEqual([
      { step: 1, day: '2026-05-03', outcome: 'reproduced', differences: [], unchecked: [], note: undefined },
    ]);
    expect(rules[1]?.verified).toEqual([]);
  });

  it('reproduces what a tick decided, after the close of its day is done with ticks', async () => {
    await project.apply(`
metrics:
  messages: {count: message_sent, window: 7d}
  yesterday: {change: {count: message_sent, window: 1d}, over: 1d, as: absolute}
scores:
  pace: {parts: {pace: {weight: 100, metric: yesterday, from: 0, to: 10}}}
rules:
  busier: {kind: pql, when: {messages: {gte: 7}}}
`);
    await project.close('2026-05-05');
    project.setNow('2026-05-06T12:00:00Z');
    const more = ['08', '09'].map((hour) =>
      track('acme', 'ann', 'message_sent', `2026-05-06T${hour}:00:00Z`),
    );
    await project.ingest(more, { history: false });
    expect(await project.tick()).toMatchObject({ opened: 1 });
    await project.close('2026-05-06');
    expect(await project.rows(`SELECT count() AS n FROM evaluations WHERE kind = 'tick'`)).toEqual([
      { n: '0' },
    ]);
    const { rules } = await explain({ verify: true });
    expect(rules[0]?.verified).toMatchObject([
      { step: 1, day: '2026-05-06', outcome: 'reproduced', unchecked: ['champion'] },
    ]);
  });

  it('counts in the zone in which it was decided', async () => {
    const elsewhere = openProject(await engine.openDatabase(), 'America/New_York');
    await elsewhere.ingest([
      group('acme', {}, '2026-05-01T08:00:00Z'),
      track('acme', 'ann', 'message_sent', '2026-05-02T02:00:00Z'),
      track('acme', 'ann', 'message_sent', '2026-05-02T12:00:00Z'),
    ]);
    await elsewhere.apply(
      '{metrics: {m: {count: any, window: 1d}}, rules: {r: {kind: k, when: {m: {gte: 1}}}}}',
    );
    await elsewhere.close('2026-05-01');
    const { store } = elsewhere;
    const { rules } = await explain({ store, verify: true, timezone: 'UTC' as ExplainAccount['timezone'] });
    expect(rules[0]?.verified).toMatchObject([{ outcome: 'reproduced', differences: [] }]);
  });

  it('verifies all open signals, however few accounts at once', async () => {
    await project.ingest(
      ['b', 'c'].flatMap((account) =>
        ['10', '11', '12', '13', '14'].map((hour) =>
          track(account, 'ann', 'message_sent', `2026-05-05T${hour}:00:00Z`),
        ),
      ),
    );
    await project.ingest(
      ['b', 'c'].map((account) => group(account, { plan: 'free' }, '2026-05-05T08:00:00Z')),
    );
    await project.close('2026-05-05');
    const { store, clock, timezone } = project.evaluator();
    const verified = (rule: string | undefined) => verifyOpen({ store, clock, timezone, rule, page: 1 });
    expect(
      (await verified('busy')).map(({ account, steps }) => [account, steps.map((s) => s.outcome)]),
    ).toEqual(['acme', 'b', 'c'].map((account) => [account, ['reproduced']]));
    expect((await verified(undefined)).length).toBeGreaterThanOrEqual(3);
    expect(await verified('grows')).toEqual([]);
    const told: object[] = [];
    await verifyOpen({ store, clock, timezone, rule: 'busy', page: 2, onProgress: (at) => told.push(at) });
    expect(told.at(-1)).toEqual({ done: 3, total: 3 });
    expect(told.length).toBeGreaterThan(1);
  });

  it('names the people that a comparison of windows is about, and those of every feature', async () => {
    await project.ingest([track('acme', 'cid', 'report_exported', '2026-05-04T10:00:00Z')]);
    await project.apply(`
metrics:
  gained: {users_gained: any, window: 1d}
  lost: {users_lost: any, window: 1d}
  kept: {users_kept: any, window: 2d}
  used: {features: [message_sent, report_exported], window: 7d}
rules:
  gains: {kind: k, when: {gained: {gte: 0}}}
  loses: {kind: k, when: {lost: {gte: 0}}}
  keeps: {kind: k, when: {kept: {gte: 0}}}
  uses: {kind: k, when: {used: {gte: 2}}}
`);
    const { rules } = await explain();
    const people = rules.map(({ when }) =>
      when.kind === 'leaf' ? (when.people?.users ?? []).map(({ userId }) => userId) : [],
    );
    // Bob alone was there on the third of May, cid alone on the fourth; within two days before that, ann alone.
    expect(people).toEqual([['cid'], ['bob'], [], ['ann', 'bob', 'cid']]);
  });

  it('computes ranks of the last close, and says which are not kept any more', async () => {
    await project.ingest([group('other', {}, '2026-05-01T00:00:00Z')]);
    await project.apply(`
metrics:
  messages: {count: message_sent, window: 30d}
  rank: {percentile_rank: messages, min_peers: 1}
scores:
  above: {parts: {above: {weight: 100, metric: rank, from: 0, to: 1}}}
rules:
  leads: {kind: pql, when: {rank: {gte: 0.9}, messages: {gte: 1}}}
`);
    await project.close('2026-05-05');
    expect((await explain({ verify: true })).rules[0]?.verified).toMatchObject([
      { outcome: 'reproduced', unchecked: [] },
    ]);
    await project.close('2026-05-06');
    const { rules } = await explain({ verify: true });
    expect(rules[0]?.when).toMatchObject({ of: [{ value: 1, ranksGone: false }, {}] });
    expect(rules[0]?.verified).toMatchObject([
      { outcome: 'reproduced', differences: [], unchecked: ['rank', 'score.above', 'sentence'] },
    ]);
    const earlier = await explain({ at: '2026-05-05' as ExplainAccount['at'] });
    expect(formatExplanation(earlier, 'text')).toContain(
      '? rank cannot be told: ranks are kept of the last close only   (gte 0.9)',
    );
  });

  it('writes nothing, also where a sequence is asked', async () => {
    await project.ingest([track('acme', 'bob', 'report_exported', '2026-05-04T10:00:00Z')]);
    await project.apply(`
metrics:
  both: {sequence: [message_sent, report_exported], within: 2d, window: 7d}
  finished: {sequence: [message_sent, report_exported], within: 2d, window: 7d, as: users}
rules:
  done: {kind: pql, when: {both: {gte: 2}, finished: {gte: 1}}}
`);
    await project.close('2026-05-04');
    const store = readOnly(project.store);
    const { rules } = await explain({ store, verify: true });
    expect(rules).toMatchObject([
      { state: 'open', when: { of: [{ value: 2 }, { value: 1 }] }, verified: [{ outcome: 'reproduced' }] },
    ]);
    const { clock, timezone } = project.evaluator();
    expect(await verifyOpen({ store, clock, timezone, rule: 'done' })).toMatchObject([
      { steps: [{ outcome: 'reproduced' }] },
    ]);
  });

  it('tells where evidence does not hold', async () => {
    await project.store.execute({
      sql: `INSERT INTO usage_events (account_id, event, timestamp, id, user_id, properties, received_at, known_at)
        SELECT 'acme', 'message_sent', '2026-05-03 11:00:00', 'forged', 'eve', '{}', min(received_at), min(known_at)
        FROM usage_events`,
      params: {},
      columns: [],
    });
    const { rules } = await explain({ verify: true });
    expect(rules[0]?.verified).toMatchObject([
      {
        outcome: 'different',
        differences: [
          {
            what: 'messages gte 5',
            stored: '5 (true) by 2: ann 4, bob 1',
            found: '6 (true) by 3: ann 4, bob 1, eve 1',
          },
          { what: 'score.use' },
          { what: 'champion' },
          { what: 'sentence', stored: 'Acme sent 5 messages', found: 'Acme sent 6 messages' },
        ],
      },
    ]);
  });
});

/** A store to which nothing can be written. */
function readOnly(store: Project['store']): Project['store'] {
  const refuse = () => Promise.reject(new Error('no right to write'));
  return new Proxy(store, {
    get: (target, name) => {
      if (name !== 'query') return refuse;
      return (statement: Parameters<Project['store']['query']>[0]) =>
        /^\s*(SELECT|WITH)\b/.test(statement.sql) ? target.query(statement) : refuse();
    },
  });
}
