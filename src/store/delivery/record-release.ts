// Writes down that a person let something through: a rule's held signals, or a close that the freshness guard holds.
import type { Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';

export interface Release {
  readonly kind: 'rule' | 'close';
  /** The rule's name, or the local day. */
  readonly subject: string;
  readonly at: EpochMicros;
}

export async function recordRelease(store: Store, { kind, subject, at }: Release): Promise<void> {
  await store.execute({
    sql: `INSERT INTO releases (kind, subject, released_at)
SELECT {kind:String}, {subject:String}, fromUnixTimestamp64Micro({at:Int64}, 'UTC')`,
    params: { kind, subject, at },
    columns: [],
  });
}
