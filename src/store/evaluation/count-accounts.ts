// How many accounts are known, for limits that are a share of them.
import type { Store } from '../../model/store.ts';

export async function countAccounts(store: Store): Promise<number> {
  const [row] = await store.query<{ accounts: string }>({
    sql: 'SELECT uniq(account_id) AS accounts FROM accounts',
    params: {},
    columns: ['accounts'],
  });
  return Number(row?.accounts ?? 0);
}
