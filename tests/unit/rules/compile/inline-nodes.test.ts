import { describe, expect, it } from 'vitest';
import { inlineNodes } from '../../../../src/rules/compile/inline-nodes.ts';

const LONG = `multiIf(r0 > 1, 'a text of more than forty characters, which is too long', 'b')`;

/** Nothing follows but where it is said. */
const inlined = (levels: Partial<Parameters<typeof inlineNodes>[0]>) =>
  inlineNodes({ nodes: [], select: '', end: '', ...levels });

describe('writing out short columns where they are read', () => {
  it('leaves no level for what is short, however many read it', () => {
    const nodes = [
      { alias: 'x0', sql: 'r0 + 1', level: 1 },
      { alias: 'x1', sql: 'x0 > 2', level: 2 },
    ];
    expect(inlined({ nodes, select: 'SELECT [x0, x1]' })).toMatchObject({
      nodes: [],
      select: 'SELECT [(r0 + 1), ((r0 + 1) > 2)]',
    });
  });

  it('writes out what is long where one place reads it, and keeps it where several do', () => {
    const nodes = [
      { alias: 'x0', sql: LONG, level: 1 },
      { alias: 'x1', sql: `concat(x0, ${LONG})`, level: 2 },
      { alias: 'x2', sql: `concat(x1, x1)`, level: 3 },
    ];
    const { nodes: kept, select } = inlined({ nodes, select: 'SELECT x2' });
    expect(kept).toEqual([{ alias: 'x1', sql: `concat((${LONG}), ${LONG})`, level: 1 }]);
    expect(select).toBe('SELECT (concat(x1, x1))');
  });

  it('keeps what a lambda may read, which would compute it for each element', () => {
    const nodes = [
      { alias: 'x0', sql: 'r0 + 1', level: 1 },
      { alias: 'x1', sql: 'arraySum(i -> i * x0, r1)', level: 2 },
    ];
    expect(inlined({ nodes, select: 'SELECT x1' })).toMatchObject({
      nodes: [{ alias: 'x0', sql: 'r0 + 1', level: 1 }],
      select: 'SELECT (arraySum(i -> i * x0, r1))',
    });
  });

  it('does not take one name for the beginning of another', () => {
    const nodes = [
      { alias: 'x1', sql: 'r1', level: 1 },
      { alias: 'x10', sql: 'r2', level: 1 },
    ];
    expect(inlined({ nodes, select: 'SELECT x10 - x1' }).select).toBe('SELECT (r2) - (r1)');
  });

  it.each([
    ['the array of it', 'SELECT arrayMap(i -> i + 1, x0)', 'SELECT arrayMap(i -> i + 1, (r0 + 1))'],
    ['beside it', 'SELECT arraySum(i -> (i, 2), r1), x0', 'SELECT arraySum(i -> (i, 2), r1), (r0 + 1)'],
    ['behind two', 'SELECT f(i -> g(j -> i, r1), x0)', 'SELECT f(i -> g(j -> i, r1), (r0 + 1))'],
    ['beside a text', "SELECT 'it''s -> \\'', x0", "SELECT 'it''s -> \\'', (r0 + 1)"],
  ])('writes out what stands beside a lambda: %s', (_, select, written) => {
    const nodes = [{ alias: 'x0', sql: 'r0 + 1', level: 1 }];
    expect(inlined({ nodes, select })).toEqual({ nodes: [], select: written, end: '' });
  });

  it.each([
    'SELECT arraySum(i -> i * x0, r1)',
    'SELECT arraySum((i, j) -> g(i, [x0], j), r1, r2)',
    'SELECT f(i -> g(j -> j, r1) + x0, r2)',
    'SELECT f(i -> g(j -> j + x0, r1), r2)',
    "SELECT f(i -> concat(i, ',)', x0), r2)",
    'SELECT i -> x0',
  ])('keeps what is read in a lambda: %s', (select) => {
    const nodes = [{ alias: 'x0', sql: 'r0 + 1', level: 1 }];
    expect(inlined({ nodes, select })).toEqual({ nodes, select, end: '' });
  });

  it('writes out what follows the levels as well', () => {
    const nodes = [{ alias: 'x0', sql: 'r0 + 1', level: 1 }];
    const end = ' WHERE x0 > 2';
    expect(inlined({ nodes, select: 'SELECT 1', end })).toEqual({
      nodes: [],
      select: 'SELECT 1',
      end: ' WHERE (r0 + 1) > 2',
    });
  });
});
