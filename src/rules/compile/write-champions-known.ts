// SQL of the champions of some accounts as they were known at the bound: a day that was closed again says another one,
// but not to who looks at it as it was then. Whoever was joined with another since then goes by the person's id.
import { correctionsOf, type EvaluationInput } from './evaluation-input.ts';
import { joinPersons, PERSON, writeByPerson } from './write-persons.ts';

type Known = Pick<EvaluationInput, 'accounts' | 'corrections'>;

/** One row of champions for each account and day. */
export function writeChampionsKnown(input: Known): string {
  const known = `SELECT * FROM champions WHERE ${input.accounts} AND tick <= {bound:Int64}
    ORDER BY tick DESC LIMIT 1 BY account_id, last_day`;
  return input.corrections?.aliases === true
    ? `(${['user_id', 'previous', 'challenger'].reduce(
        (rows, column) => rename(rows, column, input.accounts),
        known,
      )})`
    : `(${known})`;
}

const COLUMNS = ['account_id', 'last_day', 'tick', 'user_id', 'since', 'changed', 'previous', 'challenger'];

/** The rows with the person in `column`. */
function rename(...[rows, column, accounts]: [string, string, string]): string {
  const others = COLUMNS.filter((other) => other !== column).map((other) => `sent.${other} AS ${other}`);
  const users = `user_id IN (SELECT ${column} FROM champions WHERE ${accounts})`;
  const join = joinPersons(users).replace('sent.user_id', `sent.${column}`);
  return `SELECT ${others.join(', ')}, ${PERSON.replace('sent.user_id', `sent.${column}`)} AS ${column}
    FROM (${rows}) AS sent ${join}`;
}

/** Yields account_id and user_id: whoever was champion at any time. */
export const writeChampionsEver = (input: EvaluationInput): string =>
  `SELECT DISTINCT account_id, user_id FROM (${writeByPerson(correctionsOf(input), {
    rows: `SELECT account_id, user_id FROM champions WHERE ${input.accounts} AND user_id != ''`,
    columns: ['account_id'],
    users: `user_id IN (SELECT user_id FROM champions WHERE ${input.accounts})`,
  })})`;
