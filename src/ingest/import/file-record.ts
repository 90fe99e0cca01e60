// What a file is cut into, whatever its format: a line, an element of an array, or a row. Bytes, not text: what is no
// UTF-8 must reach its dead letter as it is.

export interface FileRecord {
  /** From 1: of lines all are counted, of elements and rows those that hold something. The record's place. */
  readonly number: number;
  /** The line of the file on which it begins, from 1: what a person looks for. */
  readonly line: number;
  /** As it stands in the file, without its line end; of a record that is too long its beginning. */
  readonly bytes: Buffer;
  /** Of the whole record, also where `bytes` is its beginning only. */
  readonly length: number;
}

/** Cuts the bytes of one file into records; blank ones are left out. */
export interface RecordSplitter {
  /** The records that `chunk` completes. */
  push(chunk: Buffer): readonly FileRecord[];
  /** The last record, where nothing marks its end. @throws UnfinishedFile when the file breaks off inside it. */
  end(): readonly FileRecord[];
}

/** The file ends where it cannot end, such as inside quotes. The message says where that part begins. */
export class UnfinishedFile extends Error {
  override readonly name = 'UnfinishedFile';
}

/** A longer record is refused. */
export const LONGEST_RECORD = 1024 * 1024;
/** What is kept of a record that is refused for its length. */
const HEAD_BYTES = 8 * 1024;

/** Collects the parts of one record, and no more of them than its head once it is too long. */
export class RecordBytes {
  #parts: Buffer[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(part: Buffer): void {
    if (part.length === 0) return;
    const before = this.#length;
    this.#length += part.length;
    if (this.#length <= LONGEST_RECORD) this.#parts.push(part);
    else if (before <= LONGEST_RECORD) this.#parts = [headOf([...this.#parts, part])];
  }

  /** Empties it for the next record. */
  take(): { readonly bytes: Buffer; readonly length: number } {
    const [first] = this.#parts;
    const bytes = this.#parts.length === 1 && first !== undefined ? first : Buffer.concat(this.#parts);
    const length = this.#length;
    this.#parts = [];
    this.#length = 0;
    return { bytes, length };
  }
}

/** A copy: a part of a chunk would keep the whole chunk in memory. */
const headOf = (parts: readonly Buffer[]): Buffer =>
  Buffer.concat(parts.map((part) => part.subarray(0, HEAD_BYTES))).subarray(0, HEAD_BYTES);

export function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  return true;
}
