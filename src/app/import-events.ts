// Imports files of events as history, straight into the tables: the log is for what happens now.
import type { ReadAs } from '../ingest/import/choose-format.ts';
import { prepareRecords } from '../ingest/import/prepare-records.ts';
import {
  type ImportedBefore,
  type ImportProgress,
  type ImportTotals,
  importFiles,
} from '../ingest/import-files.ts';
import { retryOutage } from '../ingest/retry-outage.ts';
import { writeBatch } from '../ingest/write-batch.ts';
import type { Clock } from '../model/clock.ts';
import type { Store } from '../model/store.ts';
import { readImportProgress, recordImportProgress } from '../store/import-progress.ts';
import { newBatchId } from './ingest.ts';

export interface ImportEventsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly files: readonly string[];
  /** Told by the files' beginnings when left out. */
  readonly readAs?: ReadAs;
  /** Also what an earlier run has imported. */
  readonly again?: boolean | undefined;
  readonly onProgress: (progress: ImportProgress) => void;
  readonly onResumed?: (file: string, before: ImportedBefore) => void;
}

/** A store that is away is waited for this long. */
const PATIENCE_MILLIS = 30_000;

/**
 * Broken off and run again it goes on, and ends with the same rows. The table of dead letters keeps what is no event;
 * the topic is for messages that stood in the log. @throws ImportError, which names the file.
 */
export function importEvents({
  store,
  clock,
  readAs = { format: 'auto' },
  ...options
}: ImportEventsOptions): Promise<ImportTotals> {
  return importFiles({
    ...options,
    readAs,
    prepare: (batch) => prepareRecords(batch, { batchId: newBatchId(), receivedAt: clock.now() }),
    write: (blocks) =>
      retryOutage(() => writeBatch(store, blocks), {
        signal: AbortSignal.timeout(PATIENCE_MILLIS),
        logger: undefined,
      }),
    memory: {
      read: (source) => readImportProgress(store, source),
      record: (source, imported) => recordImportProgress(store, source, { ...imported, at: clock.now() }),
    },
  });
}
