// How much came with each write key so far, of all processes.
import type { Store } from '../../model/store.ts';

export interface KeyTotal {
  readonly requests: number;
  readonly accepted: number;
  readonly rejected: number;
  /** UTC, to the second. */
  readonly lastUsedAt: string;
}

/** By the name of the key; a name that nobody used yet is not in it. */
export async function readKeyCounts(store: Store): Promise<ReadonlyMap<string, KeyTotal>> {
  const rows = await store.query<{
    name: string;
    requests: string;
    accepted: string;
    rejected: string;
    last_used_at: string;
  }>({
    sql: `SELECT name, sum(requests) AS requests, sum(accepted) AS accepted, sum(rejected) AS rejected,
  toString(toDateTime(max(last_at), 'UTC')) AS last_used_at
FROM write_key_counts FINAL
GROUP BY name`,
    params: {},
    columns: ['name', 'requests', 'accepted', 'rejected', 'last_used_at'],
  });
  return new Map(
    rows.map(({ name, requests, accepted, rejected, last_used_at }) => [
      name,
      {
        requests: Number(requests),
        accepted: Number(accepted),
        rejected: Number(rejected),
        lastUsedAt: last_used_at,
      },
    ]),
  );
}
