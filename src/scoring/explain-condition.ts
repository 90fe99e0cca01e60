// A condition as a tree with the value, test and outcome of every leaf, and which leaf is furthest from making it true.
import type { LeafPeople, Outcome } from '../model/signal.ts';
import type { LeafSlot } from '../rules/compile/plan.ts';
import type { Condition, ConditionLeaf } from '../rules/condition.ts';
import type { Subject } from '../rules/metric.ts';
import { measureGap } from './measure-gap.ts';
import { type ResultArrays, readValue } from './read-facts.ts';

export interface ExplainedLeaf {
  readonly kind: 'leaf';
  readonly subject: string;
  readonly value: number | string | null;
  readonly test: string;
  readonly outcome: Outcome;
  /** How far the value is from passing, as a share of the bound; 0 when it passes, null when nothing is known. */
  readonly gap: number | null;
  readonly people: LeafPeople | undefined;
  /** True when it rests on ranks among peers that are not kept: it is missing here, whatever it was. */
  readonly ranksGone: boolean;
}

export type ExplainedNode =
  | ExplainedLeaf
  | { readonly kind: 'constant'; readonly outcome: Outcome }
  | {
      readonly kind: 'all' | 'any' | 'none';
      readonly outcome: Outcome;
      readonly of: readonly ExplainedNode[];
    }
  | {
      readonly kind: 'at_least';
      readonly n: number;
      readonly outcome: Outcome;
      readonly of: readonly ExplainedNode[];
    }
  | {
      readonly kind: 'segment';
      readonly name: string;
      readonly outcome: Outcome;
      readonly of: readonly ExplainedNode[];
    };

export interface ExplainPlace {
  readonly row: ResultArrays;
  /** Of the rule: where the values and outcomes of its leaves stand. */
  readonly leaves: readonly LeafSlot[];
  readonly segments: ReadonlyMap<string, Condition>;
  /** By subject. */
  readonly people: ReadonlyMap<string, LeafPeople>;
  /** Whether a value is missing because ranks among peers are not kept of that moment. */
  readonly ranksGone: (subject: Subject) => boolean;
}

export function explainCondition(condition: Condition, place: ExplainPlace): ExplainedNode {
  switch (condition.kind) {
    case 'constant':
      return { kind: 'constant', outcome: condition.value ? 'true' : 'false' };
    case 'leaf':
      return explainLeaf(condition, place);
    case 'segment': {
      const inner = place.segments.get(condition.name);
      const of = inner === undefined ? [] : [explainCondition(inner, place)];
      return { kind: 'segment', name: condition.name, outcome: of[0]?.outcome ?? 'unknown', of };
    }
    case 'at_least': {
      const of = condition.of.map((part) => explainCondition(part, place));
      return { kind: 'at_least', n: condition.n, outcome: atLeast(of, condition.n), of };
    }
    default: {
      const of = condition.of.map((part) => explainCondition(part, place));
      return { kind: condition.kind, outcome: combine(condition.kind, of), of };
    }
  }
}

function explainLeaf(
  { text, test, subject }: ConditionLeaf,
  { row, leaves, people, ranksGone }: ExplainPlace,
): ExplainedLeaf {
  const slot = leaves.find((leaf) => leaf.subject === text.subject && leaf.test === text.test);
  const value = slot === undefined ? null : readValue(row, slot.value);
  const outcome = slot === undefined ? 'unknown' : (row.outcomes[slot.outcome] ?? 'unknown');
  const gap = outcome === 'true' ? 0 : outcome === 'unknown' ? null : measureGap(value, test);
  const behind = people.get(text.subject);
  return { kind: 'leaf', ...text, value, outcome, gap, people: behind, ranksGone: ranksGone(subject) };
}

/** §4: all is false if one is false, else unknown if one is; any mirrors it; none is the opposite of any. */
function combine(kind: 'all' | 'any' | 'none', of: readonly ExplainedNode[]): Outcome {
  const has = (outcome: Outcome) => of.some((node) => node.outcome === outcome);
  if (kind === 'all') return has('false') ? 'false' : has('unknown') ? 'unknown' : 'true';
  const any = has('true') ? 'true' : has('unknown') ? 'unknown' : 'false';
  if (kind === 'any') return any;
  return any === 'true' ? 'false' : any === 'false' ? 'true' : 'unknown';
}

function atLeast(of: readonly ExplainedNode[], n: number): Outcome {
  const certain = of.filter(({ outcome }) => outcome === 'true').length;
  const possible = of.filter(({ outcome }) => outcome !== 'false').length;
  return certain >= n ? 'true' : possible < n ? 'false' : 'unknown';
}

/**
 * The leaf that keeps a condition from being true, or from being false where `wanted` says so; furthest first. Where
 * every part is needed it is the furthest part, where one will do the nearest, of `at_least` the last of the nearest
 * that are needed; within `none` the opposite is wanted. Undefined for what is as wanted, and for constants.
 */
export function findFurthest(
  node: ExplainedNode,
  wanted: 'true' | 'false' = 'true',
): ExplainedLeaf | undefined {
  if (node.outcome === wanted) return undefined;
  const opposite = wanted === 'true' ? 'false' : 'true';
  switch (node.kind) {
    case 'constant':
      return undefined;
    case 'leaf':
      return node;
    case 'segment':
      return byDistance(node.of, wanted)[0];
    case 'none': {
      const parts = byDistance(node.of, opposite);
      return wanted === 'true' ? parts.at(-1) : parts[0];
    }
    case 'all': {
      const parts = byDistance(node.of, wanted);
      return wanted === 'true' ? parts.at(-1) : parts[0];
    }
    case 'any': {
      const parts = byDistance(node.of, wanted);
      return wanted === 'true' ? parts[0] : parts.at(-1);
    }
    case 'at_least':
      return byDistance(node.of, wanted)[needed(node.of, node.n, wanted) - 1];
  }
}

/** How many more parts have to be true, or false. */
function needed(of: readonly ExplainedNode[], n: number, wanted: 'true' | 'false'): number {
  if (wanted === 'true') return n - of.filter(({ outcome }) => outcome === 'true').length;
  return of.filter(({ outcome }) => outcome !== 'false').length - n + 1;
}

/** Nearest first; what is missing is further than any number. */
const byDistance = (of: readonly ExplainedNode[], wanted: 'true' | 'false'): readonly ExplainedLeaf[] =>
  of
    .map((node) => findFurthest(node, wanted))
    .filter((leaf) => leaf !== undefined)
    .sort((a, b) => (a.gap ?? Number.POSITIVE_INFINITY) - (b.gap ?? Number.POSITIVE_INFINITY));
