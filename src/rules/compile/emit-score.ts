// A score's columns. Points are counted in hundredths as integers, so that the parts add up to the score exactly.
import type { Anchor } from '../metric.ts';
import type { Score, ScorePart } from '../score.ts';
import { sqlNumber } from '../sql-number.ts';
import { anchorKey, type Compilation, nodeFor, stringRef } from './compilation.ts';
import type { PlanNode } from './plan.ts';

export interface ScoreColumns {
  /** Array(Nullable(Int64)): total, coverage in ten-thousandths, then the points of each part. */
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
  const layout = nodeFor(compilation, `score-layout ${key}`, () =>
    layoutColumn(compilation, { score, raw, coverage, running, anchor }),
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
  const bands = compilation.ruleset.scores.get(name)?.bands ?? [];
  return nodeFor(compilation, `band ${name} ${anchorKey(anchor)}`, () => {
    const cases = [...bands]
      .reverse()
      .map((band) => `${value.alias} >= ${sqlNumber(band.from)}, ${stringRef(compilation, band.name)}, `);
    return {
      sql: cases.length === 0 ? "CAST(NULL, 'Nullable(String)')" : `multiIf(${cases.join('')}NULL)`,
      reads: [value],
    };
  });
}

const weights = (score: Score): string => `[${score.parts.map((part) => sqlNumber(part.weight)).join(', ')}]`;

/** Array(Nullable(Float64)) of each part's points before missing weights are given to the others. */
function rawPoints(
  compilation: Compilation,
  score: Score,
  anchor: Anchor,
): { readonly sql: string; readonly reads: readonly PlanNode[] } {
  const parts = score.parts.map((part) => partPoints(compilation, part, anchor));
  return {
    sql: `CAST([${parts.map((part) => part.sql).join(', ')}], 'Array(Nullable(Float64))')`,
    reads: parts.map((part) => part.reads),
  };
}

function partPoints(
  compilation: Compilation,
  part: ScorePart,
  anchor: Anchor,
): { readonly sql: string; readonly reads: PlanNode } {
  const weight = sqlNumber(part.weight);
  if (part.scoring.kind === 'when') {
    const condition = compilation.emit.condition(part.scoring.when, anchor);
    return { sql: `${condition.alias} * ${weight}`, reads: condition };
  }
  const value = compilation.emit.number(part.scoring.subject, anchor);
  if (part.scoring.kind === 'linear') {
    const { from, to } = part.scoring;
    const share = `(${value.alias} - ${sqlNumber(from)}) / ${sqlNumber(to - from)}`;
    return { sql: `${weight} * least(greatest(${share}, 0.), 1.)`, reads: value };
  }
  const cases = [...part.scoring.steps]
    .reverse()
    .map((step) => `${value.alias} >= ${sqlNumber(step.at)}, ${sqlNumber(step.points)}, `);
  return { sql: `multiIf(isNull(${value.alias}), NULL, ${cases.join('')}toFloat64(0))`, reads: value };
}

/**
 * Running sums rounded to hundredths: the differences between neighbours are the parts' points, and the last sum is
 * the score, so nothing is lost to rounding. A half goes up; 1e-7 keeps a half a half in binary.
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
  readonly anchor: Anchor;
}

function layoutColumn(
  compilation: Compilation,
  { score, raw, coverage, running, anchor }: ScoreParts,
): { readonly sql: string; readonly reads: readonly PlanNode[] } {
  const who = score.who === undefined ? undefined : compilation.emit.condition(score.who, anchor);
  const enough =
    score.missing === 'redistribute'
      ? `${coverage.alias} >= ${sqlNumber(score.minCoverage)} AND ${coverage.alias} > 0`
      : '1';
  const scored = who === undefined ? enough : `ifNull(${who.alias}, 0) AND ${enough}`;
  const points = `arrayMap((r, now, before) -> if(isNull(r), NULL, now - before), ${raw.alias}, ${running.alias}, arrayPushFront(arrayPopBack(${running.alias}), 0))`;
  return {
    sql: `CAST(arrayConcat([if(${scored}, ${running.alias}[-1], NULL), toInt64(round(${coverage.alias} * 10000))], ${points}), 'Array(Nullable(Int64))')`,
    reads: [raw, coverage, running, ...(who === undefined ? [] : [who])],
  };
}
