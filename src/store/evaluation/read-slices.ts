// The accounts in stretches of about equal number, so that a pass over all of them needs a bounded memory.
import type { Store } from '../../model/store.ts';

/** Accounts behind `after` up to and with `upTo`, in the order of their ids as bytes. */
export interface AccountSlice {
  readonly after: string;
  readonly upTo: string;
}

/** Behind every account id. */
const LAST = '\u{10ffff}';

export async function readSlices(store: Store, size: number): Promise<readonly AccountSlice[]> {
  const rows = await store.query<{ account_id: string }>({
    sql: `SELECT account_id FROM (
  SELECT account_id, row_number() OVER (ORDER BY account_id) AS number FROM (SELECT DISTINCT account_id FROM accounts))
WHERE number % {size:UInt32} = 0
ORDER BY account_id`,
    params: { size },
    columns: ['account_id'],
  });
  const ends = [...rows.map((row) => row.account_id), LAST];
  return ends.map((upTo, index) => ({ after: ends[index - 1] ?? '', upTo }));
}
