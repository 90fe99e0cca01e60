// Aliases as a tick finds them, and what it makes of them: the person whom each id stands for.
import { mayBeUnannounced } from '../../model/first-received.ts';
import type { Store } from '../../model/store.ts';
import { tabSeparatedRow } from '../../model/tab-separated.ts';
import { EVERY_EVENT } from '../../model/tables.ts';
import type { EpochMicros } from '../../model/time.ts';

/** Two ids of one person. */
export interface Alias {
  readonly userId: string;
  readonly previousId: string;
}

const TAKEN = 'SELECT batch_id, received_at FROM taken_batches WHERE tick = {tick:UInt64}';

/** Both ids are announced. */
const TOLD = `SELECT user_id FROM changed_account_days
    WHERE account_id = '' AND event = '${EVERY_EVENT}' AND batch_id IN (SELECT batch_id FROM (${TAKEN}))`;

/**
 * Clients repeat an alias with every session: it is new where its first receipt is of a batch that the tick took. What
 * is found by announcements is found also when the copy that they are about was merged into an earlier one.
 */
export const readNewAliases = (store: Store, tick: EpochMicros): Promise<readonly Alias[]> =>
  store.query<Alias>({
    sql: `SELECT user_id AS userId, previous_id AS previousId FROM (
  SELECT user_id, previous_id, min(received_at) AS first FROM user_aliases
  WHERE user_id IN (${TOLD}) AND previous_id IN (${TOLD}) AND received_at <= fromUnixTimestamp64Micro({tick:Int64}, 'UTC')
  GROUP BY user_id, previous_id)
WHERE first IN (SELECT received_at FROM (${TAKEN})) OR ${mayBeUnannounced('first')}`,
    params: { tick },
    columns: ['userId', 'previousId'],
  });

export interface AliasScope {
  /** What was received later is not seen. */
  readonly bound: EpochMicros;
  /** Aliases that name one of these in either place; all of them when undefined. */
  readonly ids?: readonly string[];
}

const paramsOf = ({ bound, ids }: AliasScope) => ({ bound, ...(ids === undefined ? {} : { ids }) });

/** SQL over the aliases of one table by the id in `column`. */
const ofScope = ({ ids }: AliasScope, column: string): string =>
  `received_at <= fromUnixTimestamp64Micro({bound:Int64}, 'UTC')${ids === undefined ? '' : ` AND ${column} IN {ids:Array(String)}`}`;

export const readAliases = (store: Store, scope: AliasScope): Promise<readonly Alias[]> => {
  const of = (table: string, column: string) =>
    `SELECT user_id AS userId, previous_id AS previousId FROM ${table} WHERE ${ofScope(scope, column)}`;
  return store.query<Alias>({
    sql:
      scope.ids === undefined
        ? of('user_aliases', 'user_id')
        : `${of('user_aliases', 'user_id')}\nUNION DISTINCT\n${of('previous_aliases', 'previous_id')}`,
    params: paramsOf(scope),
    columns: ['userId', 'previousId'],
  });
};

/** Ids that aliases join directly with more than `most` others, and with how many. */
export async function readCrowded(
  store: Store,
  { most, ...scope }: AliasScope & { readonly most: number },
): Promise<ReadonlyMap<string, number>> {
  const rows = await store.query<{ id: string; neighbours: string }>({
    sql: `SELECT id, uniqExact(other) AS neighbours FROM (
  SELECT user_id AS id, previous_id AS other FROM user_aliases WHERE ${ofScope(scope, 'user_id')}
  UNION ALL
  SELECT previous_id AS id, user_id AS other FROM previous_aliases WHERE ${ofScope(scope, 'previous_id')})
GROUP BY id HAVING neighbours > {most:UInt64}`,
    params: { ...paramsOf(scope), most },
    columns: ['id', 'neighbours'],
  });
  return new Map(rows.map(({ id, neighbours }) => [id, Number(neighbours)]));
}

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
