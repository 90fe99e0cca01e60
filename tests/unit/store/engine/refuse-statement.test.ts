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
    ["SELECT name, settings FROM system.settings WHERE name = 'x'"],
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
    ['SELECT $a$x$a$', '$ outside of them'],
    ['SELECT ‘a’', '‘ outside of them'],
  ])('refuses %s', (sql, reason) => {
    expect(refusalOf(sql, true)).toContain(reason);
  });
});
