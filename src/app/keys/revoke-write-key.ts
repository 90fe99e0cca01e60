// Revokes the write key of a name: for good, since only its hash is known.
import type { Clock } from '../../model/clock.ts';
import type { Store } from '../../model/store.ts';
import { readStoredKeys } from '../../store/keys/read-stored-keys.ts';
import { recordKeyAction } from '../../store/keys/record-key-action.ts';

export interface RevokeKeyOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Names of the keys in tidemark.yaml. */
  readonly configured: readonly string[];
}

export type RevokedKey = { readonly ok: true } | { readonly ok: false; readonly message: string };

export async function revokeWriteKey(
  { store, clock, configured }: RevokeKeyOptions,
  name: string,
): Promise<RevokedKey> {
  const stored = await readStoredKeys(store);
  // Two commands at once may have made two of one name: both are meant.
  const valid = stored.filter((key) => key.name === name && key.revokedAt === undefined);
  for (const { keyHash } of valid) {
    await recordKeyAction(store, { keyHash, name, action: 'revoked', at: clock.now() });
  }
  if (valid.length > 0) return { ok: true };
  if (configured.includes(name)) {
    const message = `the write key "${name}" stands in tidemark.yaml: take it out of write_keys there, and restart "tidemark up"`;
    return { ok: false, message };
  }
  const revoked = stored.find((key) => key.name === name);
  if (revoked !== undefined) {
    return { ok: false, message: `the write key "${name}" was revoked already, at ${revoked.revokedAt} UTC` };
  }
  const others = [...new Set(stored.flatMap((key) => (key.revokedAt === undefined ? [key.name] : [])))];
  const hint =
    others.length === 0
      ? 'no keys were made by "tidemark keys create"'
      : `the valid ones are ${others.join(', ')}`;
  return { ok: false, message: `there is no write key "${name}": ${hint}` };
}
