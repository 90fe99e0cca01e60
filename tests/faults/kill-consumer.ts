// Streams the community data through Kafka into `tidemark up --roles ingest`, killed with kill -9 again and again,
// and says whether anything is lost or counted twice. npx tsx tests/faults/kill-consumer.ts [KILLS] [SEED]
import { fileURLToPath } from 'node:url';
import { startKafka } from '../../scripts/stack/start-kafka.ts';
import { communityLines } from '../integration/community/read-community.ts';
import { bundle } from '../support/run-tidemark.ts';
import { differences } from './kill-consumer/read-outcome.ts';
import { streamWithKills } from './kill-consumer/stream-with-kills.ts';

const [kills = 24, seed = 1] = process.argv.slice(2).map(Number);
const root = fileURLToPath(new URL('../..', import.meta.url));

async function main(): Promise<void> {
  bundle();
  const startedAt = Date.now();
  const note = (text: string): void =>
    console.log(`${((Date.now() - startedAt) / 1000).toFixed(0)} s  ${text}`);
  const lines = communityLines();
  const kafka = process.env.KAFKA_BROKERS === undefined ? await startKafka() : undefined;
  const brokers = process.env.KAFKA_BROKERS ?? kafka?.address ?? '';
  try {
    const report = await streamWithKills({
      brokers: brokers.split(','),
      lines,
      kills,
      seed,
      workers: 2,
      workerCommand: ({ engineUrl, database }) => ({
        program: process.execPath,
        args: [`${root}/bin/tidemark`, 'up', '--roles', 'ingest'],
        cwd: `${root}/examples/community`,
        env: { KAFKA_BROKERS: brokers, CLICKHOUSE_URL: engineUrl, TIDEMARK_PREFIX: database },
      }),
      days: { from: '2026-01-01', to: '2026-04-30' },
      note,
    });
    const { streamed, imported } = report;
    const pairs = (['events', 'seriesDays', 'transitions'] as const).map((what) => {
      const found = differences(imported[what], streamed[what]);
      for (const line of found.slice(0, 20)) console.log(`${what} ${line}`);
      console.log(
        `${what}: ${imported[what].length} rows imported, ${streamed[what].length} streamed, ${found.length} differ`,
      );
      return found.length;
    });
    console.log(
      `seed ${seed}: ${lines.length} messages, ${report.kills} kills, ${report.killsBeforeCommit} of them between storing and committing: ` +
        `${report.lost} lost, ${report.duplicated} duplicated, ${report.redelivered} redelivered`,
    );
    const isExact = report.lost === 0 && report.duplicated === 0 && pairs.every((count) => count === 0);
    process.exitCode = isExact ? 0 : 1;
  } finally {
    await kafka?.stop();
  }
}

await main();
