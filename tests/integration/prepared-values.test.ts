// What a close or tick computes beforehand is read by itself alone, ranks by the ticks after it; and it goes in the end.
import { describe, expect, it } from 'vitest';
import { evaluateTick } from '../../src/app/evaluate/evaluate-tick.ts';
import { group, type Project, track } from './support/project.ts';
import { shareEngine } from './support/share-engine.ts';

const engine = shareEngine();

const open = (): Promise<Project> => engine.openProject();

describe('a tick', () => {
  it('knows nothing of how far users had got at the last close', async () => {
    const project = await open();
    await project.ingest([
      group('acme', { plan: 'free' }, '2026-05-01T00:00:00Z'),
      track('acme', 'ann', 'sign_up', '2026-05-02T10:00:00Z'),
      track('acme', 'ann', 'create', '2026-05-02T11:00:00Z'),
    ]);
    await project.apply(`
metrics:
  steps: {sequence: [sign_up, create], within: 1d, window: 1d}
rules:
  activated: {kind: pql, who: {account.plan: team}, when: {steps: {gte: 2}}}
`);
    await project.close('2026-05-02');
    project.setNow('2026-05-03T12:00:00Z');
    await project.ingest([group('acme', { plan: 'team' }, '2026-05-03T09:00:00Z')], { history: false });
    // The steps were of yesterday, and the window is today.
    expect(await project.tick()).toMatchObject({ accounts: 0, opened: 0 });
  });

  it('reads the ranks of the latest day, also after an earlier one was closed again', async () => {
    const project = await open();
    await project.ingest([
      ...['a', 'b'].map((account) => group(account, {}, '2026-05-01T00:00:00Z')),
      track('a', 'ann', 'seen', '2026-05-03T10:00:00Z'),
    ]);
    await project.apply(`
metrics:
  seen: {count: seen, window: 7d}
  rank: {percentile_rank: seen, min_peers: 1}
scores:
  above: {parts: {above: {weight: 100, metric: rank, from: 0, to: 1}}}
rules:
  again: {kind: pql, when: {seen: {gte: 2}}}
`);
    await project.close('2026-05-02', '2026-05-03', '2026-05-02');
    project.setNow('2026-05-04T12:00:00Z');
    await project.ingest([track('a', 'ann', 'seen', '2026-05-04T10:00:00Z')], { history: false });
    expect(await project.tick()).toMatchObject({ opened: 1 });
    const [opened] = await project.rows(`SELECT evidence FROM transitions`);
    expect(JSON.parse(String(opened?.evidence)).scores.above).toMatchObject({ value: 100 });
  });
});

describe('what an evaluation left behind', () => {
  const RULES = `
metrics: {steps: {sequence: [sign_up, create], within: 1d, window: 1d}}
rules: {activated: {kind: pql, when: {steps: {gte: 2}}}}
`;
  const left = (project: Project) =>
    project.rows(`SELECT tick, count() AS n FROM prepared_values GROUP BY tick ORDER BY tick`);

  it('goes with the next close, unless another evaluation may still be at work', async () => {
    const project = await open();
    await project.ingest([group('acme', {}, '2026-05-01T00:00:00Z')]);
    await project.apply(RULES);
    const crashed = Date.UTC(2026, 4, 31, 22) * 1000;
    const working = Date.UTC(2026, 4, 31, 23, 30) * 1000;
    for (const tick of [crashed, working])
      await project.store.execute({
        sql: `INSERT INTO prepared_values (tick, account_id, last_day, key, value) VALUES (${tick}, 'acme', 1, 1, 1)`,
        params: {},
        columns: [],
      });
    await project.close('2026-05-02');
    expect(await left(project)).toEqual([{ tick: String(working), n: '1' }]);
  });

  it('goes with a tick that fails', async () => {
    const project = await open();
    await project.ingest([track('acme', 'ann', 'sign_up', '2026-05-02T10:00:00Z')]);
    await project.apply(RULES);
    await project.close('2026-05-02');
    project.setNow('2026-05-03T12:00:00Z');
    await project.ingest([track('acme', 'ann', 'sign_up', '2026-05-03T10:00:00Z')], { history: false });
    const { store } = project;
    const failing = {
      ...project.evaluator(),
      store: {
        ...store,
        execute: store.execute.bind(store),
        insert: store.insert.bind(store),
        query: (statement: Parameters<Project['store']['query']>[0]) =>
          statement.sql.includes('preparations') ? Promise.reject(new Error('lost')) : store.query(statement),
      } as Project['store'],
    };
    await expect(evaluateTick(failing)).rejects.toThrow('lost');
    expect((await left(project)).length).toBe(1);
  });
});
