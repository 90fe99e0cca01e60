// Joins of what the statement asks about champions: who they were, what they are called, when they last did anything.
import { stringRef, type TextScope } from './compilation.ts';
import { correctionsOf, type EvaluationInput } from './evaluation-input.ts';
import type { EvaluationPlan } from './plan.ts';
import { writeChampionDays } from './write-champion-days.ts';
import { writeChampionsEver, writeChampionsKnown } from './write-champions-known.ts';
import { writeIds } from './write-persons.ts';
import { ONE_T } from './write-reductions.ts';
import { fromUserTraits } from './write-statements.ts';

interface ChampionPlace {
  readonly plan: EvaluationPlan;
  readonly input: EvaluationInput;
  readonly text: TextScope;
  /** SQL of the inputs. */
  readonly moments: string;
}

export function writeChampionJoins(place: ChampionPlace): readonly string[] {
  const { asked, lastActive, traits } = place.plan.champion;
  if (!asked) return [];
  return [
    `LEFT JOIN (${histories(place.input)}) AS champion_histories USING (account_id)`,
    ...(traits.length === 0 ? [] : [joinTraits(place)]),
    ...(lastActive.length === 0 ? [] : [joinLastActive(place)]),
  ];
}

const histories = (input: EvaluationInput): string =>
  `SELECT account_id, arraySort(groupArray((last_day, user_id, changed))) AS champion_history
  FROM ${writeChampionsKnown(input)}
  WHERE last_day <= ${input.day}
  GROUP BY account_id`;

function joinTraits({ plan, input, text }: ChampionPlace): string {
  const name = (trait: string) => stringRef(text, trait);
  const columns = plan.champion.traits.map(
    (trait, index) =>
      `arraySort(groupArrayIf((valid_from, message_id, value, user_id), trait = ${name(trait)})) AS champion_trait_${index}`,
  );
  const corrections = correctionsOf(input);
  const users = writeIds(corrections, `SELECT user_id FROM (${writeChampionsEver(input)})`);
  return `LEFT JOIN (
  SELECT account_id, ${columns.join(', ')}
  FROM (${writeChampionsEver(input)}) AS people
  INNER JOIN (
    SELECT user_id, trait, valid_from, message_id, value FROM ${fromUserTraits(corrections, {
      users: `user_id IN (${users})`,
      where: `trait IN (${plan.champion.traits.map(name).join(', ')})`,
    })}
  ) AS traits USING (user_id)
  GROUP BY account_id
) AS champion_traits USING (account_id)`;
}

/** Over the days of whoever was champion at an anchor. */
function joinLastActive(place: ChampionPlace): string {
  const { plan, input } = place;
  const columns = plan.champion.lastActive.map(({ alias, sql }) => `${sql} AS ${alias}`).join(',\n    ');
  const several = input.earliestDay !== undefined;
  const key = several ? 'account_id, last_day' : 'account_id';
  return `LEFT JOIN (${several ? '' : `\n  WITH ${ONE_T}`}
  SELECT ${key}, ${columns}
  FROM (${writeChampionDays(place)}) AS days
  INNER JOIN (${histories(input)}) AS histories USING (account_id)${
    several ? `\n  INNER JOIN (${place.moments}) AS moments USING (account_id)` : ''
  }
  GROUP BY ${key}
) AS champion_days USING (${key})`;
}
