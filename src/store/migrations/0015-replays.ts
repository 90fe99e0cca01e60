// Which dead letters were replayed, and what became of them.
import type { Migration } from '../migration.ts';

export const replays: Migration = {
  number: 15,
  name: 'replays',
  statements: [
    `CREATE TABLE IF NOT EXISTS dead_letter_replays (
  place String COMMENT 'topic, partition, offset and body_hash of the dead letter, as commands print it',
  replayed_at DateTime64(6, 'UTC'),
  event_ids Array(String) COMMENT 'of the events that it became'
) ENGINE = MergeTree
ORDER BY (place, replayed_at)`,
    // Without it a message that has no timestamp would be replayed as of when it was read, not of when it was sent.
    `ALTER TABLE dead_letters
  ADD COLUMN IF NOT EXISTS appended_at DateTime64(6, 'UTC')
    COMMENT 'when the log took it, or the collector: stands in for a timestamp that it has not; 1970: not known' AFTER detail`,
  ],
};
