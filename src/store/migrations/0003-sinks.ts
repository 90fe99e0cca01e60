// Since when each sink has been configured, and a way to one episode that does not read all transitions.
import type { Migration } from '../migration.ts';

export const sinks: Migration = {
  number: 3,
  name: 'sinks',
  statements: [
    `CREATE TABLE sinks (
  sink String COMMENT 'its name in tidemark.yaml',
  configured_at SimpleAggregateFunction(min, DateTime64(6, 'UTC'))
) ENGINE = AggregatingMergeTree
ORDER BY sink`,
    'ALTER TABLE transitions ADD INDEX IF NOT EXISTS episodes episode TYPE bloom_filter GRANULARITY 1',
  ],
};
