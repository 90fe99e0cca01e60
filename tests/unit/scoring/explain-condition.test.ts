import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/model/signal.ts';
import { type ExplainedNode, findFurthest } from '../../../src/scoring/explain-condition.ts';

const leaf = (subject: string, outcome: Outcome, gap: number | null = null): ExplainedNode => ({
  kind: 'leaf',
  subject,
  value: 1,
  test: 'gte 2',
  outcome,
  gap: outcome === 'true' ? 0 : gap,
  people: undefined,
  ranksGone: false,
});

const node = (kind: 'all' | 'any' | 'none', outcome: Outcome, ...of: ExplainedNode[]): ExplainedNode => ({
  kind,
  outcome,
  of,
});

const furthest = (tree: ExplainedNode): string | undefined => findFurthest(tree)?.subject;

describe('what is furthest from true', () => {
  const [near, far, holds] = [leaf('near', 'false', 0.1), leaf('far', 'false', 0.9), leaf('holds', 'true')];

  it('is the furthest part where all are needed, and the nearest where one will do', () => {
    expect(furthest(node('all', 'false', near, holds, far))).toBe('far');
    expect(furthest(node('any', 'false', far, near))).toBe('near');
    expect(furthest(node('any', 'true', far, holds))).toBeUndefined();
  });

  it('is a part that holds where none may', () => {
    expect(furthest(node('none', 'false', near, holds))).toBe('holds');
  });

  it('is what does not hold where none of none may', () => {
    expect(furthest(node('none', 'false', node('none', 'true', near)))).toBe('near');
    expect(furthest(node('none', 'false', node('none', 'true', far, near)))).toBe('near');
  });

  it('is one of the parts that hold where all of them together may not', () => {
    const both = node('all', 'true', holds, leaf('also', 'true'));
    expect(furthest(node('none', 'false', both))).toBe('holds');
    const either = node('any', 'true', holds, near);
    expect(furthest(node('none', 'false', either))).toBe('holds');
  });

  it('is the last of the nearest that are needed', () => {
    const tree = (outcome: Outcome, ...of: ExplainedNode[]): ExplainedNode => ({
      kind: 'at_least',
      n: 2,
      outcome,
      of,
    });
    expect(furthest(tree('false', holds, far, near))).toBe('near');
    expect(furthest(tree('false', far, near, leaf('unknown', 'unknown')))).toBe('far');
    expect(furthest(node('none', 'false', tree('true', holds, leaf('also', 'true'), far)))).toBe('holds');
  });

  it('is nothing where a constant decides', () => {
    expect(furthest({ kind: 'constant', outcome: 'false' })).toBeUndefined();
    expect(furthest(node('all', 'false', holds, { kind: 'constant', outcome: 'false' }))).toBeUndefined();
  });
});
