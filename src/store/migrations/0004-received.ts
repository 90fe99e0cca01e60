// The rate of events is asked for every few seconds: parts that are older need not be read for it.
import type { Migration } from '../migration.ts';

export const received: Migration = {
  number: 4,
  name: 'received',
  statements: [
    'ALTER TABLE usage_events ADD INDEX IF NOT EXISTS received received_at TYPE minmax GRANULARITY 8',
  ],
};
