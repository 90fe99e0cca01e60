// Undoes RowBinary for the tests of ingest: every column as the text that ClickHouse would show.
import type { InsertBlock } from '../../../src/model/store.ts';

interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

/** @throws Error when the body does not hold exactly the rows it says. */
export function readRowBinary({ columns, rows, body }: InsertBlock): Record<string, string>[] {
  const cursor = { bytes: Buffer.from(body), at: 0 };
  const read = Array.from({ length: rows }, () =>
    Object.fromEntries(columns.map((column) => [column, (READERS[column] ?? readText)(cursor)])),
  );
  if (cursor.at !== body.length) throw new Error(`${body.length - cursor.at} bytes beyond ${rows} rows`);
  return read;
}

const READERS: Readonly<Record<string, (cursor: Cursor) => string>> = {
  timestamp: (cursor) => dateTime(Number(readUint64(cursor))),
  received_at: readMicros,
  known_at: readMicros,
  batch_id: readUuid,
  partition: (cursor) => String(take(cursor, 4).readUInt32LE()),
  offset: (cursor) => String(readUint64(cursor)),
  day: (cursor) => dateTime(take(cursor, 2).readUInt16LE() * 86_400_000).slice(0, 10),
};

function take(cursor: Cursor, length: number): Buffer {
  cursor.at += length;
  if (cursor.at > cursor.bytes.length) throw new Error('the body ends within a row');
  return cursor.bytes.subarray(cursor.at - length, cursor.at);
}

const readUint64 = (cursor: Cursor): bigint => take(cursor, 8).readBigUInt64LE();

const dateTime = (millis: number): string => new Date(millis).toISOString().slice(0, 23).replace('T', ' ');

function readMicros(cursor: Cursor): string {
  const micros = Number(readUint64(cursor));
  return dateTime(Math.floor(micros / 1000)) + String(micros % 1000).padStart(3, '0');
}

function readText(cursor: Cursor): string {
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = take(cursor, 1).readUInt8();
    length += (byte & 127) << shift;
    if (byte < 128) return take(cursor, length).toString('utf8');
  }
}

function readUuid(cursor: Cursor): string {
  const halves = [take(cursor, 8), take(cursor, 8)].map((half) =>
    Buffer.from(half).reverse().toString('hex'),
  );
  return halves.join('').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
