// The rulesets that were applied, whole: the newest is in force.
import type { Clock } from '../../model/clock.ts';
import type { Store } from '../../model/store.ts';

export interface AppliedFiles {
  readonly hash: string;
  /** File name to text. */
  readonly files: Readonly<Record<string, string>>;
}

export async function readAppliedFiles(store: Store): Promise<AppliedFiles | undefined> {
  const [row] = await store.query<{ hash: string; files: string }>({
    sql: 'SELECT ruleset_hash AS hash, files FROM rulesets ORDER BY applied_at DESC LIMIT 1',
    params: {},
    columns: ['hash', 'files'],
  });
  return row === undefined
    ? undefined
    : { hash: row.hash, files: JSON.parse(row.files) as Readonly<Record<string, string>> };
}

export const writeRuleset = (
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  ruleset: AppliedFiles & { readonly rules: readonly string[] },
) =>
  store.execute({
    sql: `INSERT INTO rulesets (ruleset_hash, applied_at, files, rules)
SELECT {hash:String}, fromUnixTimestamp64Micro({appliedAt:Int64}, 'UTC'), {files:String}, {rules:Array(String)}`,
    params: {
      hash: ruleset.hash,
      files: JSON.stringify(ruleset.files),
      rules: ruleset.rules,
      appliedAt: clock.now(),
    },
    columns: [],
  });
