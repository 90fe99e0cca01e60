// Aliases as a tick finds them, and what it makes of them: the person whom each id stands for.
import type { Store } from '../../model/store.ts';
import { tabSeparatedRow } from '../../model/tab-separated.ts';
import type { EpochMicros } from '../../model/time.ts';

/** Two ids of one person. */
export interface Alias {
  readonly userId: string;
  readonly previousId: string;
}

const TAKEN = 'SELECT received_at FROM taken_batches WHERE tick = {tick:UInt64}';

/** Clients repeat an alias with every session: it is new where its first receipt is of a batch that the tick took. */
export const readNewAliases = (store: Store, tick: EpochMicros): Promise<readonly Alias[]> =>
  store.query<Alias>({
    sql: `SELECT user_id AS userId, previous_id AS previousId FROM (
  SELECT user_id, previous_id, min(received_at) AS first FROM user_aliases
  WHERE (user_id, previous_id) IN (SELECT user_id, previous_id FROM user_aliases WHERE received_at IN (${TAKEN}))
  GROUP BY user_id, previous_id)
WHERE first IN (${TAKEN})`,
    params: { tick },
    columns: ['userId', 'previousId'],
  });

export interface AliasScope {
  /** What was received later is not seen. */
  readonly bound: EpochMicros;
  /** Aliases that name one of these in either place; all of them when undefined. */
  readonly ids?: readonly string[];
}

export const readAliases = (store: Store, { bound, ids }: AliasScope): Promise<readonly Alias[]> => {
  const of = (
    table: string,
    column: string,
  ) => `SELECT user_id AS userId, previous_id AS previousId FROM ${table}
WHERE received_at <= fromUnixTimestamp64Micro({bound:Int64}, 'UTC')${ids === undefined ? '' : ` AND ${column} IN {ids:Array(String)}`}`;
  return store.query<Alias>({
    sql:
      ids === undefined
        ? of('user_aliases', 'user_id')
        : `${of('user_aliases', 'user_id')}\nUNION DISTINCT\n${of('previous_aliases', 'previous_id')}`,
    params: { bound, ...(ids === undefined ? {} : { ids }) },
    columns: ['userId', 'previousId'],
  });
};

const ROWS_AT_ONCE = 50_000;

/** Rows written again are the same rows. */
export async function writePersons(
  store: Store,
  persons: ReadonlyMap<string, string>,
  version: EpochMicros,
): Promise<void> {
  const rows = [...persons].map(([user, person]) => tabSeparatedRow([user, person, version]));
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const some = rows.slice(from, from + ROWS_AT_ONCE);
    await store.insert({
      table: 'user_persons',
      columns: ['user_id', 'person_id', 'version'],
      rows: some.length,
      body: new TextEncoder().encode(some.join('')),
    });
  }
}
