// What a message on the topic was can stand in its headers alone, as with a CloudEvent in binary mode: without them
// its dead letter could not be replayed.
import type { Migration } from '../migration.ts';

export const deadLetterHeaders: Migration = {
  number: 17,
  name: 'dead-letter-headers',
  statements: [
    `ALTER TABLE dead_letters
  ADD COLUMN IF NOT EXISTS headers String COMMENT 'JSON object of the headers that the message had; empty: none' AFTER detail`,
  ],
};
