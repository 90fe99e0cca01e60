// Since when each rule has been applied, and whether a close before this day evaluated it: what `baseline` rests on.
import type { Store } from '../../model/store.ts';
import type { Day, EpochMicros } from '../../model/time.ts';

export interface RuleAge {
  /** Of the first applied ruleset with a rule of this name. */
  readonly appliedAt: EpochMicros;
  readonly closedBefore: boolean;
}

export async function readRuleAges(store: Store, day: Day): Promise<ReadonlyMap<string, RuleAge>> {
  const rows = await store.query<{ rule: string; appliedAt: string; closedBefore: number }>({
    sql: `SELECT rule, toUnixTimestamp64Micro(applied_at) AS appliedAt,
  rule IN (
    SELECT arrayJoin(rules) FROM evaluations WHERE kind = 'close' AND phase = 'finished' AND day < {day:Date}
  ) AS closedBefore
FROM (SELECT arrayJoin(rules) AS rule, min(applied_at) AS applied_at FROM rulesets GROUP BY rule)`,
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
