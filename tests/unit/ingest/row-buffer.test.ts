import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowBuffer } from '../../../src/ingest/row-buffer.ts';
import { readRowBinary } from './read-row-binary.ts';

const read = (columns: readonly string[], buffer: RowBuffer) =>
  readRowBinary({ table: 'any', columns, rows: 1, format: 'RowBinary', body: buffer.written() })[0];

describe('a row buffer', () => {
  it('keeps any text of any length, one after the other', () => {
    const unit = fc.constantFrom('a', 'é', '€', '😀', '\0');
    const text = fc.oneof(
      fc.string({ unit, maxLength: 60 }),
      fc.tuple(unit, fc.nat(40_000)).map(([repeated, times]) => repeated.repeat(times)),
    );
    fc.assert(
      fc.property(text, text, (first, second) => {
        const buffer = new RowBuffer();
        buffer.text(first);
        buffer.text(second);
        expect(read(['first', 'second'], buffer)).toEqual({ first, second });
      }),
    );
  });

  it('keeps whole numbers up to 2^53', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (offset) => {
        const buffer = new RowBuffer();
        buffer.int64(offset);
        expect(read(['offset'], buffer)).toEqual({ offset: String(offset) });
      }),
    );
  });

  it('writes a UUID as ClickHouse does, in two little-endian halves', () => {
    const buffer = new RowBuffer();
    buffer.uuid('00112233-4455-6677-8899-aabbccddeeff');
    expect(buffer.written().toString('hex')).toBe('7766554433221100ffeeddccbbaa9988');
  });
});
