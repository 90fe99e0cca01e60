// SQL of users who are joined with others: the person whom an id stands for, and all ids of a person.
import type { Corrections } from '../../model/corrections.ts';

/** Yields user_id and person_id as they were resolved up to the bound; an id that is joined with none has no row. */
const PERSONS = `SELECT user_id, argMax(person_id, version) AS person_id FROM user_persons
      WHERE version <= {bound:UInt64} GROUP BY user_id`;

/** SQL: the person of `sent.user_id`, behind JOIN_PERSONS. */
export const PERSON = `if(persons.person_id = '', sent.user_id, persons.person_id)`;

export const JOIN_PERSONS = `LEFT JOIN (${PERSONS}) AS persons ON persons.user_id = sent.user_id`;

/** `rows` yields user_id and `columns`; so does this, with the person instead of the user. */
export const writeByPerson = ({ aliases }: Corrections, rows: string, columns: readonly string[]): string =>
  aliases
    ? `SELECT ${PERSON} AS user_id, ${columns.map((column) => `sent.${column} AS ${column}`).join(', ')}
    FROM (${rows}) AS sent
    ${JOIN_PERSONS}`
    : rows;

/**
 * Yields user_id: all ids of the persons of some users, by which raw rows of theirs are found. More than these where a
 * person grew later: whoever reads by them asks for the person again.
 *
 * @param users SQL that yields user_id.
 */
export const writeIds = ({ aliases }: Corrections, users: string): string =>
  aliases
    ? `SELECT user_id FROM person_users WHERE person_id IN (SELECT person_id FROM user_persons WHERE user_id IN (${users}))
        UNION DISTINCT ${users}`
    : users;
