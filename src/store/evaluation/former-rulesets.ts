// The rulesets that were in force before, asked for by the rules that they had: drafts are none.
import type { Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';
import { type AppliedFiles, parseFiles } from './rulesets.ts';

export interface FormerRuleset extends Pick<AppliedFiles, 'files'> {
  readonly at: EpochMicros;
}

const MICROS = 'toUnixTimestamp64Micro(applied_at)';

/** Later than anything was applied. */
const NO_END = Number.MAX_SAFE_INTEGER as EpochMicros;

/** When a ruleset was applied the last time; undefined when it never was. */
export async function readAppliedAt(store: Store, hash: string): Promise<EpochMicros | undefined> {
  const [row] = await store.query<{ at: string }>({
    sql: `SELECT ${MICROS} AS at FROM rulesets WHERE ruleset_hash = {hash:String} ORDER BY applied_at DESC LIMIT 1`,
    params: { hash },
    columns: ['at'],
  });
  return row === undefined ? undefined : (Number(row.at) as EpochMicros);
}

/** The newest that had the rule, of those applied before an instant; undefined: of all. */
export async function readFormerRuleset(
  store: Store,
  { rule, before = NO_END }: { readonly rule: string; readonly before: EpochMicros | undefined },
): Promise<FormerRuleset | undefined> {
  const [row] = await store.query<{ at: string; files: string }>({
    sql: `SELECT ${MICROS} AS at, files FROM rulesets
WHERE has(rules, {rule:String}) AND ${MICROS} < {before:Int64}
ORDER BY applied_at DESC LIMIT 1`,
    params: { rule, before },
    columns: ['at', 'files'],
  });
  return row === undefined ? undefined : { at: Number(row.at) as EpochMicros, files: parseFiles(row.files) };
}

/** Was there a rule of that name from one instant on, until another? Undefined: until now. */
export async function hadRuleSince(
  store: Store,
  {
    rule,
    since,
    until = NO_END,
  }: {
    readonly rule: string;
    readonly since: EpochMicros;
    readonly until: EpochMicros | undefined;
  },
): Promise<boolean> {
  const rows = await store.query<{ at: string }>({
    sql: `SELECT ${MICROS} AS at FROM rulesets
WHERE has(rules, {rule:String}) AND ${MICROS} >= {since:Int64} AND ${MICROS} <= {until:Int64}
LIMIT 1`,
    params: { rule, since, until },
    columns: ['at'],
  });
  return rows.length > 0;
}
