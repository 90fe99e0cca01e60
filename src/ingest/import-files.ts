// Imports files of events. A record's place is its file's content and its number, and how far a file was stored is
// remembered after each batch: an import that was broken off goes on, and ends with the same rows.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { type ChosenFormat, chooseFormat, type ReadAs } from './import/choose-format.ts';
import { type FileRecord, UnfinishedFile } from './import/file-record.ts';
import { FormatError } from './import/import-format.ts';
import { hashOf, ImportError, messageOf, readFile, readHead, sizeOf } from './import/open-file.ts';
import type { PreparedRecords, RecordBatch } from './import/prepare-records.ts';
import type { BatchBlocks } from './write-batch.ts';

export interface ImportProgress {
  readonly file: string;
  /** Of all files, as they lie on disk. */
  readonly bytesRead: number;
  readonly bytesTotal: number;
  readonly events: number;
  readonly rejected: number;
}

/** How far a file has been imported. */
export interface ImportedBefore {
  /** The number of the last record that is stored, with all before it. */
  readonly records: number;
  readonly done: boolean;
}

/** Remembers across runs. `source` stands for a file's content and how it is read. */
interface ImportMemory {
  read(source: string): Promise<ImportedBefore>;
  record(source: string, imported: ImportedBefore): Promise<void>;
}

export interface ImportOptions {
  readonly files: readonly string[];
  readonly readAs: ReadAs;
  /** Decodes; called while the batch before is written. */
  readonly prepare: (batch: RecordBatch) => PreparedRecords;
  /** Resolves once durable. */
  readonly write: (blocks: BatchBlocks) => Promise<void>;
  readonly memory: ImportMemory;
  /** Reads everything, whatever was imported before. */
  readonly again?: boolean | undefined;
  /** After each batch. */
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Before a file of which something was imported by an earlier run. */
  readonly onResumed?: (file: string, before: ImportedBefore) => void;
  readonly batchRecords?: number;
}

export interface ImportTotals {
  /** Of this run: events and rejected ones. A record counts once, also where it says several events. */
  readonly lines: number;
  readonly events: number;
  readonly rejected: number;
  /** Imported by an earlier run. */
  readonly skipped: number;
}

const DEFAULT_BATCH_RECORDS = 20_000;
/** A batch is handed on earlier when its records are long. Two are in memory at once. */
const BATCH_BYTES = 16 * 1024 * 1024;

interface PlannedFile extends ChosenFormat {
  readonly file: string;
  readonly size: number;
}

/**
 * Imports one file after the other, reading and decoding the next batch while one is written. Records that are no
 * events become dead letters. Rejects with ImportError, which names the file, before anything is read where a file
 * is not there or not of its format; or with the error of `write`.
 */
export async function importFiles(options: ImportOptions): Promise<ImportTotals> {
  const sizes = await Promise.all(options.files.map(sizeOf));
  const plan: PlannedFile[] = [];
  for (const [index, file] of options.files.entries()) {
    plan.push({ file, size: sizes[index] ?? 0, ...(await choose(file, options.readAs)) });
  }
  const run = new ImportRun(options, plan);
  for (const planned of plan) await run.importFile(planned);
  return run.totals();
}

async function choose(file: string, readAs: ReadAs): Promise<ChosenFormat> {
  try {
    return chooseFormat(file, await readHead(file), readAs);
  } catch (error) {
    if (error instanceof FormatError)
      throw new ImportError(`cannot import ${file}: ${error.message}`, { cause: error });
    throw error;
  }
}

