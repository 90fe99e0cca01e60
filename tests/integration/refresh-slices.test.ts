// A refresh in slices of accounts writes what one of all accounts does, with events that get their account by their user.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Day, EpochMicros } from '../../src/model/time.ts';
import { UTC } from '../../src/model/time.ts';
import { compileRuleset } from '../../src/rules/compile/compile-ruleset.ts';
import { keptSeries } from '../../src/rules/compile/kept-series.ts';
import type { RefreshScope } from '../../src/rules/compile/refresh-scope.ts';
import { writeRefreshes } from '../../src/rules/compile/write-refresh.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { group, openProject, type Project, track } from './support/project.ts';

const RULES = `
metrics:
  messages: {count: message_sent, window: ever}
  people:   {users: any, window: ever}
  size:     {p90: size, of: message_sent, window: ever}
rules:
  busy: {kind: pql, owner: sales, outcome: {event: x, within: 1d}, keep_open: 1d, when: {messages: {gte: 2}}}
`;
const LATER = (Date.parse('2030-01-01T00:00:00Z') * 1000) as EpochMicros;
const SLICES = [
  { after: '', upTo: 'beta' },
  { after: 'beta', upTo: '\u{10ffff}' },
];

describe('a refresh in slices of accounts', () => {
  let engine: TestEngine;
  let project: Project;
  beforeAll(async () => {
    engine = await startTestEngine();
    project = openProject(await engine.openDatabase());
    await project.apply(RULES);
    await project.ingest([
      group('acme', {}, '2026-05-01T08:00:00Z', 'ann'),
      group('zeta', {}, '2026-05-01T08:00:00Z', 'bob'),
      ...['acme', 'beta', 'zeta'].flatMap((account) =>
        [1, 2].map((day) =>
          track(account, 'eve', 'message_sent', `2026-05-0${day}T10:00:00Z`, { properties: { size: day } }),
        ),
      ),
      track(undefined, 'ann', 'message_sent', '2026-05-02T11:00:00Z', { properties: { size: 7 } }),
      track(undefined, 'bob', 'message_sent', '2026-05-02T11:00:00Z'),
    ]);
    await project.close('2026-05-03' as Day);
  });
  afterAll(() => engine?.stop());

  const stored = async () => [
    ...(await project.rows(`SELECT * EXCEPT (version, v_quantiles), length(v_quantiles) AS sketches
      FROM series_days FINAL ORDER BY account_id, series_id, day`)),
    ...(await project.rows(`SELECT * EXCEPT (version, v_quantiles) FROM series_user_days FINAL
      ORDER BY account_id, series_id, user_id, day`)),
  ];

  async function refresh(bound: EpochMicros, scope: RefreshScope) {
    const { store, ruleset } = project.evaluator();
    const series = keptSeries(compileRuleset(ruleset, { timezone: UTC }));
    for (const slice of SLICES) {
      for (const statement of writeRefreshes({ series, scope: { ...scope, slice }, timezone: UTC, bound }))
        await store.execute(statement);
    }
  }

  it('of days writes every row again, as it was', async () => {
    const before = await stored();
    expect(before.length).toBeGreaterThan(10);
    await refresh(LATER, { kind: 'days', from: '2026-05-01' as Day, to: '2026-06-01' as Day });
    expect(await stored()).toEqual(before);
    expect(
      await project.rows(`SELECT count() AS n FROM series_days FINAL WHERE version != ${LATER}`),
    ).toEqual([{ n: '0' }]);
  });

  it('of changed days writes those of all slices', async () => {
    const before = await stored();
    const tick = LATER + 1;
    await project.evaluator().store.execute({
      sql: `INSERT INTO changed_days (tick, account_id, event, day, moved)
SELECT DISTINCT ${tick}, account_id, 'message_sent', day, true FROM series_days`,
      params: {},
      columns: [],
    });
    await refresh(tick as EpochMicros, { kind: 'changed', tick, attributed: true });
    expect(await stored()).toEqual(before);
    expect(await project.rows(`SELECT count() AS n FROM series_days FINAL WHERE version != ${tick}`)).toEqual(
      [{ n: '0' }],
    );
  });
});
