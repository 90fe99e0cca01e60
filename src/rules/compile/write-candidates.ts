// SQL of the users who may be their account's champion, with what gives them points, at each T.
import { CHAMPION_DAYS, CHAMPION_POINTS, CHAMPION_ROLES } from '../champion.ts';
import { championSeries } from './champion-series.ts';
import { stringRef, type TextScope } from './compilation.ts';
import { jsonToText } from './emit-trait.ts';
import { correctionsOf, type EvaluationInput } from './evaluation-input.ts';
import type { EvaluationPlan, PlannedSeries } from './plan.ts';
import { writeDayRows } from './write-day-rows.ts';
import { writeIds } from './write-persons.ts';
import { writeMemberUsers } from './write-raw-rows.ts';
import { fromMemberships, fromUserTraits } from './write-statements.ts';

/**
 * Ends a statement over candidates. A large set of users is no key to look by: sorting it takes longer than reading on.
 */
export const CANDIDATES_SETTINGS = `SETTINGS join_use_nulls = 0, compile_expressions = 0, do_not_merge_across_partitions_select_final = 1,
  use_index_for_in_with_subqueries_max_values = 20000`;

export interface CandidatesPlace {
  readonly plan: EvaluationPlan;
  readonly input: EvaluationInput;
  readonly text: TextScope;
}

/**
 * Yields account_id, last_day, `names` (different events of the account in the days that give points), `most`
 * (invitations of whoever sent most) and `users`: tuples of millionths of points, user id, active days, different
 * events, invitations, and whether the role counts. Highest first, ties by user id. Accounts without any are left out.
 */
export function writeCandidates(place: CandidatesPlace): string {
  const { days, events, role, invitations } = CHAMPION_POINTS;
  // Whole millionths: the same sum of parts is the same number, in whatever order it was added up.
  const points = `toInt64(round(1e6 * (${days} * u.2 / ${CHAMPION_DAYS}
      + if(names = 0, 0, ${events} * u.3 / names) + ${role} * u.5 + if(most = 0, 0, ${invitations} * u.4 / most))))`;
  return `SELECT account_id, last_day, names, most,
    arraySort(u -> (-u.1, u.2), arrayMap(u -> (${points}, u.1, u.2, u.3, u.4, u.5), found)) AS users
  FROM (
    SELECT account_id, last_day, length(groupUniqArrayArray(own_names)) AS names, max(invited) AS most,
      groupArrayIf((user_id, active_days, length(own_names), invited, counts),
        user_id != '' AND (active_days > 0 OR invited > 0 OR joined AND counts)) AS found
    FROM (
      SELECT account_id, last_day, user_id, max(active) AS active_days, groupUniqArrayArray(used) AS own_names,
        max(sent) AS invited, max(member) AS joined
      FROM (${[writeActivity(place), writeInvitations(place), writeMembers(place)].join('\n      UNION ALL\n')})
      GROUP BY account_id, last_day, user_id
    ) AS people
    LEFT JOIN (${writeRoles(place)}) AS roles USING (user_id, last_day)
    GROUP BY account_id, last_day
  )
  WHERE notEmpty(found)`;
}

const isFixed = ({ input }: CandidatesPlace): boolean => input.earliestDay === undefined;

/** Days since 1970 and instants of the different T; one row where there is one T. */
const times = (place: CandidatesPlace): string =>
  isFixed(place)
    ? `SELECT toInt32({day:Int32}) AS last_day, fromUnixTimestamp64Milli({at:Int64}, 'UTC') AS instant`
    : `SELECT DISTINCT last_day, instant FROM (${place.input.relation})`;

/** Joins rows of accounts to the T of each. */
const withTimes = (place: CandidatesPlace): string =>
  isFixed(place)
    ? `CROSS JOIN (${times(place)}) AS times`
    : `INNER JOIN (SELECT account_id, last_day, instant FROM (${place.input.relation})) AS times USING (account_id)`;

/** With the events of nobody, which count among the account's. */
const writeActivity = (place: CandidatesPlace): string =>
  `SELECT account_id, last_day, user_id, count() AS active, groupUniqArrayArray(v_texts) AS used,
        toUInt64(0) AS sent, false AS member
      FROM (${rowsOf(place, championSeries(place.plan.timezone).activity)}) AS days
      ${withTimes(place)}
      WHERE day_number > last_day - ${CHAMPION_DAYS} AND day_number <= last_day
      GROUP BY account_id, last_day, user_id`;

const writeInvitations = (place: CandidatesPlace): string =>
  `SELECT account_id, last_day, user_id, toUInt64(0), [], sum(n), false
      FROM (${rowsOf(place, championSeries(place.plan.timezone).invitations)}) AS days
      ${withTimes(place)}
      WHERE user_id != '' AND day_number <= last_day
      GROUP BY account_id, last_day, user_id`;

/** Members count without having done anything, if their role does. */
const writeMembers = (place: CandidatesPlace): string =>
  `SELECT account_id, last_day, user_id, toUInt64(0), [], toUInt64(0), true
      FROM (
        SELECT account_id, user_id, min(valid_from) AS since
        FROM ${fromMemberships(correctionsOf(place.input), {
          users: `user_id IN (${administrators(place)})`,
          where: place.input.accounts,
        })}
        GROUP BY account_id, user_id
      ) AS members
      ${withTimes(place)}
      WHERE since <= instant`;

/** Users whose role counts at a T. */
function writeRoles(place: CandidatesPlace): string {
  const role = `arrayElement(arrayFilter(h -> h.1 <= instant, history), -1).3`;
  return `SELECT user_id, last_day, toUInt8(1) AS counts
    FROM (
      SELECT user_id, arraySort(groupArray((valid_from, message_id, value))) AS history
      FROM ${fromUserTraits(correctionsOf(place.input), {
        users: `user_id IN (${administrators(place)})`,
        where: `trait = ${stringRef(place.text, 'role')}`,
      })}
      GROUP BY user_id
    ) AS histories
    CROSS JOIN (${times(place)}) AS times
    WHERE ${countsAs(place, role)}`;
}

/** All ids of those whose role counted at some time. */
const administrators = (place: CandidatesPlace): string =>
  writeIds(
    correctionsOf(place.input),
    `SELECT user_id FROM user_traits
        WHERE trait = ${stringRef(place.text, 'role')} AND ${countsAs(place, 'value')} AND user_id IN (${peopleOf(place)})`,
  );

const countsAs = ({ text }: CandidatesPlace, json: string): string =>
  `lower(${jsonToText(json)}) IN (${CHAMPION_ROLES.map((role) => stringRef(text, role)).join(', ')})`;

/** All ids of whoever may be a candidate, and others. */
export function peopleOf({ plan, input }: CandidatesPlace): string {
  const { accounts, raw, day, earliestDay } = input;
  const { activity, invitations } = championSeries(plan.timezone);
  const from = Math.max(0, (earliestDay ?? day) - CHAMPION_DAYS);
  const active = `series_user_days WHERE ${accounts} AND (series_id = ${invitations.id} OR series_id = ${activity.id} AND day > toDate(${from}))`;
  return writeIds(
    correctionsOf(input),
    `SELECT user_id FROM ${raw === true ? `usage_events WHERE ${accounts}` : active}
        UNION DISTINCT ${writeMemberUsers(accounts)}`,
  );
}

export const rowsOf = ({ plan, ...place }: CandidatesPlace, series: PlannedSeries): string =>
  writeDayRows({ ...place, plan: { ...plan, series: [series] }, perUser: true });
