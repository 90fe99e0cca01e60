// SQL of a plan's aggregates over days: one pass for those of accounts, one for those of users.
import { stringRef, type TextScope } from './compilation.ts';
import { correctionsOf, type EvaluationInput } from './evaluation-input.ts';
import type { EvaluationPlan, NeededReduction } from './plan.ts';
import { writeDayRows, writeDayUsers } from './write-day-rows.ts';
import { writeIds } from './write-persons.ts';
import { fromUserTraits } from './write-statements.ts';

interface ReductionsPlace {
  readonly plan: EvaluationPlan;
  readonly input: EvaluationInput;
  readonly text: TextScope;
  /** SQL of the inputs, with the days at which windows begin. */
  readonly moments: string;
}

/** Joins to the inputs. Accounts without rows get zeros and nulls. */
export function writeReductions(place: ReductionsPlace): readonly string[] {
  const groups = new Map<string, NeededReduction[]>();
  for (const reduction of place.plan.reductions) {
    const moving = place.input.earliestDay !== undefined || DEPENDS_ON_ACCOUNT.test(reduction.sql);
    const key = `${reduction.perUser ? 'user_days' : 'days'}${moving ? '_moving' : ''}`;
    groups.set(key, [...(groups.get(key) ?? []), reduction]);
  }
  return [...groups].map(([name, reductions]) => {
    const group = { ...place, plan: { ...place.plan, series: readBy(place.plan, reductions) } };
    return name.endsWith('_moving')
      ? joinMoving(group, name, reductions)
      : joinFixed(group, name, reductions);
  });
}

const readBy = ({ series }: EvaluationPlan, reductions: readonly NeededReduction[]) =>
  series.filter(({ id }) => reductions.some((reduction) => reduction.series === id));

const TESTS_USERS = /\buser_test_\d+\b/;

/** Columns that differ from account to account even where T is one. */
const DEPENDS_ON_ACCOUNT = /\b(first_day|start_\d+)\b/;

const columnsOf = (reductions: readonly NeededReduction[]): string =>
  reductions.map(({ alias, sql }) => `${sql} AS ${alias}`).join(',\n    ');

/** What the moments would say of the only T. */
export const ONE_T = `toInt32({day:Int32}) AS last_day, toInt32({lastClosed:Int32}) AS closed_day,
    fromUnixTimestamp64Milli({at:Int64}, 'UTC') AS instant`;

/** T is a constant of the statement: nothing has to be joined to the rows. */
function joinFixed(place: ReductionsPlace, name: string, reductions: readonly NeededReduction[]): string {
  const perUser = reductions[0]?.perUser === true;
  return `LEFT JOIN (
  WITH ${ONE_T}
  SELECT account_id,
    ${columnsOf(reductions)}
  FROM (
  ${writeDayRows({ ...place, perUser })}
  ) AS days${joinUsers(place, 'fixed', reductions)}
  GROUP BY account_id
) AS ${name} USING (account_id)`;
}

/** Each row of a day meets every T of its account. */
function joinMoving(place: ReductionsPlace, name: string, reductions: readonly NeededReduction[]): string {
  const perUser = reductions[0]?.perUser === true;
  return `LEFT JOIN (
  SELECT account_id, last_day,
    ${columnsOf(reductions)}
  FROM (
  ${writeDayRows({ ...place, perUser })}
  ) AS days
  INNER JOIN (${place.moments}) AS moments USING (account_id)${joinUsers(place, 'moving', reductions)}
  GROUP BY account_id, last_day
) AS ${name} USING (account_id, last_day)`;
}

/** For each user the tests of their traits: 2 where one holds, 1 where not; 0 without traits. */
function joinUsers(
  { plan, input, text }: ReductionsPlace,
  kind: 'fixed' | 'moving',
  reductions: readonly NeededReduction[],
): string {
  const testing = reductions.filter(({ sql }) => TESTS_USERS.test(sql));
  if (testing.length === 0) return '';
  const tested = { plan: { ...plan, series: readBy(plan, testing) }, input, text };
  const trait = (name: string) => stringRef(text, name);
  const histories = plan.userTraits.map(
    (name, index) =>
      `arraySort(groupArrayIf((valid_from, message_id, value), trait = ${trait(name)})) AS user_trait_${index}`,
  );
  const tests = plan.userTests.map(({ alias, sql }) => `toUInt8(1 + ${sql}) AS ${alias}`);
  const corrections = correctionsOf(input);
  const users = writeIds(corrections, writeDayUsers(tested));
  const moments =
    kind === 'fixed'
      ? ''
      : `
    CROSS JOIN (SELECT DISTINCT last_day, closed_day, instant FROM (${input.relation})) AS moments`;
  return `
  LEFT JOIN (${kind === 'fixed' ? `\n    WITH ${ONE_T}` : ''}
    SELECT user_id,${kind === 'fixed' ? '' : ' last_day,'} ${tests.join(', ')}
    FROM (
      SELECT user_id, ${histories.join(', ')}
      FROM ${fromUserTraits(corrections, {
        users: `user_id IN (${users})`,
        where: `trait IN (${plan.userTraits.map(trait).join(', ')})`,
      })}
      GROUP BY user_id
    ) AS histories${moments}
  ) AS users USING (${kind === 'fixed' ? 'user_id' : 'user_id, last_day'})`;
}
