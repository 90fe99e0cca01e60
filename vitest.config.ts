import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/test-run/longest-first.ts';

// unit: no network, no engine. integration: an engine of each file's own, the run's Kafka and Redis, whole processes;
// many of these wait more than they work, so three files run at once, each on topics and queues of its own, and a test
// that stops a server starts one of its own. alone: what measures time or memory, or keeps a schedule of milliseconds.
// browser: real Chromium.
const ALONE = [
  'tests/contracts/delivery-queue.test.ts',
  'tests/contracts/store.test.ts',
  'tests/integration/cli.test.ts',
  'tests/integration/consumer-memory.test.ts',
  'tests/integration/engine-http.test.ts',
  'tests/integration/redis-flush.test.ts',
  'tests/integration/two-evaluators.test.ts',
];

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts'],
          environment: 'node',
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'integration',
          include: ['tests/contracts/**/*.test.ts', 'tests/integration/**/*.test.ts'],
          exclude: ALONE,
          globalSetup: ['tests/integration/support/start-services.ts'],
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: 300_000,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          pool: 'forks',
        },
      },
      {
        test: {
          name: 'alone',
          include: ALONE,
          globalSetup: ['tests/integration/support/start-services.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          pool: 'forks',
        },
      },
      {
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
          pool: 'forks',
        },
      },
    ],
  },
});
