import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRow } from '../../../../src/ingest/import/parse-row.ts';
import { ArraySplitter } from '../../../../src/ingest/import/split-array.ts';
import { LineSplitter } from '../../../../src/ingest/import/split-lines.ts';
import { RowSplitter } from '../../../../src/ingest/import/split-rows.ts';
import { split, texts } from './build.ts';

const rows = () => new RowSplitter({ delimiter: ',', header: false });
const MEGABYTE = 1024 * 1024;

it('lines do not depend on how the bytes are cut into chunks', () => {
  const cut = fc.tuple(fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r') }), fc.array(fc.nat(20)));
  fc.assert(
    fc.property(cut, ([text, cuts]) => {
      const expected = text
        .split('\n')
        .map((line, index) => ({ number: index + 1, text: line.replace(/\r$/, '') }))
        .filter((line) => /[^\r]/.test(line.text));
      const found = split(new LineSplitter(), text, cuts);
      expect(found.map(({ number, bytes }) => ({ number, text: bytes.toString() }))).toEqual(expected);
    }),
  );
});

it.each([
  ['a line', () => new LineSplitter(), ''],
  ['an element', () => new ArraySplitter(), '["'],
  ['a row', rows, ''],
  ['a quoted row', rows, '"'],
])('keeps the head only of %s of more than a megabyte, and its length', (_, splitter, before) => {
  const made = splitter();
  const chunk = Buffer.alloc(MEGABYTE / 4, 'x');
  made.push(Buffer.from(before));
  for (let n = 0; n < 40; n++) expect(made.push(chunk)).toEqual([]);
  const [record] = [...made.push(Buffer.from(before === '["' ? '"]' : `${before}\n`)), ...made.end()];
  expect(record?.length).toBeGreaterThanOrEqual(10 * MEGABYTE);
  expect(record?.bytes.length).toBe(8192);
});

describe('RowSplitter', () => {
  const field = fc.string({ unit: fc.constantFrom('a', 'ü', ' ', '"', ',', '\n', '\r') });
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;

  it('and parseRow read what csv-parse reads, however the bytes are cut', () => {
    const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(table, fc.array(fc.nat(9)), fc.boolean(), (cells, cuts, crlf) => {
        const isPlain = (text: string) => /^[aü]*$/.test(text);
        const lines = cells.map((row) => row.map((text) => (isPlain(text) ? text : quote(text))).join(','));
        const text = lines.join(crlf ? '\r\n' : '\n');
        const found = texts(split(rows(), text, cuts)).map((row) => {
          const parsed = parseRow(row, ',');
          return parsed.ok ? parsed.fields : parsed.rejection.detail;
        });
        expect(found).toEqual(parse(text, { relax_column_count: true, record_delimiter: ['\r\n', '\n'] }));
      }),
      { numRuns: 300 },
    );
  });

  it('leaves out a header, a byte order mark and blank rows, and tells the line that a row begins on', () => {
    const splitter = new RowSplitter({ delimiter: ',', header: true });
    const found = split(splitter, '\uFEFF"a",b\r\n1,"x\ny"\r\n\r\n2,z\r\n');
    expect(found.map(({ number, line, bytes }) => [number, line, bytes.toString()])).toEqual([
      [1, 2, '1,"x\ny"'],
      [2, 5, '2,z'],
    ]);
  });

  it('takes a quote inside a field for a character', () => {
    expect(texts(split(rows(), '5" pipe,a\n6" pipe,b\n'))).toEqual(['5" pipe,a', '6" pipe,b']);
    expect(parseRow('5" pipe,a', ',')).toEqual({ ok: true, fields: ['5" pipe', 'a'] });
  });

  it('says on which line a quote opens that is never closed', () => {
    expect(() => split(rows(), 'a,b\n"c,d\ne,f\n')).toThrow(/quote that opens on line 2 is never closed/);
  });

  it('refuses what stands behind a closing quote', () => {
    expect(parseRow('a,"b"c,d', ',')).toMatchObject({
      ok: false,
      rejection: { detail: expect.stringContaining('Field 2') },
    });
  });
});

describe('ArraySplitter', () => {
  it('cuts out elements as they stand, however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.array(fc.nat(9)), fc.boolean(), (values, cuts, pretty) => {
        const found = texts(
          split(new ArraySplitter(), JSON.stringify(values, null, pretty ? 2 : undefined), cuts),
        );
        expect(found.map((text) => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(values)));
      }),
    );
  });

  it('tells the line that an element begins on', () => {
    const found = split(new ArraySplitter(), '[\n  {"a":\n 1},\n  {"b": 2}\n]\n');
    expect(found.map(({ number, line }) => [number, line])).toEqual([
      [1, 2],
      [2, 4],
    ]);
  });

  it('does not take a file for whole that breaks off or goes on behind the end', () => {
    expect(() => split(new ArraySplitter(), '[{"a":1},{"b":')).toThrow(/not closed/);
    for (const behind of ['x', '{}', '[]', '{"b":2}', ',{"b":2}', '[{"b":2}]'])
      expect(() => split(new ArraySplitter(), `[{"a":1}] ${behind}`), behind).toThrow(/behind the end/);
  });
});
