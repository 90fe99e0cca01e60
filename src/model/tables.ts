// Names of the tables and the columns that the loops insert, in order. The DDL stands in store/migrations.

/** Rows of raw events carry their place in the log; the first received of a key wins. */
const RAW_EVENT_COLUMNS = [
  'account_id',
  'event',
  'timestamp',
  'id',
  'user_id',
  'properties',
  'received_at',
  'known_at',
  'batch_id',
  'topic',
  'partition',
  'offset',
] as const;

const TRAIT_TAIL = [
  'trait',
  'valid_from',
  'message_id',
  'value',
  'received_at',
  'known_at',
  'topic',
  'partition',
  'offset',
] as const;

export const INSERT_COLUMNS = {
  usage_events: RAW_EVENT_COLUMNS,
  unattributed_events: RAW_EVENT_COLUMNS.filter((column) => column !== 'account_id'),
  account_traits: ['account_id', ...TRAIT_TAIL],
  user_traits: ['user_id', ...TRAIT_TAIL],
  memberships: ['user_id', 'valid_from', 'account_id', 'received_at', 'known_at'],
  user_aliases: [
    'user_id',
    'previous_id',
    'linked_at',
    'message_id',
    'received_at',
    'known_at',
    'topic',
    'partition',
    'offset',
  ],
  retractions: [
    'account_id',
    'user_id',
    'event',
    'event_id',
    'day',
    'until',
    'message_id',
    'reason',
    'received_at',
    'known_at',
    'topic',
    'partition',
    'offset',
  ],
  changed_account_days: ['batch_id', 'received_at', 'account_id', 'user_id', 'event', 'day'],
  dead_letters: [
    'received_at',
    'source',
    'topic',
    'partition',
    'offset',
    'reason',
    'detail',
    'headers',
    'appended_at',
    'body',
  ],
} as const;

export type IngestTable = keyof typeof INSERT_COLUMNS;

/** In `changed_account_days.event`: a trait changed, and no event. */
export const NO_EVENT = '';
/** In `changed_account_days.event`: every event, which a new membership of a user asks for. */
export const EVERY_EVENT = '*';
/** In `changed_account_days.day`: every day of the user's unattributed events. */
export const EVERY_DAY = '1970-01-01';

/** Timestamps outside are dead-lettered: a Date cannot hold earlier ones, and later ones are a client's mistake. */
export const EARLIEST_TIMESTAMP = Date.UTC(1971, 0, 1);
export const LATEST_TIMESTAMP = Date.UTC(2100, 0, 1);
