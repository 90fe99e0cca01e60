// The statement that finds who is champion at the close of each day of an input, and keeps the days of a change.
import type { CompiledStatement } from '../../model/statement.ts';
import { CHAMPION_LEAD } from '../champion.ts';
import type { TextScope } from './compilation.ts';
import type { EvaluationInput } from './evaluation-input.ts';
import type { EvaluationPlan } from './plan.ts';
import { CANDIDATES_SETTINGS, writeCandidates } from './write-candidates.ts';
import { writeChampionsKnown } from './write-champions-known.ts';
import { writeParams } from './write-statement.ts';

/**
 * Days are taken in order, from the state that the days before the input left. A day that was closed before and
 * changes nothing now is written again, so that it says so.
 */
export function writeChampions(plan: EvaluationPlan, input: EvaluationInput): CompiledStatement {
  const text: TextScope = { timezone: plan.timezone, strings: new Map() };
  const earliest = input.earliestDay ?? input.day;
  const sql = `INSERT INTO champions (account_id, last_day, tick, user_id, since, changed, previous, challenger)
SELECT account_id, step.1 AS last_day, {tick:UInt64} AS tick, step.2 AS user_id, step.3 AS since, step.4 AS changed,
  step.5 AS previous, step.6 AS challenger
FROM (
  SELECT account_id, arrayJoin(arrayFold(${FOLD}, arraySort(groupArray((last_day, users))),
    (CAST([], '${STEPS}'), any(before.1), any(before.2), any(before.3), any(known_days))).1) AS step
  FROM (
    SELECT account_id, last_day, users
    FROM (SELECT account_id, last_day FROM (${input.relation})) AS inputs
    LEFT JOIN (SELECT account_id, last_day, arrayMap(u -> (u.1, u.2), users) AS users
      FROM (${writeCandidates({ plan, input, text })})) AS candidates USING (account_id, last_day)
  ) AS days
  LEFT JOIN (
    SELECT account_id, argMaxIf((user_id, since, challenger), last_day, last_day < ${earliest}) AS before,
      groupArrayIf(last_day, last_day >= ${earliest}) AS known_days
    FROM ${writeChampionsKnown(input)}
    WHERE last_day <= ${input.day}
    GROUP BY account_id
  ) AS states USING (account_id)
  GROUP BY account_id
)
${CANDIDATES_SETTINGS}`;
  return { sql, params: writeParams(input, text), columns: [] };
}

/** last_day, user_id, since, changed, previous, challenger. */
const STEPS = 'Array(Tuple(Int32, String, Int32, UInt8, String, String))';

/**
 * Over days of (last_day, users); `state` is what is written, then champion, since, challenger, and the days that are
 * there already. A champion who is no candidate has no points. An array of one element gives a value a name, since
 * a text written out at every use takes the engine longer to read than to compute.
 */
const FOLD = ((): string => {
  const named = (name: string, value: string, inner: string) =>
    `arrayMap(${name} -> ${inner}, [${value}])[1]`;
  const rival = `arrayFirst(u -> u.2 != state.2, day.2)`;
  const lead = `rival.1 - arrayFirst(u -> u.2 = state.2, day.2).1`;
  const ahead = `rival.2 != '' AND ${lead} >= ${CHAMPION_LEAD * 1_000_000}`;
  const next = `multiIf(
    state.2 = '', (day.2[1].2, '', 0),
    NOT (${ahead}), (state.2, '', 0),
    rival.2 = state.4, (rival.2, '', 1),
    (state.2, rival.2, 0))`;
  const since = `if(next.1 = state.2, state.3, day.1)`;
  const step = `(day.1, next.1, ${since}, toUInt8(next.3), if(next.3 = 1, state.2, ''), next.2)`;
  const written = `next.1 != state.2 OR next.2 != state.4 OR has(state.5, day.1)`;
  const state = `(if(${written}, arrayPushBack(state.1, ${step}), state.1), next.1, ${since}, next.2, state.5)`;
  return `(state, day) -> ${named('rival', rival, named('next', next, state))}`;
})();
