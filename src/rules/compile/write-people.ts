// The statement of who is behind the numbers: the first few users of each column, and how many there are.
import type { CompiledStatement } from '../../model/statement.ts';
import type { PeoplePlan } from './compile-people.ts';
import type { EvaluationInput } from './evaluation-input.ts';
import { writeOverLevels } from './write-statement.ts';

const MOST_TOLD = 5;

/** Yields account_id and, for each column of the plan, count_N and users_N: pairs of user and number, largest first. */
export function writePeople({ plan, columns }: PeoplePlan, input: EvaluationInput): CompiledStatement {
  const selected = columns.map(({ alias, only }, index) => {
    const which = only === undefined ? '' : ` AND ${only.in ? '' : 'NOT '}has(${only.alias}.1, one.1)`;
    const known = `arrayFilter(one -> one.1 != ''${which}, arrayZip(${alias}.1, arrayMap(n -> toInt64(n), ${alias}.2)))`;
    const sorted = `arraySort(one -> (-one.2, one.1), ${known})`;
    return `length(${known}) AS count_${index},\n  arraySlice(${sorted}, 1, ${MOST_TOLD}) AS users_${index}`;
  });
  return writeOverLevels(plan, input, {
    columns: ['account_id', ...columns.flatMap((_, index) => [`count_${index}`, `users_${index}`])],
    select: `SELECT ${['account_id', ...selected].join(',\n  ')}`,
  });
}
