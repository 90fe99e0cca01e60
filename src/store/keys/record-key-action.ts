// Writes down that a write key was made or revoked. A row is never changed: a key is valid until one says "revoked".
import type { Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';

export interface KeyAction {
  /** SHA-256 of the key, hexadecimal. */
  readonly keyHash: string;
  readonly name: string;
  readonly action: 'created' | 'revoked';
  readonly at: EpochMicros;
}

/** Writing it again is harmless. Rejects with a StoreError. */
export async function recordKeyAction(store: Store, { keyHash, name, action, at }: KeyAction): Promise<void> {
  await store.execute({
    sql: `INSERT INTO write_keys (key_hash, name, action, at)
SELECT {keyHash:String}, {name:String}, {action:String}, fromUnixTimestamp64Micro({at:Int64}, 'UTC')`,
    params: { keyHash, name, action, at },
    columns: [],
  });
}
