// The table of rules of the language's page, §6, through real closes: what only the engine and the stored rows can show.
import { beforeEach, describe, expect, it } from 'vitest';
import { loadEpisodes } from '../../src/store/delivery/load-episodes.ts';
import { group, type Project, track } from './support/project.ts';
import { shareEngine } from './support/share-engine.ts';

const engine = shareEngine();
let project: Project;
beforeEach(async () => {
  project = await engine.openProject();
});

const moves = async () =>
  (
    await project.rows(`SELECT account_id, rule, from, to, reason, held, toString(day) AS day
      FROM transitions FINAL ORDER BY at, account_id, rule, step`)
  ).map(({ account_id, from, to, reason, day }) => [account_id, `${from}>${to}`, reason, day]);

describe('what is true when a rule is new', () => {
  const RULE = 'rules: {hot: {kind: pql, when: {account.hot: true}}}\n';

  it('is baseline, listed but for accounts that came later', async () => {
    project.setNow('2026-05-01T09:00:00Z');
    await project.ingest([group('old', { hot: true }, '2026-04-01T08:00:00Z')]);
    await project.apply(RULE);
    project.setNow('2026-05-01T12:00:00Z');
    await project.ingest([group('new', { hot: true }, '2026-05-01T11:00:00Z')], { history: false });
    project.setNow('2026-05-02T02:00:00Z');
    await project.close('2026-05-01');
    expect(await moves()).toEqual([
      ['new', 'none>open', 'condition', '2026-05-01'],
      ['old', 'none>open', 'baseline', '2026-05-01'],
    ]);
    const listed = await loadEpisodes(project.store, { which: 'open', limit: 10 });
    expect(listed.map(({ accountId, baseline }) => [accountId, baseline]).sort()).toEqual([
      ['new', false],
      ['old', true],
    ]);
  });

  it('is baseline at the first close only', async () => {
    await project.ingest([
      group('early', { hot: true }, '2026-04-01T08:00:00Z'),
      group('late', { hot: false }, '2026-04-01T08:00:00Z'),
      group('late', { hot: true }, '2026-05-02T08:00:00Z'),
    ]);
    await project.apply(RULE);
    await project.close('2026-05-01', '2026-05-02');
    expect(await moves()).toEqual([
      ['early', 'none>open', 'baseline', '2026-05-01'],
      ['late', 'none>open', 'condition', '2026-05-02'],
    ]);
  });

  it('is an opening like any other with on_create: notify', async () => {
    await project.ingest([group('old', { hot: true }, '2026-04-01T08:00:00Z')]);
    await project.apply(RULE.replace('kind: pql', 'kind: pql, on_create: notify'));
    await project.close('2026-05-01');
    expect(await moves()).toEqual([['old', 'none>open', 'condition', '2026-05-01']]);
  });
});

describe('what is baseline', () => {
  it('is not held, and takes nobody else his place of the day', async () => {
    project.setNow('2026-05-01T09:00:00Z');
    await project.ingest(
      ['aged', 'elder', 'old'].map((account) => group(account, { hot: true }, '2026-04-01T08:00:00Z')),
    );
    await project.apply('rules: {hot: {kind: pql, when: {account.hot: true}, max_new_per_day: 1}}\n');
    project.setNow('2026-05-01T12:00:00Z');
    await project.ingest(
      ['new', 'newer'].map((account) => group(account, { hot: true }, '2026-05-01T11:00:00Z')),
      { history: false },
    );
    project.setNow('2026-05-02T02:00:00Z');
    await project.close('2026-05-01');
    const rows = await project.rows(
      'SELECT account_id, reason, held FROM transitions FINAL ORDER BY account_id',
    );
    expect(rows.map(({ account_id, reason, held }) => [account_id, reason, held])).toEqual([
      ['aged', 'baseline', false],
      ['elder', 'baseline', false],
      ['new', 'condition', false],
      ['newer', 'condition', true],
      ['old', 'baseline', false],
    ]);
  });
});

