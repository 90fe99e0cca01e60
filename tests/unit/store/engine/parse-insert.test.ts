import { expect, test } from 'vitest';
import { parseInsert } from '../../../../src/store/engine/parse-insert.ts';

test('finds table, columns, format and where the data begin', () => {
  const sql = 'INSERT INTO shop.`pets` (name, "age") FORMAT TSV\na\t1\n';
  expect(parseInsert(sql)).toMatchObject({
    plain: { table: 'shop.pets', columns: ['name', 'age'] },
    format: 'TSV',
    dataAt: sql.indexOf('a\t1'),
    readsInput: false,
  });
});

test.each([
  ['insert into table pets format CSV', { table: 'pets', columns: undefined }],
  ['INSERT INTO format FORMAT CSV', { table: 'format', columns: undefined }],
  [
    'INSERT INTO t (format, values, settings) FORMAT CSV',
    { table: 't', columns: ['format', 'values', 'settings'] },
  ],
  ['INSERT INTO t (* EXCEPT (a)) FORMAT CSV', undefined],
  ['INSERT INTO `a b` FORMAT CSV', undefined],
  ["INSERT INTO FUNCTION file('x') FORMAT CSV", undefined],
])('knows whether %s is plain', (sql, plain) => {
  const parsed = parseInsert(sql);
  expect(parsed?.format).toBe('CSV');
  expect(parsed?.plain).toEqual(plain);
});

test('keeps settings apart from the target', () => {
  expect(parseInsert('INSERT INTO t SETTINGS a = 1 FORMAT CSV')).toMatchObject({
    target: 'INSERT INTO t ',
    settings: 'SETTINGS a = 1 ',
    plain: undefined,
  });
});

test.each([
  ['SELECT 1 FORMAT CSV'],
  ["INSERT INTO t VALUES ('FORMAT CSV')"],
  ['INSERT INTO t SELECT 1'],
  [''],
])('leaves %s alone', (sql) => {
  expect(parseInsert(sql)).toBeUndefined();
});

test('sees that an insert reads through input()', () => {
  expect(parseInsert("INSERT INTO t SELECT a FROM input('a String') FORMAT CSV")?.readsInput).toBe(true);
  expect(parseInsert('INSERT INTO t (`select`, input) FORMAT CSV')?.readsInput).toBe(false);
});
