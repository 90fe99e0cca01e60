import { describe, expect, test } from 'vitest';
import { refuseStatement } from '../../../../src/store/engine/refuse-statement.ts';

const refusalOf = (sql: string, reader: boolean) => refuseStatement(sql, { reader })?.message;

describe('for anyone', () => {
  test.each([
    ['SELECT 1'],
    ['SELECT 1;'],
    ["SELECT ';' ; -- ; \n"],
    ['DROP TABLE t'],
    ["SELECT * FROM file('x')"],
  ])('runs %s', (sql) => {
    expect(refusalOf(sql, false)).toBeUndefined();
  });

  test('refuses several statements', () => {
    expect(refusalOf('SELECT 1; SELECT 2', false)).toContain('Multi-statements');
    expect(refusalOf("SELECT 1; 'x'", false)).toContain('Multi-statements');
  });
});

describe('for readers', () => {
  test.each([
    ['SELECT t.file, url, s3 FROM t WHERE remote IN (1)'],
    ["SELECT 'url(1)', count() FROM numbers(3)"],
    ['/* file( */ SELECT 1 -- url('],
    ['SELECT files(1), curl (2)'],
    ['((SELECT 1))'],
    ['from t select a'],
    ['SELECT a FROM shop.orders'],
    ['SELECT name, t.settings, "settings" FROM system.settings AS t WHERE name = \'x\''],
    ['SELECT default, default_kind FROM t'],
    ["SHOW SETTINGS LIKE 'x'"],
    ['SHOW CHANGED SETTINGS'],
    ['SELECT format, format AS template FROM t FORMAT JSON'],
  ])('runs %s', (sql) => {
    expect(refusalOf(sql, true)).toBeUndefined();
  });

  test.each([
    ["SELECT * FROM FILE ('x')", 'reaches outside the database'],
    ["SELECT * FROM url/* */--\n('x')", 'reaches outside the database'],
    ['SELECT * FROM "url"(\'x\')', 'a quoted name before "("'],
    ["SELECT 1 into\u00a0OutFile 'x'", 'INTO OUTFILE'],
    ['INSERT INTO t SELECT 1', 'begins with INSERT'],
    ['`select` 1', 'begins with `select`'],
    ['', 'begins with nothing'],
    ['SELECT * APPLY file FROM t', 'write its table before it: t.file'],
    ['SELECT arrayMap("File", x)', 'write its table before it'],
    ['SELECT f(`fi\\x6ce`)', 'a backslash in a quoted name'],
    ['SELECT f({x : Identifier})', 'of type Identifier'],
    ['SELECT 1 FORMAT `template`', 'FORMAT template'],
    ['SELECT * FROM (SELECT 1 SETTINGS readonly = 0)', 'a SETTINGS clause'],
    ['SELECT * FROM (SELECT 1 SETTINGS async_insert, readonly = 0)', 'a SETTINGS clause'],
    ['SELECT 1 SETTINGS a', 'a SETTINGS clause'],
    ['SELECT settings FROM t', 'write a column of this name as "settings"'],
    ['SELECT 1. SETTINGS a', 'a SETTINGS clause'],
    ['SELECT 1.e.SETTINGS a', 'a SETTINGS clause'],
    ['SELECT 1 AS show SETTINGS a', 'a SETTINGS clause'],
    ['SHOW TABLES SETTINGS a', 'a SETTINGS clause'],
    ['SELECT 1 PARALLEL WITH SELECT 2', 'PARALLEL WITH'],
    ['SELECT * FROM `/etc/x`', 'a quoted name with a slash'],
    ['SELECT 1 AS "a/b"', 'a quoted name with a slash'],
    ['SELECT * FROM default.x', 'its tables are files'],
    ['SELECT * FROM "default" /**/ . x', 'its tables are files'],
    ['SHOW TABLES FROM default', 'its tables are files'],
    ['SELECT $a$x$a$', '$ outside of them'],
    ['SELECT ‘a’', '‘ outside of them'],
  ])('refuses %s', (sql, reason) => {
    expect(refusalOf(sql, true)).toContain(reason);
  });
});
