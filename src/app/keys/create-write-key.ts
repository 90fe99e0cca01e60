// Makes a write key: what is returned is the only place where it ever stands in clear.
import { hashWriteKey } from '../../ingest/collector/write-keys.ts';
import type { Clock } from '../../model/clock.ts';
import type { Store } from '../../model/store.ts';
import { readStoredKeys } from '../../store/keys/read-stored-keys.ts';
import { recordKeyAction } from '../../store/keys/record-key-action.ts';

export interface CreateKeyOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** That many bytes which nobody can guess. */
  readonly randomBytes: (count: number) => Uint8Array;
  /** Names of the keys in tidemark.yaml. */
  readonly configured: readonly string[];
}

export type CreatedKey =
  | { readonly ok: true; readonly key: string }
  | { readonly ok: false; readonly message: string };

/** So that a key in a log, a page or a repository is recognised as one. */
const PREFIX = 'tmk_';
const RANDOM_BYTES = 20;
const NAME = /^[a-z][a-z0-9_]{0,63}$/;

/** A name of a revoked key may be used again. */
export async function createWriteKey(
  { store, clock, randomBytes, configured }: CreateKeyOptions,
  name: string,
): Promise<CreatedKey> {
  if (!NAME.test(name)) {
    return refuse(`"${name}" is no name: write lower-case letters, digits and _, a letter first, at most 64`);
  }
  if (configured.includes(name)) {
    return refuse(`there is a write key "${name}" in tidemark.yaml already; choose another name`);
  }
  const stored = await readStoredKeys(store);
  if (stored.some((key) => key.name === name && key.revokedAt === undefined)) {
    return refuse(`there is a write key "${name}" already; choose another name, or revoke that one first`);
  }
  const key = `${PREFIX}${Buffer.from(randomBytes(RANDOM_BYTES)).toString('hex')}`;
  await recordKeyAction(store, { keyHash: hashWriteKey(key), name, action: 'created', at: clock.now() });
  return { ok: true, key };
}

const refuse = (message: string): CreatedKey => ({ ok: false, message });
