// Champions and those who come next, as the statement about some accounts yields them.
import type { AccountId } from '../../model/ids.ts';
import type { CompiledStatement } from '../../model/statement.ts';
import type { Store } from '../../model/store.ts';

export interface ChampionRow {
  readonly account_id: AccountId;
  readonly user_id: string;
  readonly is_champion: number;
  /** Day number. */
  readonly since: number;
  /** Millionths, as text because they are 64-bit; so are the counts. */
  readonly points: string;
  readonly active_days: string;
  readonly used: string;
  readonly names: string;
  readonly invited: string;
  readonly counts: number;
  readonly last_day: number | null;
  readonly name: string | null;
  readonly email: string | null;
  readonly role: string | null;
}

/** Rows of one account stand together, the champion first. */
export async function readChampions(
  store: Store,
  statement: CompiledStatement,
): Promise<ReadonlyMap<AccountId, readonly ChampionRow[]>> {
  const groups = new Map<AccountId, ChampionRow[]>();
  for (const row of await store.query<ChampionRow>(statement)) {
    const group = groups.get(row.account_id);
    if (group === undefined) groups.set(row.account_id, [row]);
    else group.push(row);
  }
  return groups;
}
