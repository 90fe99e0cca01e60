import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokenizeSql } from '../../../../src/store/engine/tokenize-sql.ts';

const texts = (sql: string) => [...tokenizeSql(sql)].map(({ text }) => text);

test.each([
  ["SELECT a.b, 'it''s \\' ;' FROM t", ['SELECT', 'a', '.', 'b', ',', "'it''s \\' ;'", 'FROM', 't']],
  ['`a``b` "c""d"', ['`a``b`', '"c""d"']],
  ['a -- b\nc /* d */ e # f\ng #! h', ['a', 'c', 'e', 'g']],
  ["a // b '\nc /* /* ' */ d */ e / * f", ['a', 'c', 'e', '/', '*', 'f']],
  ["$x$ ; ' $x$ y", ["$x$ ; ' $x$", 'y']],
  ['0x1F 1_000 1.5e3', ['0x1F', '1_000', '1', '.', '5e3']],
  ['file\u00a0\u200b(', ['file', '(']],
  ['‘a;b’ “c”', ['‘a;b’', '“c”']],
  ["'never closed", ["'never closed"]],
])('cuts %s', (sql, wanted) => {
  expect(texts(sql)).toEqual(wanted);
});

test('says of each token where it stands', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab1 \n-/*#!\'"`\\$;().é‘’') }), (sql) => {
      let last = 0;
      for (const { text, start, end } of tokenizeSql(sql)) {
        expect(sql.slice(start, end)).toBe(text);
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        last = end;
      }
    }),
  );
});
