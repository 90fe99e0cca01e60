// The write keys that were made by commands, by their hashes: those that were revoked too.
import type { Store } from '../../model/store.ts';

export interface StoredKey {
  readonly keyHash: string;
  readonly name: string;
  /** UTC, to the second, as are all times here. */
  readonly createdAt: string;
  /** Undefined while it is valid. */
  readonly revokedAt: string | undefined;
}

/** By name, valid ones first, then the newest. Whatever the clocks of those who wrote: a key once revoked stays so. */
export async function readStoredKeys(store: Store): Promise<readonly StoredKey[]> {
  const rows = await store.query<{
    key_hash: string;
    name: string;
    created_at: string;
    revoked_at: string | null;
  }>({
    sql: `SELECT key_hash, any(name) AS name, toString(toDateTime(min(at), 'UTC')) AS created_at,
  toString(toDateTime(minOrNullIf(at, action = 'revoked'), 'UTC')) AS revoked_at
FROM write_keys
GROUP BY key_hash
ORDER BY name, countIf(action = 'revoked') > 0, min(at) DESC, key_hash`,
    params: {},
    columns: ['key_hash', 'name', 'created_at', 'revoked_at'],
  });
  return rows.map(({ key_hash, name, created_at, revoked_at }) => ({
    keyHash: key_hash,
    name,
    createdAt: created_at,
    revokedAt: revoked_at ?? undefined,
  }));
}
