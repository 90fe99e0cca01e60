// SQL of events as they were sent, without what was taken back, each of the person who did it.
import type { Corrections } from '../../model/corrections.ts';
import { RECEIVED } from './received.ts';
import { joinPersons, PERSON } from './write-persons.ts';

interface SentEvents {
  readonly corrections: Corrections;
  /** SQL over the columns of the table. */
  readonly where: string;
  /** Other than user_id. */
  readonly columns: readonly string[];
}

/** What stands behind FROM, up to and with WHERE: events with an account. Yields user_id and the columns. */
export const fromUsageEvents = (events: SentEvents): string => fromSent('usage_events', 'account_id', events);

/**
 * The same of events without an account, with their precedence. Two ids of one person can have sent the same event:
 * the first received counts, as it does for one id.
 */
export function fromLooseEvents(events: SentEvents): string {
  const columns = [...events.columns, 'precedence'];
  const rows = fromSent('unattributed_events', 'user_id', { ...events, columns });
  if (!events.corrections.aliases) return rows;
  return `(SELECT * FROM ${rows}
        ORDER BY precedence DESC, user_id LIMIT 1 BY user_id, event, toDate(timestamp), id)`;
}

/** Duplicates go first: what is taken back is the event that would count. */
function fromSent(
  table: 'usage_events' | 'unattributed_events',
  owner: 'account_id' | 'user_id',
  { corrections, where, columns }: SentEvents,
): string {
  const { aliases, retractions } = corrections;
  const sent = `${table} FINAL
      WHERE ${where} AND ${RECEIVED}`;
  if (!aliases && !retractions) return sent;
  const read = [...new Set([...columns, 'user_id', 'event', 'timestamp', 'id'])];
  const given = columns.map((column) => `sent.${column} AS ${column}`);
  return `(SELECT ${[...given, `${aliases ? PERSON : 'sent.user_id'} AS user_id`].join(', ')}
      FROM (SELECT ${read.join(', ')} FROM ${sent}${retractions ? ` AND ${notNamed(owner)}` : ''}) AS sent${
        retractions ? `\n      ${joinRetracted(owner)}` : ''
      }${aliases ? `\n      ${joinPersons(`user_id IN (SELECT user_id FROM ${table} WHERE ${where})`)}` : ''}${retractions ? `\n      WHERE ${NOT_RETRACTED}` : ''})`;
}

const ofOwner = (owner: 'account_id' | 'user_id'): string =>
  owner === 'account_id' ? `account_id != ''` : `account_id = ''`;

/** Taken back by its key. */
const notNamed = (owner: 'account_id' | 'user_id'): string =>
  `(${owner}, event, toDate(timestamp), id) NOT IN (
        SELECT ${owner}, event, day, event_id FROM retractions WHERE ${ofOwner(owner)} AND event_id != '' AND ${RECEIVED})`;

/** Taken back with everything of its account or user up to a time. */
const joinRetracted = (owner: 'account_id' | 'user_id'): string =>
  `LEFT JOIN (
        SELECT ${owner} AS owner, groupArray((user_id, toString(event), until)) AS scopes FROM retractions
        WHERE ${ofOwner(owner)} AND event_id = '' AND ${RECEIVED} GROUP BY owner
      ) AS retracted ON retracted.owner = sent.${owner}`;

const NOT_RETRACTED = `NOT arrayExists(
        scope -> (scope.1 = '' OR scope.1 = sent.user_id) AND (scope.2 = '' OR scope.2 = sent.event) AND sent.timestamp <= scope.3,
        retracted.scopes)`;
