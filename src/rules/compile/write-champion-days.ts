// SQL of the days on which champions were active: only those who were not seen lately are looked for further back.
import { CHAMPION_DAYS } from '../champion.ts';
import { championSeries } from './champion-series.ts';
import type { TextScope } from './compilation.ts';
import type { EvaluationInput } from './evaluation-input.ts';
import type { EvaluationPlan } from './plan.ts';
import { writeChampionsEver, writeChampionsKnown } from './write-champions-known.ts';
import { writeDayRows } from './write-day-rows.ts';

interface ChampionDays {
  readonly plan: EvaluationPlan;
  readonly input: EvaluationInput;
  readonly text: TextScope;
}

/**
 * Yields account_id, user_id and day_number: of whoever is champion at an anchor at least the last day up to it, for
 * all anchors of `lastActive`. Everybody's days for ever would be read at each close for the sake of one of each.
 */
export function writeChampionDays(place: ChampionDays): string {
  const { plan, input, text } = place;
  const { activity } = championSeries(plan.timezone);
  if (input.raw === true) {
    const series = [{ ...activity, reachDays: undefined }];
    const rows = writeDayRows({ plan: { ...plan, series }, input, text, perUser: true });
    return `SELECT account_id, user_id, day_number FROM (${rows}) WHERE (account_id, user_id) IN (${champions(place)})`;
  }
  const anchor = (input.earliestDay ?? input.day) - reachOf(plan);
  const from = `toDate(${Math.max(0, anchor - CHAMPION_DAYS + 1)})`;
  const days = (when: string, who: string) => `FROM series_user_days FINAL
  PREWHERE ${input.accounts} AND series_id = ${activity.id} AND ${when} AND (account_id, user_id) IN (${who})
  WHERE n > 0`;
  const asked = 'SELECT account_id, user_id FROM asked_champions';
  const seen = days(`day >= ${from} AND day <= toDate(${Math.max(0, anchor)})`, asked);
  const unseen = `${asked} WHERE (account_id, user_id) NOT IN (SELECT account_id, user_id ${seen})`;
  return `WITH asked_champions AS (${champions(place)})
  SELECT account_id, user_id, toInt32(day) AS day_number
  ${days(`day >= ${from} AND day <= toDate(${input.day})`, asked)}
  UNION ALL
  SELECT account_id, user_id, toInt32(max(day)) AS day_number
  ${days(`day < ${from}`, unseen)}
  GROUP BY account_id, user_id`;
}

const reachOf = ({ champion }: EvaluationPlan): number =>
  Math.max(0, ...champion.lastActive.map(({ reachDays }) => reachDays));

/** Who is champion at the only anchor; where there are several, whoever was at any time. */
function champions({ plan, input }: ChampionDays): string {
  if (input.earliestDay !== undefined || reachOf(plan) > 0) return writeChampionsEver(input);
  return `SELECT account_id, argMax(user_id, last_day) AS user_id FROM ${writeChampionsKnown(input)}
    WHERE last_day <= ${input.lastClosed}
    GROUP BY account_id
    HAVING user_id != ''`;
}
