// A condition as a column of type Int8: 1 for true, 0 for unknown, -1 for false, so that `all` is the least of its parts
// and `any` the greatest. ClickHouse's AND and OR mean the same, but its optimizer of logical chains looks through
// everything below each of them, and took half of the time that the statement took.
import type { Condition, ConditionLeaf } from '../condition.ts';
import type { Anchor } from '../metric.ts';
import { AT_T, anchorKey, type Compilation, nodeFor } from './compilation.ts';
import { emitTest } from './emit-test.ts';
import type { PlanNode } from './plan.ts';

export function emitCondition(compilation: Compilation, condition: Condition, anchor: Anchor): PlanNode {
  switch (condition.kind) {
    case 'constant':
      return outcome(compilation, condition.value ? '1' : '-1', []);
    case 'segment':
      // A column of its own, so that segments made of segments are not written out again at every use.
      return nodeFor(compilation, `segment ${condition.name} ${anchorKey(anchor)}`, () => {
        const inner = emitCondition(compilation, segment(compilation, condition.name), anchor);
        return { sql: inner.alias, reads: [inner] };
      });
    case 'leaf':
      return emitLeaf(compilation, condition, anchor);
    default: {
      const parts = condition.of.map((part) => emitCondition(compilation, part, anchor));
      return outcome(compilation, combine(condition, parts), parts);
    }
  }
}

function segment(compilation: Compilation, name: string): Condition {
  const condition = compilation.ruleset.segments.get(name);
  if (condition === undefined) throw new Error(`segment "${name}" was not checked to be defined`);
  return condition;
}

function emitLeaf(compilation: Compilation, leaf: ConditionLeaf, anchor: Anchor): PlanNode {
  const value = compilation.emit.subject(leaf.subject, anchor);
  const sql = emitTest(compilation, { sql: value.node.alias, type: value.type }, leaf.test);
  return outcome(compilation, `ifNull(2 * (${sql}) - 1, 0)`, [value.node], anchor);
}

const outcome = (
  compilation: Compilation,
  sql: string,
  reads: readonly PlanNode[],
  anchor: Anchor = AT_T,
): PlanNode =>
  nodeFor(compilation, `condition ${sql} ${reads.length === 0 ? anchorKey(anchor) : ''}`, () => ({
    sql: `toInt8(${sql})`,
    reads,
  }));

type Combination = Exclude<Condition, { kind: 'constant' | 'segment' | 'leaf' }>;

function combine(condition: Combination, parts: readonly PlanNode[]): string {
  const names = parts.map((part) => part.alias);
  switch (condition.kind) {
    case 'all':
      return allOf(names);
    case 'any':
      return anyOf(names);
    case 'none':
      return `-(${anyOf(names)})`;
    case 'at_least': {
      // Sums of what is certainly true, and of what may be: true and unknown together.
      const certain = names.map((name) => `(${name} = 1)`).join(' + ') || '0';
      const possible = names.map((name) => `(${name} >= 0)`).join(' + ') || '0';
      return `multiIf(${certain} >= ${condition.n}, 1, ${possible} < ${condition.n}, -1, 0)`;
    }
  }
}

const allOf = (names: readonly string[]): string =>
  names.length <= 1 ? (names[0] ?? '1') : `least(${names.join(', ')})`;

const anyOf = (names: readonly string[]): string =>
  names.length <= 1 ? (names[0] ?? '-1') : `greatest(${names.join(', ')})`;
