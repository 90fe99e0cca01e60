// SQL of users who are joined with others: the person whom an id stands for, and all ids of a person.
import type { Corrections } from '../../model/corrections.ts';

/** SQL: the person of `sent.user_id`, behind joinPersons. */
export const PERSON = `if(persons.person_id = '', sent.user_id, persons.person_id)`;

/**
 * Joins the persons as they were resolved up to the bound; an id that is joined with none has no row. A project may
 * have a million joined ids: only those that are asked for are looked up.
 *
 * @param users SQL over `user_id`, true of every user that is sent.
 */
export const joinPersons = (users: string): string => `LEFT JOIN (
        SELECT user_id, argMax(person_id, version) AS person_id FROM user_persons
        WHERE version <= {bound:UInt64} AND ${users} GROUP BY user_id
      ) AS persons ON persons.user_id = sent.user_id`;

interface UserRows {
  /** SQL that yields user_id and the columns. */
  readonly rows: string;
  readonly columns: readonly string[];
  /** SQL over `user_id`, true of every user of the rows. */
  readonly users: string;
}

/** Yields the same with the person instead of the user. */
export const writeByPerson = ({ aliases }: Corrections, { rows, columns, users }: UserRows): string =>
  aliases
    ? `SELECT ${PERSON} AS user_id, ${columns.map((column) => `sent.${column} AS ${column}`).join(', ')}
    FROM (${rows}) AS sent
    ${joinPersons(users)}`
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
