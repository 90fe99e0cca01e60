// Every trait that accounts and users ever had, for the schema of rule files.
import type { Store } from '../../model/store.ts';

export interface TraitNames {
  /** By name. */
  readonly account: readonly string[];
  readonly user: readonly string[];
}

/** Rejects with a StoreError, also when it takes longer than two seconds. */
export async function readTraitNames(store: Store): Promise<TraitNames> {
  const rows = await store.query<{ family: string; trait: string }>({
    sql: `SELECT family, trait
FROM (
  SELECT DISTINCT 'account' AS family, trait FROM account_traits
  UNION ALL
  SELECT DISTINCT 'user' AS family, trait FROM user_traits
)
ORDER BY family, trait
SETTINGS max_execution_time = 2`,
    params: {},
    columns: ['family', 'trait'],
  });
  const named = (family: string): readonly string[] =>
    rows.filter((row) => row.family === family).map(({ trait }) => trait);
  return { account: named('account'), user: named('user') };
}