class ImportRun {
  readonly #options: ImportOptions;
  readonly #bytesTotal: number;
  #bytesRead = 0;
  #events = 0;
  #rejected = 0;
  #skipped = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: ImportOptions, plan: readonly PlannedFile[]) {
    this.#options = options;
    this.#bytesTotal = plan.reduce((sum, { size }) => sum + size, 0);
  }

  totals(): ImportTotals {
    const [events, rejected, skipped] = [this.#events, this.#rejected, this.#skipped];
    return { lines: events + rejected, events, rejected, skipped };
  }

  async importFile({ file, size, format, key }: PlannedFile): Promise<void> {
    const hash = await hashOf(file);
    const source = createHash('sha256').update(hash).update(key).digest('hex');
    const before = await this.#before(file, source);
    if (before.done) {
      this.#skipped += before.records;
      this.#bytesRead += size;
      return;
    }
    const batch = new OpenBatch(this.#options.batchRecords ?? DEFAULT_BATCH_RECORDS);
    const flush = async (): Promise<void> => {
      const records = batch.take();
      if (records.length === 0) return;
      await this.#store({ file: basename(file), topic: `import:${hash}`, format, records }, { file, source });
    };
    const splitter = format.splitter();
    let last = before.records;
    const take = (record: FileRecord): void => {
      if (record.number <= before.records) {
        this.#skipped++;
        return;
      }
      last = record.number;
      batch.add(record);
    };
    let fault: ImportError | undefined;
    try {
      for await (const chunk of this.#read(file)) {
        for (const record of splitter.push(chunk)) {
          take(record);
          if (batch.isFull) await flush();
        }
      }
      for (const record of splitter.end()) take(record);
    } catch (error) {
      // A record that was cut off is left out: it would be a dead letter of a sound file.
      fault = brokenFile(file, error);
      if (fault === undefined) throw error;
    }
    await flush();
    await this.#writing;
    if (fault !== undefined) throw fault;
    await this.#options.memory.record(source, { records: last, done: true });
  }

  async #before(file: string, source: string): Promise<ImportedBefore> {
    const nothing = { records: 0, done: false };
    const before = this.#options.again === true ? nothing : await this.#options.memory.read(source);
    if (before.done || before.records > 0) this.#options.onResumed?.(file, before);
    return before;
  }

  async *#read(file: string): AsyncGenerator<Buffer> {
    try {
      yield* readFile(file, (bytes) => {
        this.#bytesRead += bytes;
      });
    } catch (error) {
      throw new UnfinishedFile(messageOf(error), { cause: error });
    }
  }

  /** Begins to write a batch once the one before is written; a fault of that one shows here. */
  async #store(batch: RecordBatch, of: { readonly file: string; readonly source: string }): Promise<void> {
    const prepared = this.#options.prepare(batch);
    const records = batch.records.at(-1)?.number ?? 0;
    const bytesRead = this.#bytesRead;
    await this.#writing;
    this.#writing = this.#write(prepared, { ...of, records, bytesRead });
    // Looked at by the next call.
    this.#writing.catch(() => {});
  }

  async #write(
    { blocks, records: count, rejected }: PreparedRecords,
    at: {
      readonly file: string;
      readonly source: string;
      readonly records: number;
      readonly bytesRead: number;
    },
  ): Promise<void> {
    const { write, memory, onProgress } = this.#options;
    await write(blocks);
    // Only once it is durable. A crash between the two: the batch is read again, and ends in the same rows.
    await memory.record(at.source, { records: at.records, done: false });
    this.#events += count - rejected;
    this.#rejected += rejected;
    onProgress?.({
      file: at.file,
      bytesRead: at.bytesRead,
      bytesTotal: this.#bytesTotal,
      events: this.#events,
      rejected: this.#rejected,
    });
  }
}

function brokenFile(file: string, error: unknown): ImportError | undefined {
  if (!(error instanceof UnfinishedFile)) return undefined;
  const text = `${file} could not be read to its end (${error.message}); what stands before that was imported`;
  return new ImportError(text, { cause: error });
}

class OpenBatch {
  readonly #most: number;
  #records: FileRecord[] = [];
  #bytes = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get isFull(): boolean {
    return this.#records.length >= this.#most || this.#bytes >= BATCH_BYTES;
  }

  add(record: FileRecord): void {
    this.#records.push(record);
    this.#bytes += record.bytes.length;
  }

  take(): readonly FileRecord[] {
    const records = this.#records;
    this.#records = [];
    this.#bytes = 0;
    return records;
  }
}
