import { defineConfig } from 'vitest/config';

// unit: no network, no engine. evaluation: a ClickHouse engine of each file's own and nothing else, so two files run at
// once. integration: engine, Kafka, Redis, whole processes, and what must not be slowed down. browser: real Chromium.
const EVALUATION = [
  'agreement',
  'attribution*',
  'champion',
  'community',
  'evaluate*',
  'explain*',
  'guide',
  'language-metrics',
  'latest-of-users',
  'library*',
  'life-*',
  'merge',
  'metrics',
  'prepared-values',
  'refresh-slices',
  'rule-tests-evaluator',
  'seen-names',
  'sequence-and-rank',
  'series-exact',
  'similar-account',
  'stored-rules',
  'verify-library',
].map((name) => `tests/integration/${name}.test.ts`);

export default defineConfig({
  test: {
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
          name: 'evaluation',
          include: EVALUATION,
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          pool: 'forks',
        },
      },
      {
        test: {
          name: 'integration',
          include: ['tests/contracts/**/*.test.ts', 'tests/integration/**/*.test.ts'],
          exclude: EVALUATION,
          globalSetup: ['tests/integration/support/start-services.ts'],
          sequence: { groupOrder: 2 },
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          pool: 'forks',
        },
      },
      {
        test: {
          name: 'browser',
          sequence: { groupOrder: 3 },
          include: ['tests/browser/**/*.test.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          pool: 'forks',
        },
      },
    ],
  },
});
