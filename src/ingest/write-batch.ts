// The order in which a batch becomes durable, and what a crash between two steps costs.
import type { InsertBlock, Store } from '../model/store.ts';

/** An insert of one block takes a second, and under a heavy close a few: after this long nobody will answer. */
const INSERT_TIMEOUT_MILLIS = 60_000;

export interface BatchBlocks {
  readonly rows: readonly InsertBlock[];
  readonly deadLetters: readonly InsertBlock[];
  readonly announcement: readonly InsertBlock[];
}

/** Rejects with the Store's error; the batch is then delivered again as a whole. */
export async function writeBatch(store: Store, blocks: BatchBlocks): Promise<void> {
  // 1. Rows and dead letters, in any order among themselves. A crash within: the log delivers the batch again, and
  //    the tables' keys make the same rows of the same events.
  await insertAll(store, [...blocks.rows, ...blocks.deadLetters]);
  // 2. The announcement, only once its rows are there: a tick must not refresh a day and miss the row that the
  //    announcement was about. A crash before: redelivered, and announced then.
  await insertAll(store, blocks.announcement);
  // 3. The caller acknowledges. A crash before: redelivered and announced twice; the second refresh computes the
  //    same numbers.
}

async function insertAll(store: Store, blocks: readonly InsertBlock[]): Promise<void> {
  const inserts = await Promise.allSettled(
    blocks.map((block) => store.insert(block, { timeoutMillis: INSERT_TIMEOUT_MILLIS })),
  );
  // All have settled: none may still be running when the batch is written again.
  for (const insert of inserts) if (insert.status === 'rejected') throw insert.reason;
}
