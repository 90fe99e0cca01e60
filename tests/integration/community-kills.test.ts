// A part of the community data through a real Kafka into consumers killed with kill -9 on the way: what comes of it
// is what a plain import gives. `make faults` does the same with the whole file and `tidemark up`.
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { differences } from '../faults/kill-consumer/read-outcome.ts';
import { streamWithKills } from '../faults/kill-consumer/stream-with-kills.ts';
import { communityLines } from './community/read-community.ts';
import { kafkaBrokers } from './support/kafka.ts';

const INGEST = fileURLToPath(new URL('../faults/ingest-process.ts', import.meta.url));
const LINES = 9_000;

test('consumers killed six times lose nothing and count nothing twice', { timeout: 180_000 }, async () => {
  const brokers = await kafkaBrokers();
  const report = await streamWithKills({
    brokers,
    lines: communityLines().slice(-LINES),
    kills: 6,
    seed: 3,
    workers: 3,
    workerCommand: ({ engineUrl, database }) => ({
      program: process.execPath,
      args: ['--import', 'tsx', INGEST, engineUrl, database, brokers.join(',')],
      cwd: process.cwd(),
      env: {},
    }),
    days: { from: '2026-02-01', to: '2026-02-07' },
    note: () => {},
  });
  expect(report).toMatchObject({ kills: 6, lost: 0, duplicated: 0 });
  // Else the kills came at moments that prove nothing.
  expect(report.redelivered).toBeGreaterThan(0);
  for (const what of ['events', 'seriesDays', 'transitions'] as const) {
    expect(differences(report.imported[what], report.streamed[what]), what).toEqual([]);
    expect(report.streamed[what].length, what).toBeGreaterThan(0);
  }
});
