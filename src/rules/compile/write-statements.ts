// SQL of what was stated of users and accounts, without what was taken back, each of the person whom it is about.
import type { Corrections } from '../../model/corrections.ts';
import { RECEIVED } from './received.ts';
import { joinPersons, PERSON, writeByPerson } from './write-persons.ts';

/** Of retractions of everything that an account has, or that a user has in it. */
const OF_STATEMENTS = `account_id != '' AND event = '' AND event_id = '' AND ${RECEIVED}`;

export interface StatedOf {
  /** SQL over `user_id`: all ids of whoever is asked for. */
  readonly users: string;
  /** SQL over the other columns. */
  readonly where?: string;
}

const whereOf = ({ users, where }: StatedOf): string =>
  where === undefined ? users : `${where} AND ${users}`;

/** What stands behind FROM, up to and with WHERE. Yields user_id, valid_from, account_id and known_at. */
export function fromMemberships({ aliases, retractions }: Corrections, of: StatedOf): string {
  const where = whereOf(of);
  const stated = `memberships
      WHERE ${where} AND ${RECEIVED}`;
  if (!aliases && !retractions) return stated;
  return `(SELECT ${aliases ? PERSON : 'sent.user_id'} AS user_id, sent.valid_from AS valid_from, sent.account_id AS account_id,
        sent.known_at AS known_at
      FROM (SELECT user_id, valid_from, account_id, known_at FROM ${stated}) AS sent${retractions ? `\n      ${JOIN_RETRACTED}` : ''}${
        aliases ? `\n      ${joinPersons(of.users)}` : ''
      }${retractions ? `\n      WHERE ${NOT_RETRACTED}` : ''})`;
}

const JOIN_RETRACTED = `LEFT JOIN (
        SELECT account_id, groupArray((user_id, until)) AS scopes FROM retractions WHERE ${OF_STATEMENTS} GROUP BY account_id
      ) AS retracted ON retracted.account_id = sent.account_id`;

const NOT_RETRACTED = `NOT arrayExists(
        scope -> (scope.1 = '' OR scope.1 = sent.user_id) AND sent.valid_from <= scope.2, retracted.scopes)`;

const TRAIT = ['trait', 'valid_from', 'message_id', 'value', 'known_at'];

/** What stands behind FROM. Yields account_id, trait, valid_from, message_id, value and known_at, each once. */
export function fromAccountTraits({ retractions }: Corrections, where: string): string {
  const stated = `account_traits FINAL
  WHERE ${where} AND ${RECEIVED}`;
  if (!retractions) return stated;
  // Nothing is valid from 1970, which is what an account without retractions gets.
  return `(SELECT ${['account_id', ...TRAIT].map((column) => `sent.${column} AS ${column}`).join(', ')}
    FROM (SELECT account_id, ${TRAIT.join(', ')} FROM ${stated}) AS sent
    LEFT JOIN (
      SELECT account_id, max(until) AS until FROM retractions WHERE ${OF_STATEMENTS} AND user_id = '' GROUP BY account_id
    ) AS retracted ON retracted.account_id = sent.account_id
    WHERE sent.valid_from > retracted.until)`;
}

/** What stands behind FROM. Yields user_id, trait, valid_from, message_id and value, each once for a person. */
export function fromUserTraits(corrections: Corrections, of: StatedOf): string {
  const stated = `user_traits FINAL
      WHERE ${whereOf(of)} AND ${RECEIVED}`;
  if (!corrections.aliases) return stated;
  const columns = ['trait', 'valid_from', 'message_id', 'value', 'precedence'];
  const rows = `SELECT user_id, ${columns.join(', ')} FROM ${stated}`;
  return `(SELECT user_id, trait, valid_from, message_id, value
      FROM (${writeByPerson(corrections, { rows, columns, users: of.users })})
      ORDER BY precedence DESC LIMIT 1 BY user_id, trait, valid_from, message_id)`;
}
