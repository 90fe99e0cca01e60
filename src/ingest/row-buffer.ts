// Rows in ClickHouse's RowBinary format, written into one growing buffer: ClickHouse reads them several times faster
// than text, and nothing needs escaping. The caller writes the columns in their order; no column is nullable.
import { Buffer } from 'node:buffer';

const FIRST_CAPACITY = 16 * 1024;
const BYTES_PER_CODE_UNIT = 3;
const LONGEST_LENGTH = 5;
/** Up to here a text's length takes one byte, whatever its characters. */
const SHORT = Math.floor(127 / BYTES_PER_CODE_UNIT);
const TWO_TO_32 = 2 ** 32;

export class RowBuffer {
  #bytes = Buffer.allocUnsafe(FIRST_CAPACITY);
  #length = 0;

  /** A String, or a LowCardinality of it. */
  text(value: string): void {
    this.#makeRoom(value.length * BYTES_PER_CODE_UNIT + LONGEST_LENGTH);
    if (value.length <= SHORT) this.#shortText(value);
    else this.#longText(value);
  }

  /** Int64, UInt64 or DateTime64, of a whole number from 0 to 2^53. */
  int64(value: number): void {
    this.#makeRoom(8);
    const at = this.#length;
    this.#bytes.writeUInt32LE(value % TWO_TO_32, at);
    this.#bytes.writeUInt32LE(Math.floor(value / TWO_TO_32), at + 4);
    this.#length = at + 8;
  }

  uint32(value: number): void {
    this.#makeRoom(4);
    this.#length = this.#bytes.writeUInt32LE(value, this.#length);
  }

  /** UInt16, or a Date in days since 1970. */
  uint16(value: number): void {
    this.#makeRoom(2);
    this.#length = this.#bytes.writeUInt16LE(value, this.#length);
  }

  /** `value` in its canonical form; ClickHouse keeps a UUID as two little-endian halves. */
  uuid(value: string): void {
    const hex = Buffer.from(value.replaceAll('-', ''), 'hex');
    this.append(hex.subarray(0, 8).reverse());
    this.append(hex.subarray(8, 16).reverse());
  }

  /** Columns that another buffer holds already. */
  append(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A view of what was written; valid until the next write. */
  written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** By hand: a call out of JavaScript costs more than copying so few characters. */
  #shortText(value: string): void {
    const bytes = this.#bytes;
    const start = this.#length + 1;
    for (let index = 0; index < value.length; index++) {
      const unit = value.charCodeAt(index);
      if (unit > 127) {
        const written = bytes.write(value, start);
        bytes[start - 1] = written;
        this.#length = start + written;
        return;
      }
      bytes[start + index] = unit;
    }
    bytes[start - 1] = value.length;
    this.#length = start + value.length;
  }

  #longText(value: string): void {
    let rest = Buffer.byteLength(value);
    for (; rest > 127; rest = Math.floor(rest / 128)) this.#bytes[this.#length++] = (rest % 128) + 128;
    this.#bytes[this.#length++] = rest;
    this.#length += this.#bytes.write(value, this.#length);
  }

  #makeRoom(needed: number): void {
    if (this.#length + needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + needed));
    larger.set(this.written());
    this.#bytes = larger;
  }
}
