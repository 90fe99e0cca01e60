// Cuts a JSON array into its elements without reading it whole. Looks at brackets and quotes only: whether an element
// is JSON is found out when it is decoded.
import { type FileRecord, isBlank, RecordBytes, type RecordSplitter, UnfinishedFile } from './file-record.ts';

const [QUOTE, BACKSLASH, COMMA, NEWLINE] = [0x22, 0x5c, 0x2c, 0x0a];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** A record an element. The file begins with `[`; what stands behind the array's end must be blank. */
export class ArraySplitter implements RecordSplitter {
  readonly #element = new RecordBytes();
  #number = 0;
  #line = 1;
  #beganOn = 1;
  /** Brackets that are open: 1 is the array itself. */
  #depth = 0;
  #isText = false;
  #isEscaped = false;
  #isOver = false;

  push(chunk: Buffer): readonly FileRecord[] {
    const records: FileRecord[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === NEWLINE) this.#line++;
      if (this.#isText) this.#inText(byte);
      else if (byte === QUOTE) this.#isText = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        if (this.#open() === 1) start = at + 1;
      } else if (this.#endsElement(byte)) {
        this.#complete(records, chunk.subarray(start, at));
        start = at + 1;
      }
    }
    this.#element.add(chunk.subarray(start));
    return records;
  }

  end(): readonly FileRecord[] {
    if (!this.#isOver)
      throw new UnfinishedFile(
        `the JSON array is not closed; its last element begins on line ${this.#beganOn}`,
      );
    const { bytes } = this.#element.take();
    if (!isBlank(trimSpace(bytes)))
      throw new UnfinishedFile('something stands behind the end of the JSON array');
    return [];
  }

  #open(): number {
    this.#depth++;
    if (this.#depth === 2) this.#beganOn = this.#line;
    return this.#depth;
  }

  /** A comma between elements, or the end of the array. */
  #endsElement(byte: number | undefined): boolean {
    if (byte === COMMA) return this.#depth === 1;
    if (byte !== CLOSE_OBJECT && byte !== CLOSE_ARRAY) return false;
    this.#depth--;
    if (this.#depth > 0 || this.#isOver) return false;
    this.#isOver = true;
    return true;
  }

  #inText(byte: number | undefined): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) this.#isText = false;
  }

  #complete(records: FileRecord[], last: Buffer): void {
    this.#element.add(last);
    const { bytes, length } = this.#element.take();
    const element = trimSpace(bytes);
    if (element.length === 0) return;
    this.#number++;
    const whole = length === bytes.length;
    records.push({
      number: this.#number,
      line: this.#beganOn,
      bytes: element,
      length: whole ? element.length : length,
    });
  }
}

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === NEWLINE;

/** Without the white space of JSON around it. */
export function trimSpace(bytes: Buffer): Buffer {
  let [start, end] = [0, bytes.length];
  while (start < end && isSpace(bytes[start])) start++;
  while (end > start && isSpace(bytes[end - 1])) end--;
  return bytes.subarray(start, end);
}
