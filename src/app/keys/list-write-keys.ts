// All write keys with what came with each, for the command line. Shows no key and no hash.
import type { Store } from '../../model/store.ts';
import { readKeyCounts } from '../../store/keys/read-key-counts.ts';
import { readStoredKeys } from '../../store/keys/read-stored-keys.ts';

/** Snake case, since it is printed as JSON too. Times are UTC, to the second; null where there is none. */
export interface ListedKey {
  readonly name: string;
  readonly from: 'configuration' | 'command';
  readonly created_at: string | null;
  readonly revoked_at: string | null;
  readonly last_used_at: string | null;
  readonly requests: number;
  readonly accepted: number;
  readonly rejected: number;
}

/**
 * The valid ones first, by name. A name that was revoked and made again is listed as it is now; what came is counted
 * by name, so of both. `configured` has the names of the keys in tidemark.yaml.
 */
export async function listWriteKeys(
  store: Store,
  configured: readonly string[],
): Promise<readonly ListedKey[]> {
  const [stored, counts] = await Promise.all([readStoredKeys(store), readKeyCounts(store)]);
  const newest = stored.filter(({ name }, index) => stored.findIndex((key) => key.name === name) === index);
  const keys = [
    ...configured.map(
      (name) => ({ name, from: 'configuration', created_at: null, revoked_at: null }) as const,
    ),
    ...newest.map(({ name, createdAt, revokedAt }) => {
      return { name, from: 'command', created_at: createdAt, revoked_at: revokedAt ?? null } as const;
    }),
  ];
  const listed = keys.map((key): ListedKey => {
    const count = counts.get(key.name);
    return {
      ...key,
      last_used_at: count?.lastUsedAt ?? null,
      requests: count?.requests ?? 0,
      accepted: count?.accepted ?? 0,
      rejected: count?.rejected ?? 0,
    };
  });
  const isRevoked = (key: ListedKey): number => (key.revoked_at === null ? 0 : 1);
  return listed.sort((a, b) => isRevoked(a) - isRevoked(b) || (a.name < b.name ? -1 : 1));
}
