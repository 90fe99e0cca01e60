// The real activity data through consumers that are `tidemark up`, killed with kill -9, against a plain import of the
// same: events, series_days and transitions.
import { fileURLToPath } from 'node:url';
import { communityLines } from '../../integration/community/read-community.ts';
import { differences } from '../kill-consumer/read-outcome.ts';
import { streamWithKills } from '../kill-consumer/stream-with-kills.ts';
import type { Ground, Scenario, ScenarioRun, Tally } from '../scenario/scenario.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export const community: Scenario = {
  name: 'community',
  title: '`kill -9` of `tidemark up` on the real activity data, against an import',
  size: { faults: 24, messages: Number.POSITIVE_INFINITY },
  run: streamCommunity,
};

async function streamCommunity({ brokers }: Ground, run: ScenarioRun): Promise<Tally> {
  const lines = communityLines().slice(0, run.messages);
  const report = await streamWithKills({
    brokers,
    lines,
    kills: run.faults,
    seed: run.seed,
    workers: 2,
    workerCommand: ({ engineUrl, database }) => ({
      program: process.execPath,
      args: [`${root}/bin/tidemark`, 'up', '--roles', 'ingest'],
      cwd: `${root}/examples/community`,
      env: { KAFKA_BROKERS: brokers.join(','), CLICKHOUSE_URL: engineUrl, TIDEMARK_PREFIX: database },
    }),
    days: { from: '2026-01-01', to: '2026-04-30' },
    note: run.note,
  });
  const { imported, streamed, kills, killsBeforeCommit, lost, duplicated, redelivered } = report;
  const differing = (what: keyof typeof imported): number => {
    const found = differences(imported[what], streamed[what]);
    for (const line of found.slice(0, 20)) run.note(`${what} ${line}`);
    run.note(`${what}: ${imported[what].length} rows imported, ${found.length} differ`);
    return found.length;
  };
  const transitions = differing('transitions');
  return {
    messages: lines.length,
    faults: kills,
    lost,
    duplicated,
    redelivered,
    altered: differing('events'),
    seriesDiffer: differing('seriesDays'),
    failed: transitions > 0 ? [`${transitions} transitions differ`] : [],
    remark: `${killsBeforeCommit} kills between storing and committing`,
  };
}
