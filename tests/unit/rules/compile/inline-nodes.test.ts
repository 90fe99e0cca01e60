import { describe, expect, it } from 'vitest';
import { inlineNodes } from '../../../../src/rules/compile/inline-nodes.ts';

const LONG = `multiIf(r0 > 1, 'a text of more than forty characters, which is too long', 'b')`;

describe('writing out short columns where they are read', () => {
  it('leaves no level for what is short, however many read it', () => {
    const nodes = [
      { alias: 'x0', sql: 'r0 + 1', level: 1 },
      { alias: 'x1', sql: 'x0 > 2', level: 2 },
    ];
    expect(inlineNodes({ nodes, select: 'SELECT [x0, x1]' })).toEqual({
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
    const { nodes: kept, select } = inlineNodes({ nodes, select: 'SELECT x2' });
    expect(kept).toEqual([{ alias: 'x1', sql: `concat((${LONG}), ${LONG})`, level: 1 }]);
    expect(select).toBe('SELECT (concat(x1, x1))');
  });

  it('keeps what a lambda may read, which would compute it for each element', () => {
    const nodes = [
      { alias: 'x0', sql: 'r0 + 1', level: 1 },
      { alias: 'x1', sql: 'arraySum(i -> i * x0, r1)', level: 2 },
    ];
    expect(inlineNodes({ nodes, select: 'SELECT x1' })).toEqual({
      nodes: [{ alias: 'x0', sql: 'r0 + 1', level: 1 }],
      select: 'SELECT (arraySum(i -> i * x0, r1))',
    });
  });

  it('does not take one name for the beginning of another', () => {
    const nodes = [
      { alias: 'x1', sql: 'r1', level: 1 },
      { alias: 'x10', sql: 'r2', level: 1 },
    ];
    expect(inlineNodes({ nodes, select: 'SELECT x10 - x1' }).select).toBe('SELECT (r2) - (r1)');
  });
});
