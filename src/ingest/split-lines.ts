// Cuts bytes into numbered lines. Bytes, not text: what is no UTF-8 must reach its dead letter as it is.

export interface Line {
  /** From 1, blank lines counted. */
  readonly number: number;
  /** Without its line end. */
  readonly bytes: Buffer;
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** A longer line is cut: it is refused anyway, and must not take all memory before. */
const LONGEST_KEPT = 32 * 1024 * 1024;

export class LineSplitter {
  #number = 0;
  #parts: Buffer[] = [];
  #length = 0;

  /** The lines that `chunk` completes; blank ones are left out. */
  push(chunk: Buffer): readonly Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end));
      this.#complete(lines);
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
    return lines;
  }

  /** The last line, where the file does not end with a line end. */
  end(): readonly Line[] {
    const lines: Line[] = [];
    if (this.#length > 0) this.#complete(lines);
    return lines;
  }

  #keep(part: Buffer): void {
    if (this.#length < LONGEST_KEPT) this.#parts.push(part);
    this.#length += part.length;
  }

  #complete(lines: Line[]): void {
    this.#number++;
    const [first] = this.#parts;
    const whole = this.#parts.length === 1 && first !== undefined ? first : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    const bytes = whole.at(-1) === CARRIAGE_RETURN ? whole.subarray(0, -1) : whole;
    if (!isBlank(bytes)) lines.push({ number: this.#number, bytes });
  }
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 0x20 && byte !== 0x09 && byte !== CARRIAGE_RETURN) return false;
  return true;
}
