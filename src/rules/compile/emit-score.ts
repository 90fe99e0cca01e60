// A score's columns. Points are counted in hundredths as integers, so that the parts add up to the score exactly.
import type { Anchor } from '../metric.ts';
import type { Score } from '../score.ts';
import { sqlBoth } from '../sql-both.ts';
import { sqlNumber } from '../sql-number.ts';
import { anchorKey, type Compilation, nodeFor, stringRef } from './compilation.ts';
import { emitPoints } from './emit-points.ts';
import type { PlanNode } from './plan.ts';

export interface ScoreColumns {
  /** Array(Nullable(Int64)): total, coverage in ten-thousandths, then the points of each part, the cap's last. */
  readonly layout: PlanNode;
  /** Nullable(Float64) in points. */
  readonly value: PlanNode;
}

export function emitScore(compilation: Compilation, name: string, anchor: Anchor): ScoreColumns {
  const score = compilation.ruleset.scores.get(name);
  if (score === undefined) throw new Error(`score "${name}" was not checked to be defined`);
  const key = `${name} ${anchorKey(anchor)}`;
  const raw = nodeFor(compilation, `score-raw ${key}`, () => rawPoints(compilation, score, anchor));
  const coverage = nodeFor(compilation, `score-coverage ${key}`, () => ({
    sql: `arraySum(arrayMap((r, w) -> if(isNull(r), 0, w), ${raw.alias}, ${weights(score)})) / ${sqlNumber(score.outOf)}`,
    reads: [raw],
  }));
  const running = nodeFor(compilation, `score-running ${key}`, () => ({
    sql: runningHundredths(score, raw.alias, coverage.alias),
    reads: [raw, coverage],
  }));
  const cap =
    score.caps.length === 0
      ? undefined
      : nodeFor(compilation, `score-cap ${key}`, () => capHundredths(compilation, score, anchor));
  const layout = nodeFor(compilation, `score-layout ${key}`, () =>
    layoutColumn(compilation, { score, raw, coverage, running, cap, anchor }),
  );
  const value = nodeFor(compilation, `score-value ${key}`, () => ({
    sql: `${layout.alias}[1] / 100`,
    reads: [layout],
  }));
  return { layout, value };
}

/** The name of the band that the score stands in; null without a score. */
export function emitBand(compilation: Compilation, name: string, anchor: Anchor): PlanNode {
  const { value } = emitScore(compilation, name, anchor);
  return nodeFor(compilation, `band ${name} ${anchorKey(anchor)}`, () => ({
    sql: bandCases(compilation, { value, score: name, word: (band) => band }),
    reads: [value],
  }));
}

interface BandCases {
  readonly value: PlanNode;
  readonly score: string;
  /** What stands for a band; `fromBest` is 0 for the best. */
  readonly word: (band: string, fromBest: number) => string;
}

/** Nullable(String): the word of the band that the score's value lies in. */
export function bandCases(compilation: Compilation, { value, score, word }: BandCases): string {
  const bands = [...(compilation.ruleset.scores.get(score)?.bands ?? [])].reverse();
  const cases = bands.map(
    ({ name, from }, index) =>
      `${value.alias} >= ${sqlNumber(from)}, ${stringRef(compilation, word(name, index))}, `,
  );
  return cases.length === 0 ? "CAST(NULL, 'Nullable(String)')" : `multiIf(${cases.join('')}NULL)`;
}

const weights = (score: Score): string => `[${score.parts.map((part) => sqlNumber(part.weight)).join(', ')}]`;

interface Column {
  readonly sql: string;
  readonly reads: readonly PlanNode[];
}

/** Array(Nullable(Float64)) of each part's points before missing weights are given to the others. */
function rawPoints(compilation: Compilation, score: Score, anchor: Anchor): Column {
  const parts = score.parts.map((part) => emitPoints(compilation, part, anchor));
  return {
    sql: `CAST([${parts.map(({ sql }) => sql).join(', ')}], 'Array(Nullable(Float64))')`,
    reads: parts.flatMap(({ reads }) => reads),
  };
}

/** A half goes up; 1e-7 keeps a half a half in binary. */
const hundredths = (points: number): number => Math.floor(points * 100 + 0.5 + 1e-7);

/** Nullable(Int64): the lowest cap that holds. An unknown one does not hold. */
function capHundredths(compilation: Compilation, score: Score, anchor: Anchor): Column {
  const caps = score.caps.map(({ at, when }) => ({
    at,
    condition: compilation.emit.condition(when, anchor),
  }));
  const cases = caps.map(({ at, condition }) => `${condition.alias} = 1, toInt64(${hundredths(at)}), `);
  return { sql: `multiIf(${cases.join('')}NULL)`, reads: caps.map(({ condition }) => condition) };
}

/**
 * Running sums rounded to hundredths: the differences between neighbours are the parts' points, and the last sum is
 * the score, so nothing is lost to rounding. It rounds as `hundredths` does.
 */
function runningHundredths(score: Score, raw: string, coverage: string): string {
  const scale = score.missing === 'redistribute' ? `if(${coverage} > 0, 1 / ${coverage}, 0)` : '1';
  return `arrayMap(s -> toInt64(floor(s * 100 + 0.5 + 1e-7)), arrayCumSum(arrayMap(r -> ifNull(r, 0) * (${scale}), ${raw})))`;
}

interface ScoreParts {
  readonly score: Score;
  readonly raw: PlanNode;
  readonly coverage: PlanNode;
  readonly running: PlanNode;
  readonly cap: PlanNode | undefined;
  readonly anchor: Anchor;
}

function layoutColumn(compilation: Compilation, parts: ScoreParts): Column {
  const { score, raw, coverage, running, cap, anchor } = parts;
  const who = score.who === undefined ? undefined : compilation.emit.condition(score.who, anchor);
  const enough = enoughCoverage(score, coverage.alias);
  const scored = who === undefined ? enough : sqlBoth([`${who.alias} = 1`, enough]);
  const sum = `${running.alias}[-1]`;
  const total = cap === undefined ? sum : `least(ifNull(${cap.alias}, ${sum}), ${sum})`;
  const points = `arrayMap((r, now, before) -> if(isNull(r), NULL, now - before), ${raw.alias}, ${running.alias}, arrayPushFront(arrayPopBack(${running.alias}), 0))`;
  const taken = cap === undefined ? '' : `, [if(${scored}, ${total} - ${sum}, 0)]`;
  return {
    sql: `CAST(arrayConcat([if(${scored}, ${total}, NULL), toInt64(round(${coverage.alias} * 10000))], ${points}${taken}), 'Array(Nullable(Int64))')`,
    reads: [raw, coverage, running, cap, who].filter((node) => node !== undefined),
  };
}

/** With nothing to redistribute to, there is no score. */
function enoughCoverage(score: Score, coverage: string): string {
  const least = `${coverage} >= ${sqlNumber(score.minCoverage)}`;
  return score.missing === 'redistribute' ? sqlBoth([least, `${coverage} > 0`]) : least;
}
