// FORMAT Native in the form of ClickHouse's native protocol, which a client asks for by `client_protocol_version` and
// then relies on: chDB writes the plain form only. Columns are walked for their lengths, never understood.
import { EngineFailure } from './engine-failure.ts';
import { type NativeType, parseNativeType } from './native-type.ts';

/** From this revision on there is a head before each block, and LowCardinality as it is. */
const LEAST = 54_405;
/** From this one on a byte after each column's type says how it is written. */
const CUSTOM_SERIALIZATION = 54_454;
/** From this one on the head has more in it. */
const TOO_NEW = 54_480;

/** No overflow row, no bucket. */
const BLOCK_HEAD = Buffer.from([1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0]);
const WRITTEN_PLAINLY = Buffer.from([0]);

/**
 * @param revision 0 for the plain form.
 * @throws EngineFailure with code 48 for revisions and types that are not served.
 */
export function toNativeRevision(body: Uint8Array, revision: number): Uint8Array {
  if (revision === 0) return body;
  if (revision < LEAST || revision >= TOO_NEW)
    throw notServed(`client_protocol_version ${revision}; it serves ${LEAST} to ${TOO_NEW - 1}, and none`);
  const reader = new NativeReader(body);
  const chunks: Uint8Array[] = [];
  while (!reader.ended) {
    chunks.push(BLOCK_HEAD);
    const start = reader.at;
    const columns = reader.readSize();
    const rows = reader.readSize();
    chunks.push(body.subarray(start, reader.at));
    for (let column = 0; column < columns; column += 1) {
      const head = reader.at;
      reader.skipText();
      const type = parseNativeType(reader.readText());
      chunks.push(body.subarray(head, reader.at));
      if (revision >= CUSTOM_SERIALIZATION) chunks.push(WRITTEN_PLAINLY);
      const data = reader.at;
      if (rows > 0) skipColumn(reader, type, rows);
      chunks.push(body.subarray(data, reader.at));
    }
  }
  return Buffer.concat(chunks);
}

const notServed = (what: string): EngineFailure =>
  new EngineFailure(48, `FORMAT Native of the embedded engine does not serve ${what}`);

class NativeReader {
  at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get ended(): boolean {
    return this.at >= this.#bytes.length;
  }

  /** A number of seven bits a byte. */
  readSize(): number {
    let size = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = this.#view.getUint8(this.at++);
      size += (byte & 127) * shift;
      if (byte < 128) return size;
    }
  }

  readWord(): number {
    const value = Number(this.#view.getBigUint64(this.at, true));
    this.at += 8;
    return value;
  }

  readText(): string {
    const length = this.readSize();
    this.at += length;
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + this.at - length, length).toString();
  }

  skip(bytes: number): void {
    this.at += bytes;
    if (this.at > this.#bytes.length) throw new Error('a block of FORMAT Native ends before its columns do');
  }

  skipText(): void {
    this.skip(this.readSize());
  }
}

/** States stand before the data of the whole column. */
function skipColumn(reader: NativeReader, type: NativeType, rows: number): void {
  skipState(reader, type);
  skipData(reader, type, rows);
}

function skipState(reader: NativeReader, type: NativeType): void {
  if (type.is === 'dictionary') reader.skip(8);
  else if (type.is === 'tuple') for (const part of type.parts) skipState(reader, part);
  else if (type.is === 'array' || type.is === 'nullable') skipState(reader, type.of);
}

function skipData(reader: NativeReader, type: NativeType, rows: number): void {
  switch (type.is) {
    case 'fixed':
      reader.skip(type.bytes * rows);
      break;
    case 'text':
      for (let row = 0; row < rows; row += 1) reader.skipText();
      break;
    case 'nullable':
      reader.skip(rows);
      skipData(reader, type.of, rows);
      break;
    case 'tuple':
      for (const part of type.parts) skipData(reader, part, rows);
      break;
    case 'array':
      if (rows > 0) skipArray(reader, type.of, rows);
      break;
    case 'dictionary':
      if (rows > 0) skipDictionary(reader, type.of);
      break;
    case 'unknown':
      throw notServed(`${type.name}; select it as text: toString(…)`);
  }
}

/** Where each row ends, then all elements. */
function skipArray(reader: NativeReader, of: NativeType, rows: number): void {
  reader.skip((rows - 1) * 8);
  skipData(reader, of, reader.readWord());
}

/** How wide an index is, the words of the dictionary, the indexes. */
function skipDictionary(reader: NativeReader, of: NativeType): void {
  const width = 2 ** (reader.readWord() & 0xff);
  skipData(reader, of, reader.readWord());
  reader.skip(reader.readWord() * width);
}
