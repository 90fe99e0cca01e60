// A condition as a column of type Nullable(UInt8). Not by ClickHouse's AND and OR, which mean the same: its optimizer
// of logical chains looks through everything below each of them, and took half of the time that the statement took.
import type { Condition, ConditionLeaf } from '../condition.ts';
import type { Anchor } from '../metric.ts';
import { AT_T, anchorKey, type Compilation, nodeFor } from './compilation.ts';
import { emitTest } from './emit-test.ts';
import type { PlanNode } from './plan.ts';

export function emitCondition(compilation: Compilation, condition: Condition, anchor: Anchor): PlanNode {
  switch (condition.kind) {
    case 'constant':
      return ternary(compilation, condition.value ? '1' : '0', []);
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
      return ternary(compilation, combine(condition, parts), parts);
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
  return ternary(compilation, sql, [value.node], anchor);
}

const ternary = (
  compilation: Compilation,
  sql: string,
  reads: readonly PlanNode[],
  anchor: Anchor = AT_T,
): PlanNode =>
  nodeFor(compilation, `condition ${sql} ${reads.length === 0 ? anchorKey(anchor) : ''}`, () => ({
    sql: `CAST(${sql}, 'Nullable(UInt8)')`,
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
      return `1 - (${anyOf(names)})`;
    case 'at_least': {
      // Sums of what is certainly true, and of what may be: true and unknown together.
      const certain = names.map((name) => `ifNull(${name}, 0)`).join(' + ') || '0';
      const possible = names.map((name) => `ifNull(${name}, 1)`).join(' + ') || '0';
      return `multiIf((${certain}) >= ${condition.n}, 1, (${possible}) < ${condition.n}, 0, NULL)`;
    }
  }
}

/** False where one is false, else unknown where one is. */
function allOf(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? '1';
  const certain = names.map((name) => `ifNull(${name}, 1)`).join(', ');
  return `multiIf(least(${certain}) = 0, 0, isNull(${names.join(' + ')}), NULL, 1)`;
}

/** True where one is true, else unknown where one is. */
function anyOf(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? '0';
  const certain = names.map((name) => `ifNull(${name}, 0)`).join(', ');
  return `multiIf(greatest(${certain}) = 1, 1, isNull(${names.join(' + ')}), NULL, 0)`;
}
