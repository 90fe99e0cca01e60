// Which event the latest value of a user's day is of: of two users in one millisecond the greater id is the latest.
import type { Migration } from '../migration.ts';

export const latestOfUsers: Migration = {
  number: 12,
  name: 'latest of users',
  statements: [
    `ALTER TABLE series_user_days
  ADD COLUMN IF NOT EXISTS v_last_id String COMMENT 'event of v_last; empty without one, and for what older versions wrote' AFTER v_last_at`,
  ],
};
