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
    ['SELECT file, url, s3 FROM t WHERE remote IN (1)'],
    ["SELECT 'url(1)', count() FROM numbers(3)"],
    ['/* file( */ SELECT 1 -- url('],
    ['SELECT files(1), curl (2)'],
    ['((SELECT 1))'],
    ['from t select a'],
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
  ])('refuses %s', (sql, reason) => {
    expect(refusalOf(sql, true)).toContain(reason);
  });
});