describe('who', () => {
  it('opens nothing and ends nothing while it is unknown, and ends a signal when it is false', async () => {
    await project.ingest([
      group('acme', { hot: true, plan: 'team' }, '2026-05-01T08:00:00Z'),
      group('acme', { plan: null, hot: false }, '2026-05-02T08:00:00Z'),
      group('acme', { plan: 'free', hot: true }, '2026-05-03T08:00:00Z'),
      group('nobody', { hot: true }, '2026-05-01T08:00:00Z'),
    ]);
    await project.apply(
      'rules: {hot: {kind: pql, on_create: notify, who: {account.plan: team}, when: {account.hot: true}}}\n',
    );
    await project.close('2026-05-01', '2026-05-02', '2026-05-03');
    expect(await moves()).toEqual([
      ['acme', 'none>open', 'condition', '2026-05-01'],
      ['acme', 'open>resolved', 'left', '2026-05-03'],
    ]);
  });

  it('is everyone where a rule does not say', async () => {
    await project.ingest([group('acme', {}, '2026-05-01T08:00:00Z')]);
    await project.apply('rules: {all: {kind: pql, when: true}}\n');
    await project.close('2026-05-01');
    expect(await moves()).toEqual([['acme', 'none>open', 'baseline', '2026-05-01']]);
  });
});

describe('an unknown when', () => {
  it('holds, is false, or is true, as the rule says', async () => {
    await project.ingest([
      group('acme', { hot: true }, '2026-05-01T08:00:00Z'),
      group('acme', { hot: null }, '2026-05-02T08:00:00Z'),
    ]);
    const rule = (name: string, more: string) =>
      `  ${name}: {kind: pql, on_create: notify, when: {account.hot: true}${more}}\n`;
    await project.apply(
      `rules:\n${rule('holds', '')}${rule('ends', ', if_missing: false')}${rule('stays', ', if_missing: true')}`,
    );
    await project.close('2026-05-01', '2026-05-02');
    const rows = await project.rows(
      `SELECT rule, to, reason FROM transitions FINAL WHERE day = '2026-05-02' ORDER BY rule`,
    );
    expect(rows).toEqual([
      { rule: 'ends', to: 'resolved', reason: 'condition' },
      { rule: 'holds', to: 'open', reason: 'missing' },
    ]);
  });
});

describe('max_new_per_day', () => {
  const held = async () =>
    (await project.rows(`SELECT held, count() AS n FROM transitions FINAL GROUP BY held ORDER BY held`)).map(
      ({ held: is, n }) => [is, Number(n)],
    );
  const openings = (count: number, more: string, day = '2026-05-01') =>
    Promise.all([
      project.ingest(
        Array.from({ length: count }, (_, index) => group(`a${index}`, { hot: true }, `${day}T08:00:00Z`)),
      ),
      project.apply(`rules: {hot: {kind: pql, on_create: notify, when: {account.hot: true}${more}}}\n`),
    ]);

  it('is fifty for a small project, counted for one local day', async () => {
    await openings(53, '');
    await project.ingest(
      Array.from({ length: 4 }, (_, index) => group(`b${index}`, { hot: true }, '2026-05-02T08:00:00Z')),
    );
    await project.close('2026-05-01', '2026-05-02');
    expect(await held()).toEqual([
      [false, 54],
      [true, 3],
    ]);
  });

  it('may be a fraction of the accounts', async () => {
    await openings(8, ', max_new_per_day: 0.25');
    await project.close('2026-05-01');
    expect(await held()).toEqual([
      [false, 2],
      [true, 6],
    ]);
  });

  it('holds nothing of which nobody would be told anyway', async () => {
    await openings(4, ', max_new_per_day: 1, mute_if: {account.hot: true}');
    await project.close('2026-05-01');
    expect(await held()).toEqual([[false, 4]]);
  });
});

