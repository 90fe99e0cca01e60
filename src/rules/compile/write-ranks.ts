// The statements of ranks among peers: first the values of everyone, slice by slice, then how many of them are smaller.
import type { CompiledStatement } from '../../model/statement.ts';
import type { EvaluationInput } from './evaluation-input.ts';
import type { EvaluationPlan, NeededPreparation } from './plan.ts';
import { writeOverLevels } from './write-statement.ts';

export const ranksOf = (plan: EvaluationPlan): readonly NeededPreparation[] =>
  plan.preparations.filter(({ metric }) => metric.prepare?.kind === 'rank');

/** What is ranked, for the accounts of the input; who has no value or lacks a trait is nobody's peer. */
export function writeRankedValues(plan: EvaluationPlan, input: EvaluationInput): CompiledStatement {
  const entries = ranksOf(plan).map(({ key, reads: [value, ...traits] }) => {
    const missing = traits.map((trait) => `isNull(${trait}) OR `).join('');
    const peers = `toJSONString([${traits.map((trait) => `assumeNotNull(${trait})`).join(', ')}])`;
    return `(toUInt64(${key}), ${traits.length === 0 ? "''" : peers}, if(${missing}isNull(${value}), NULL, ${value}))`;
  });
  const entry = `arrayJoin(arrayFilter(entry -> isNotNull(entry.3), [${entries.join(', ')}]))`;
  return writeOverLevels(plan, input, {
    columns: [],
    select: `INSERT INTO ranked_values (tick, account_id, last_day, world, key, peers, value)
SELECT toUInt64({tick:UInt64}), account_id, last_day, world, entry.1, entry.2, assumeNotNull(entry.3)
FROM (
SELECT account_id, last_day, ${input.world ?? "''"} AS world, ${entry} AS entry`,
    end: ')',
  });
}

/** SQL's percent_rank: the peers with a smaller value, of all other peers. Too few of them say nothing. */
export function writeRanks(plan: EvaluationPlan, tick: number): CompiledStatement {
  const ranks = ranksOf(plan);
  const leasts = ranks.map(({ metric }) =>
    metric.prepare?.kind === 'rank' ? Math.max(1, metric.prepare.minPeers) : 1,
  );
  const least = `transform(key, [${ranks.map(({ key }) => `toUInt64(${key})`).join(', ')}], [${leasts.join(', ')}], 1)`;
  return {
    sql: `INSERT INTO prepared_values (tick, account_id, last_day, key, value)
SELECT tick, account_id, last_day, key, if(others >= ${least}, smaller / others, NULL)
FROM (
  SELECT tick, account_id, last_day, key,
    count() OVER (PARTITION BY key, last_day, world, peers) - 1 AS others,
    rank() OVER (PARTITION BY key, last_day, world, peers ORDER BY value) - 1 AS smaller
  -- Two evaluators of one V have both written them.
  FROM (SELECT * FROM ranked_values WHERE tick = {tick:UInt64} LIMIT 1 BY account_id, last_day, key)
)`,
    params: { tick },
    columns: [],
  };
}
