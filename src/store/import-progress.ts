// How far each file was imported, remembered across runs.
import type { Store } from '../model/store.ts';
import type { EpochMicros } from '../model/time.ts';

export interface StoredProgress {
  /** The number of the last record that is stored; 0 when nothing was. */
  readonly records: number;
  readonly done: boolean;
}

/** `source` stands for a file's content and how it is read. */
export async function readImportProgress(store: Store, source: string): Promise<StoredProgress> {
  const [row] = await store.query<{ stored: string; finished: number | boolean }>({
    sql: `SELECT max(records) AS stored, max(done) AS finished
FROM import_progress WHERE source = {source:String}`,
    params: { source },
    columns: ['stored', 'finished'],
  });
  return { records: Number(row?.stored ?? 0), done: Boolean(Number(row?.finished ?? 0)) };
}

export async function recordImportProgress(
  store: Store,
  source: string,
  { records, done, at }: StoredProgress & { readonly at: EpochMicros },
): Promise<void> {
  await store.execute({
    sql: `INSERT INTO import_progress (source, records, done, at)
SELECT {source:String}, {records:UInt64}, {done:Bool}, fromUnixTimestamp64Micro({at:Int64}, 'UTC')`,
    params: { source, records, done, at },
    columns: [],
  });
}
