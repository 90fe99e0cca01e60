// Cuts CSV into rows: a row ends with its line, unless the line end stands in quotes. What a row holds is read later,
// by parse-row.ts: so a dead letter has the row as it stood, and a row that never ends costs no memory.
import { type FileRecord, isBlank, RecordBytes, type RecordSplitter, UnfinishedFile } from './file-record.ts';

const [QUOTE, NEWLINE, CARRIAGE_RETURN] = [0x22, 0x0a, 0x0d];
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** What a quote means depends on where it stands: it opens only at the beginning of a field. */
type Place = 'field begins' | 'in field' | 'in quotes' | 'behind quote';

export interface RowSplitterOptions {
  /** One ASCII character. */
  readonly delimiter: string;
  /** True when the first row is no data. */
  readonly header: boolean;
}

/** A record a row; a header is left out, the first row behind it is number 1. */
export class RowSplitter implements RecordSplitter {
  readonly #row = new RecordBytes();
  readonly #delimiter: number;
  #number: number;
  #line = 1;
  #beganOn = 1;
  #quoteOpenedOn = 1;
  #place: Place = 'field begins';
  #isBegun = false;

  constructor({ delimiter, header }: RowSplitterOptions) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#number = header ? -1 : 0;
  }

  push(chunk: Buffer): readonly FileRecord[] {
    const records: FileRecord[] = [];
    let start = this.#isBegun || !chunk.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 0 : BYTE_ORDER_MARK.length;
    this.#isBegun = true;
    let nextQuote = chunk.indexOf(QUOTE);
    for (let end = chunk.indexOf(NEWLINE, start); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      if (nextQuote !== -1 && nextQuote < start) nextQuote = chunk.indexOf(QUOTE, start);
      const isPlain = this.#place !== 'in quotes' && (nextQuote === -1 || nextQuote > end);
      if (!isPlain) this.#follow(chunk, start, end);
      this.#line++;
      if (this.#place === 'in quotes') {
        this.#row.add(chunk.subarray(start, end + 1));
      } else {
        this.#row.add(chunk.subarray(start, end));
        this.#complete(records);
      }
      start = end + 1;
    }
    this.#follow(chunk, start, chunk.length);
    this.#row.add(chunk.subarray(start));
    return records;
  }

  end(): readonly FileRecord[] {
    if (this.#place === 'in quotes') {
      const where = `the quote that opens on line ${this.#quoteOpenedOn} is never closed`;
      throw new UnfinishedFile(`${where}; the row with it, and what follows, was not imported`);
    }
    const records: FileRecord[] = [];
    if (this.#row.length > 0) this.#complete(records);
    return records;
  }

  #follow(chunk: Buffer, start: number, end: number): void {
    let place = this.#place;
    for (let at = start; at < end; at++) {
      const byte = chunk[at];
      if (byte === QUOTE) {
        if (place === 'field begins') this.#quoteOpenedOn = this.#line;
        if (place === 'in quotes') place = 'behind quote';
        else if (place !== 'in field') place = 'in quotes';
      } else if (place !== 'in quotes') {
        place = byte === this.#delimiter ? 'field begins' : 'in field';
      }
    }
    this.#place = place;
  }

  #complete(records: FileRecord[]): void {
    const { bytes: taken, length: takenLength } = this.#row.take();
    const isWhole = taken.length === takenLength;
    const line = this.#beganOn;
    this.#beganOn = this.#line;
    this.#place = 'field begins';
    const bytes = isWhole && taken.at(-1) === CARRIAGE_RETURN ? taken.subarray(0, -1) : taken;
    if (isWhole && isBlank(bytes)) return;
    this.#number++;
    if (this.#number === 0) return;
    records.push({ number: this.#number, line, bytes, length: isWhole ? bytes.length : takenLength });
  }
}
