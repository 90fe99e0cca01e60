// The statement of who the champions of some accounts are at one T, and who comes next, with what gives them points.
import type { CompiledStatement } from '../../model/statement.ts';
import { championSeries } from './champion-series.ts';
import { stringRef, type TextScope } from './compilation.ts';
import { jsonToText } from './emit-trait.ts';
import { correctionsOf, type EvaluationInput } from './evaluation-input.ts';
import type { EvaluationPlan } from './plan.ts';
import { CANDIDATES_SETTINGS, peopleOf, rowsOf, writeCandidates } from './write-candidates.ts';
import { writeChampionsKnown } from './write-champions-known.ts';
import { writeIds } from './write-persons.ts';
import { writeParams } from './write-statement.ts';
import { fromUserTraits } from './write-statements.ts';

/** How many come after the champion. */
const NEXT = 2;

const COLUMNS = [
  'account_id',
  'user_id',
  'is_champion',
  'since',
  'points',
  'active_days',
  'used',
  'names',
  'invited',
  'counts',
  'last_day',
  'name',
  'email',
  'role',
] as const;

/**
 * Of accounts that have a champion: a row for the champion and for each of the next two, in this order. `points` are
 * millionths, `last_day` is the day of the last event, null when there was none. The input has one T, of a close.
 */
export function writeChampionPeople(plan: EvaluationPlan, input: EvaluationInput): CompiledStatement {
  const text: TextScope = { timezone: plan.timezone, strings: new Map() };
  const place = { plan, input, text };
  // One who is no candidate has nothing of all this.
  const own = `arrayFirst(one -> one.2 = champion, users)`;
  const traits = ['name', 'email', 'role'] as const;
  const trait = (name: string) =>
    `argMaxIf(value, (valid_from, message_id), trait = ${stringRef(text, name)}) AS ${name}_json`;
  const users = writeIds(
    correctionsOf(input),
    `${peopleOf(place)}
        UNION DISTINCT SELECT user_id FROM champions WHERE ${input.accounts}`,
  );
  const sql = `SELECT account_id, user_id, user_id = champion AS is_champion, since, u.1 AS points, u.3 AS active_days,
  u.4 AS used, names, u.5 AS invited, u.6 AS counts, last_day,
  ${traits.map((name) => `${jsonToText(`${name}_json`)} AS ${name}`).join(',\n  ')}
FROM (
  SELECT account_id, champion, since, names, told, arrayJoin(arrayZip(arrayEnumerate(told), told)) AS numbered,
    numbered.1 AS number, numbered.2 AS u, u.2 AS user_id
  FROM (
    SELECT account_id, champion, since, names, arrayPushFront(
      arraySlice(arrayFilter(one -> one.2 != champion, users), 1, ${NEXT}),
      (${own}.1, champion, ${own}.3, ${own}.4, ${own}.5, ${own}.6)) AS told
    FROM (
      SELECT account_id, argMax(user_id, last_day) AS champion, argMax(since, last_day) AS since
      FROM ${writeChampionsKnown(input)}
      WHERE last_day <= ${input.day}
      GROUP BY account_id
      HAVING champion != ''
    ) AS states
    LEFT JOIN (${writeCandidates(place)}) AS candidates USING (account_id)
  )
) AS people
LEFT JOIN (
  SELECT account_id, user_id, toNullable(max(day_number)) AS last_day
  FROM (${rowsOf(place, { ...championSeries(plan.timezone).activity, reachDays: undefined })})
  WHERE day_number <= ${input.day}
  GROUP BY account_id, user_id
) AS last_active USING (account_id, user_id)
LEFT JOIN (
  SELECT user_id, ${traits.map(trait).join(',\n    ')}
  FROM ${fromUserTraits(correctionsOf(input), {
    users: `user_id IN (${users})`,
    where: `trait IN (${traits.map((name) => stringRef(text, name)).join(', ')})
    AND valid_from <= fromUnixTimestamp64Milli({at:Int64}, 'UTC')`,
  })}
  GROUP BY user_id
) AS traits USING (user_id)
ORDER BY account_id, number
${CANDIDATES_SETTINGS}`;
  return { sql, params: writeParams(input, text), columns: COLUMNS };
}
