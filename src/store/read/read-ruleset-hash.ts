// Which ruleset is in force, by its hash: cheap enough to ask every second.
import type { Store } from '../../model/store.ts';

/** Undefined before any was applied. */
export async function readRulesetHash(store: Store): Promise<string | undefined> {
  const [row] = await store.query<{ ruleset_hash: string; applied: string }>({
    sql: `SELECT ruleset_hash, toString(applied_at) AS applied FROM rulesets ORDER BY applied_at DESC LIMIT 1`,
    params: {},
    columns: ['ruleset_hash', 'applied'],
  });
  return row && `${row.ruleset_hash} ${row.applied}`;
}
