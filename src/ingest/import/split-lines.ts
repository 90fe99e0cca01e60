// Cuts bytes into numbered lines.
import { type FileRecord, isBlank, RecordBytes, type RecordSplitter } from './file-record.ts';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** A record a line. */
export class LineSplitter implements RecordSplitter {
  #number = 0;
  readonly #line = new RecordBytes();

  push(chunk: Buffer): readonly FileRecord[] {
    const records: FileRecord[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#line.add(chunk.subarray(start, end));
      this.#complete(records);
      start = end + 1;
    }
    this.#line.add(chunk.subarray(start));
    return records;
  }

  end(): readonly FileRecord[] {
    const records: FileRecord[] = [];
    if (this.#line.length > 0) this.#complete(records);
    return records;
  }

  #complete(records: FileRecord[]): void {
    this.#number++;
    const { bytes: whole, length } = this.#line.take();
    const isWhole = length === whole.length;
    const bytes = isWhole && whole.at(-1) === CARRIAGE_RETURN ? whole.subarray(0, -1) : whole;
    if (isWhole && isBlank(bytes)) return;
    records.push({ number: this.#number, line: this.#number, bytes, length });
  }
}