describe('a tick', () => {
  it('opens what rises, and leaves to the close what may fall, what waits, and what ends', async () => {
    project.setNow('2026-05-01T09:00:00Z');
    await project.apply(`metrics: {messages: {count: message_sent, window: ever}}
rules:
  rises: {kind: x, when: {messages: {gte: 1}}}
  falls: {kind: x, when: {messages: {lt: 5}}}
  waits: {kind: x, when: {messages: {gte: 1}}, for: 1d}
  ends: {kind: x, when: {account.open: true}, who: {messages: {gte: 1}}}
`);
    project.setNow('2026-05-01T12:00:00Z');
    const send = (...events: readonly object[]) => project.ingest(events, { history: false });
    await send(
      group('acme', { open: true }, '2026-05-01T10:00:00Z'),
      track('acme', 'ann', 'message_sent', '2026-05-01T11:00:00Z'),
    );
    await project.tick();
    const opened = async () =>
      (await project.rows(`SELECT rule, to FROM transitions FINAL ORDER BY rule, step`)).map(
        ({ rule, to }) => `${rule} ${to}`,
      );
    expect(await opened()).toEqual(['ends open', 'rises open']);
    await send(group('acme', { open: false }, '2026-05-01T11:30:00Z'));
    await project.tick();
    expect(await opened()).toEqual(['ends open', 'rises open']);
    project.setNow('2026-05-02T02:00:00Z');
    await project.close('2026-05-01');
    expect(await opened()).toEqual([
      'ends open',
      'ends resolved',
      'falls open',
      'rises open',
      'waits pending',
    ]);
  });
});

describe('a wait of days', () => {
  it('counts local days, also where one of them has 23 hours', async () => {
    const berlin = await engine.openProject('Europe/Berlin');
    project = berlin;
    // 23:30 in Berlin on the 27th, and half past midnight on the day that loses an hour.
    await berlin.ingest([
      group('late', { hot: true }, '2026-03-27T22:30:00Z'),
      group('next', { hot: true }, '2026-03-28T23:30:00Z'),
    ]);
    await berlin.apply('rules: {hot: {kind: pql, on_create: notify, when: {account.hot: true}, for: 2d}}\n');
    await berlin.close('2026-03-27', '2026-03-28', '2026-03-29', '2026-03-30', '2026-03-31');
    expect(await moves()).toEqual([
      ['late', 'none>pending', 'condition', '2026-03-27'],
      ['late', 'pending>open', 'timer', '2026-03-29'],
      ['next', 'none>pending', 'condition', '2026-03-29'],
      ['next', 'pending>open', 'timer', '2026-03-31'],
    ]);
  });
});

describe('a row of transitions', () => {
  it('tells the rule and the ruleset that decided, when, about which instant, and why', async () => {
    project.setNow('2026-05-02T03:00:00Z');
    await project.ingest([
      track('acme', 'ann', 'message_sent', '2026-05-01T08:00:00Z'),
      track('acme', 'bob', 'message_sent', '2026-05-01T09:00:00Z'),
      track('acme', 'ann', 'message_sent', '2026-05-01T10:00:00Z'),
    ]);
    const ruleset = await project.apply(`metrics: {messages: {count: message_sent, window: 7d}}
rules: {busy: {kind: pql, on_create: notify, when: {messages: {gte: 3}, account.plan: {exists: false}}, severity: high}}
`);
    await project.close('2026-05-01');
    const [row] =
      await project.rows(`SELECT account_id, rule, step, openings, from, to, reason, severity, kind,
      toString(at) AS at, evaluated_at > '2026-05-02 03:00:00' AS later, rule_hash, ruleset_hash, evidence
      FROM transitions FINAL`);
    const { evidence, ...told } = row ?? {};
    expect(told).toEqual({
      account_id: 'acme',
      rule: 'busy',
      step: 1,
      openings: 1,
      from: 'none',
      to: 'open',
      reason: 'condition',
      severity: 'high',
      kind: 'pql',
      at: '2026-05-01 23:59:59.999',
      later: 1,
      rule_hash: [...ruleset.rules.values()][0]?.conditionHash,
      ruleset_hash: ruleset.hash,
    });
    expect(JSON.parse(String(evidence)).leaves).toEqual([
      {
        subject: 'messages',
        value: 3,
        test: 'gte 3',
        outcome: 'true',
        people: {
          count: 2,
          users: [
            { userId: 'ann', events: 2 },
            { userId: 'bob', events: 1 },
          ],
        },
      },
      { subject: 'account.plan', value: null, test: 'exists false', outcome: 'true' },
    ]);
  });
});
