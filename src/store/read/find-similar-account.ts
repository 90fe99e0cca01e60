// The account that somebody may have meant: by its id, its name, or a slip of the finger in either.
import { type Store, StoreError } from '../../model/store.ts';

export interface SimilarAccount {
  readonly account_id: string;
  /** Empty without one. */
  readonly name: string;
  /** UTC, such as 2026-05-01T08:00:00Z. */
  readonly first_seen: string;
}

/**
 * The account itself, where there is one. A slip is looked for among all accounts, for two seconds at most: undefined
 * when nothing is near, or that was not enough.
 */
export async function findSimilarAccount(store: Store, asked: string): Promise<SimilarAccount | undefined> {
  const itself = await readAccount(store, asked);
  if (itself !== undefined) return itself;
  const near = await findNear(store, asked);
  return near === undefined ? undefined : readAccount(store, near);
}

async function readAccount(store: Store, id: string): Promise<SimilarAccount | undefined> {
  const [row] = await store.query<SimilarAccount>({
    sql: `WITH (
  SELECT argMax(value, (valid_from, message_id)) FROM account_traits
  WHERE account_id = {id:String} AND trait = 'name'
) AS latest
SELECT account_id, multiIf(latest = 'null', '', JSONType(latest) = 'String', JSONExtractString(latest), latest) AS name,
  formatDateTime(min(accounts.first_seen), '%Y-%m-%dT%H:%i:%SZ', 'UTC') AS first_seen
FROM accounts
WHERE account_id = {id:String}
GROUP BY account_id`,
    params: { id },
    columns: ['account_id', 'name', 'first_seen'],
  });
  return row;
}

/** Comparing long texts takes the product of their lengths. */
const LONGEST = 64;

/** What ClickHouse says of a statement that takes too long, and of one that needs too much memory. */
const BEYOND_LIMITS: readonly (number | undefined)[] = [159, 241];

/**
 * The id of the nearest. Former names are names too. Row by row, so that memory does not grow with the accounts; it is
 * for the sake of a good error, which must not become one of the database.
 */
async function findNear(store: Store, asked: string): Promise<string | undefined> {
  const short = (text: string) => `substring(lower(${text}), 1, ${LONGEST})`;
  try {
    const [row] = await store.query<{ account_id: string }>({
      sql: `WITH ${short('{asked:String}')} AS wanted
SELECT account_id, editDistance(text, wanted) AS apart
FROM (
  SELECT account_id, ${short('account_id')} AS text FROM accounts
  UNION ALL
  SELECT account_id, ${short('JSONExtractString(value)')} AS text FROM account_traits WHERE trait = 'name'
)
WHERE apart <= {most:UInt64} AND apart < greatest(length(text), length(wanted))
ORDER BY apart, account_id
LIMIT 1
SETTINGS max_execution_time = 2, max_memory_usage = 500000000`,
      params: { asked, most: Math.max(1, Math.floor(Math.min(asked.length, LONGEST) / 3)) },
      columns: ['account_id', 'apart'],
    });
    return row?.account_id;
  } catch (error) {
    if (error instanceof StoreError && BEYOND_LIMITS.includes(error.code)) return undefined;
    throw error;
  }
}
