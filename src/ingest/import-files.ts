// Imports files of events, one JSON object a line, gzip or not, as batches of a log. A line's place is the file's
// content and the line's number, so that an import that was broken off and run again ends with the same rows.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { LogBatch, LoggedMessage } from '../model/event-log.ts';
import type { IngestCounts } from './ingest-batch.ts';
import { type Line, LineSplitter } from './split-lines.ts';
import { unzipChunks } from './unzip-chunks.ts';

export interface ImportProgress {
  readonly file: string;
  /** Of all files, as they lie on disk. */
  readonly bytesRead: number;
  readonly bytesTotal: number;
  readonly events: number;
  readonly rejected: number;
}

export interface ImportOptions {
  readonly files: readonly string[];
  /** Stores a batch as history: ingestBatch with `history` and the source `import`. */
  readonly ingest: (batch: LogBatch) => Promise<IngestCounts>;
  /** After each batch. */
  readonly onProgress?: (progress: ImportProgress) => void;
  readonly batchLines?: number;
}

export interface ImportTotals {
  readonly lines: number;
  readonly events: number;
  readonly rejected: number;
}

const DEFAULT_BATCH_LINES = 20_000;
/** A batch is handed on earlier when its lines are long. */
const BATCH_BYTES = 32 * 1024 * 1024;
const READ_BYTES = 256 * 1024;

/** A file could not be read to its end. What stands before the fault has been imported. */
class ImportError extends Error {
  override readonly name = 'ImportError';
}

/**
 * Imports one file after the other, reading the next batch while one is stored. Lines that are no events become dead
 * letters. Rejects with ImportError that names the file, or with the error of `ingest`.
 */
export async function importFiles(options: ImportOptions): Promise<ImportTotals> {
  const sizes = await Promise.all(options.files.map(sizeOf));
  const run = new ImportRun(
    options,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  for (const file of options.files) await run.importFile(file);
  return run.totals();
}

async function sizeOf(file: string): Promise<number> {
  try {
    const found = await stat(file);
    if (found.isFile()) return found.size;
  } catch (error) {
    throw new ImportError(`cannot import ${file}: ${messageOf(error)}`, { cause: error });
  }
  throw new ImportError(`cannot import ${file}: it is not a file`);
}

class ImportRun {
  readonly #options: ImportOptions;
  readonly #bytesTotal: number;
  #bytesRead = 0;
  #lines = 0;
  #events = 0;
  #rejected = 0;
  #storing: Promise<void> = Promise.resolve();

  constructor(options: ImportOptions, bytesTotal: number) {
    this.#options = options;
    this.#bytesTotal = bytesTotal;
  }

  totals(): ImportTotals {
    return { lines: this.#lines, events: this.#events, rejected: this.#rejected };
  }

  async importFile(file: string): Promise<void> {
    const topic = `import:${await hashOf(file)}`;
    const splitter = new LineSplitter();
    const batch = new LineBatch(this.#options.batchLines ?? DEFAULT_BATCH_LINES);
    let fault: unknown;
    try {
      for await (const chunk of this.#read(file)) {
        for (const line of splitter.push(chunk)) {
          batch.add(line);
          if (batch.isFull) await this.#store(file, { topic, partition: 0, messages: batch.take() });
        }
      }
      for (const line of splitter.end()) batch.add(line);
    } catch (error) {
      // The line that was cut off is left out: it would be a dead letter of a sound file.
      fault = error;
    }
    if (fault === undefined || fault instanceof ImportError) {
      await this.#store(file, { topic, partition: 0, messages: batch.take() });
      await this.#storing;
    }
    if (fault !== undefined) throw fault;
  }

  async *#read(file: string): AsyncGenerator<Buffer> {
    const packed = this.#count(createReadStream(file, { highWaterMark: READ_BYTES }));
    try {
      yield* (await isGzip(file)) ? unzipChunks(packed) : packed;
    } catch (error) {
      const text = `${file} could not be read to its end (${messageOf(error)}); the lines before that were imported`;
      throw new ImportError(text, { cause: error });
    }
  }

  async *#count(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      this.#bytesRead += chunk.length;
      yield chunk;
    }
  }

  /** Begins to store a batch once the one before is stored; a fault of that one shows here. */
  async #store(file: string, batch: LogBatch): Promise<void> {
    await this.#storing;
    if (batch.messages.length === 0) return;
    const bytesRead = this.#bytesRead;
    this.#storing = this.#options.ingest(batch).then((counts) => {
      this.#lines += counts.messages;
      this.#events += counts.events;
      this.#rejected += counts.rejected;
      const { events, rejected } = this.totals();
      this.#options.onProgress?.({ file, bytesRead, bytesTotal: this.#bytesTotal, events, rejected });
    });
    // Looked at by the next call.
    this.#storing.catch(() => {});
  }
}

class LineBatch {
  readonly #maxLines: number;
  #messages: LoggedMessage[] = [];
  #bytes = 0;

  constructor(maxLines: number) {
    this.#maxLines = maxLines;
  }

  get isFull(): boolean {
    return this.#messages.length >= this.#maxLines || this.#bytes >= BATCH_BYTES;
  }

  add({ number, bytes }: Line): void {
    this.#messages.push({ offset: number, key: null, value: bytes });
    this.#bytes += bytes.length;
  }

  take(): readonly LoggedMessage[] {
    const messages = this.#messages;
    this.#messages = [];
    this.#bytes = 0;
    return messages;
  }
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: READ_BYTES })) hash.update(chunk);
  return hash.digest('hex');
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
