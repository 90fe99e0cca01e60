// The account that somebody may have meant: by its id, its name, or a slip of the finger in either.
import type { Store } from '../../model/store.ts';

export interface SimilarAccount {
  readonly account_id: string;
  /** Empty without one. */
  readonly name: string;
  /** UTC, such as 2026-05-01T08:00:00Z. */
  readonly first_seen: string;
}

/** Comparing long texts takes the product of their lengths. */
const LONGEST = 64;

/** Reads every account, for the sake of a good error; undefined when nothing is near. */
export async function findSimilarAccount(store: Store, asked: string): Promise<SimilarAccount | undefined> {
  const [row] = await store.query<SimilarAccount>({
    sql: `WITH substring(lower({asked:String}), 1, ${LONGEST}) AS wanted
SELECT account_id, traits['name'] AS name,
  formatDateTime(accounts_current.first_seen, '%Y-%m-%dT%H:%i:%SZ', 'UTC') AS first_seen,
  least(editDistance(substring(lower(account_id), 1, ${LONGEST}), wanted),
    editDistance(substring(lower(traits['name']), 1, ${LONGEST}), wanted)) AS apart
FROM accounts_current
WHERE account_id = {asked:String} OR apart <= {most:UInt64}
ORDER BY account_id != {asked:String}, apart, account_id
LIMIT 1`,
    params: { asked, most: Math.max(1, Math.floor(Math.min(asked.length, LONGEST) / 3)) },
    columns: ['account_id', 'name', 'first_seen'],
  });
  return row;
}
