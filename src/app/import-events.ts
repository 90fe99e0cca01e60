// Imports files of events as history, straight into the tables: the log is for what happens now.
import { type ImportProgress, type ImportTotals, importFiles } from '../ingest/import-files.ts';
import { ingestBatch } from '../ingest/ingest-batch.ts';
import type { Clock } from '../model/clock.ts';
import type { Store } from '../model/store.ts';
import { newBatchId } from './ingest.ts';

export interface ImportEventsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly files: readonly string[];
  readonly onProgress: (progress: ImportProgress) => void;
}

/** Broken off and run again it ends with the same rows. @throws ImportError, which names the file. */
export function importEvents({
  store,
  clock,
  files,
  onProgress,
}: ImportEventsOptions): Promise<ImportTotals> {
  // The table of dead letters keeps what is no event; the topic is for messages that stood in the log.
  const log = { publishDeadLetters: async () => undefined };
  return importFiles({
    files,
    ingest: (batch) =>
      ingestBatch({ store, log, clock, newBatchId }, batch, { source: 'import', history: true }),
    onProgress,
  });
}
