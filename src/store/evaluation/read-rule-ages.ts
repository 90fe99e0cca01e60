// Since when each rule has been applied, and whether a close before this day evaluated it: what `baseline` rests on.
import type { Store } from '../../model/store.ts';
import type { Day, EpochMicros } from '../../model/time.ts';

export interface RuleAge {
  /** Of the ruleset that brought it, the last time that it was not there before. */
  readonly appliedAt: EpochMicros;
  readonly closedBefore: boolean;
}

export async function readRuleAges(store: Store, day: Day): Promise<ReadonlyMap<string, RuleAge>> {
  const rows = await store.query<{ rule: string; appliedAt: string; closedBefore: number }>({
    sql: `WITH spans AS (
  SELECT name, minIf(applied_at, has(rules, name) AND applied_at > last_without) AS began_at
  FROM (
    SELECT names.name AS name, rulesets.rules AS rules, rulesets.applied_at AS applied_at,
      maxIf(rulesets.applied_at, NOT has(rulesets.rules, names.name)) OVER (PARTITION BY names.name) AS last_without
    FROM rulesets CROSS JOIN (SELECT DISTINCT arrayJoin(rules) AS name FROM rulesets) AS names
  )
  GROUP BY name
  HAVING countIf(has(rules, name) AND applied_at > last_without) > 0
)
SELECT spans.name AS rule, toUnixTimestamp64Micro(spans.began_at) AS appliedAt,
  closes.written_at >= spans.began_at AS closedBefore
FROM spans
LEFT JOIN (
  SELECT arrayJoin(rules) AS name, max(written_at) AS written_at FROM evaluations
  WHERE kind = 'close' AND phase = 'finished' AND day < {day:Date} GROUP BY name
) AS closes ON closes.name = spans.name
SETTINGS join_use_nulls = 0`,
    params: { day },
    columns: ['rule', 'appliedAt', 'closedBefore'],
  });
  return new Map(
    rows.map((row) => [
      row.rule,
      { appliedAt: Number(row.appliedAt) as EpochMicros, closedBefore: Boolean(row.closedBefore) },
    ]),
  );
}
