// Scores, §5: weighted parts whose points, counted in hundredths, add up to the score exactly; caps; bands; grades.
import type { Look, PartResult, ScoreResult } from './look.ts';
import { slackOf } from './metrics/evaluate-metric.ts';
import { asList, asMap, asNumber, asText, numberOr, type Plain, type PlainMap } from './plain.ts';

export function evaluateScore(look: Look, name: string): ScoreResult {
  const score = asMap(look.rules.scores?.[name]);
  const parts = Object.entries(asMap(score.parts)).map(([part, value]) => ({
    part,
    weight: asNumber(asMap(value).weight),
    raw: rawPoints(look, asMap(value)),
  }));
  const known = parts.filter(({ raw }) => raw !== null).reduce((sum, { weight }) => sum + weight, 0);
  const coverage = known / numberOr(score.out_of, 100);
  const scale = score.missing === 'zero' ? 1 : coverage > 0 ? 1 / coverage : 0;
  const rounded = roundTogether(parts, scale, look);
  const uncapped = isScored(look, score, coverage) ? rounded.total : null;
  const total = capped(look, score, uncapped);
  return {
    total,
    coverage,
    parts: withCap(rounded.parts, score, (total ?? 0) - (uncapped ?? 0)),
    band: bandOf(score, total),
  };
}

function isScored(look: Look, score: PlainMap, coverage: number): boolean {
  if (score.who !== undefined && look.holds(score.who) !== true) return false;
  // With parts that count as 0 there is always a score, unless the rules ask for more.
  if (score.missing === 'zero') return coverage >= numberOr(score.min_coverage, 0);
  return coverage > 0 && coverage >= numberOr(score.min_coverage, 0.5);
}

/** Null when the part is missing. */
function rawPoints(look: Look, part: PlainMap): number | null {
  const weight = asNumber(part.weight);
  if (part.when !== undefined) {
    const outcome = look.holds(part.when);
    return outcome === null ? null : outcome ? weight : 0;
  }
  if (part.points !== undefined) return highestTrue(look, asMap(part.points));
  const value = look.number(part.metric ?? null);
  if (value === null) return null;
  if (part.steps !== undefined) return step(look, part, value);
  const [from, to] = [asNumber(part.from), asNumber(part.to)];
  return weight * Math.min(1, Math.max(0, (value - from) / (to - from)));
}

/** An unknown one above the best true one leaves it open which it is. */
function highestTrue(look: Look, points: PlainMap): number | null {
  const highestFirst = Object.entries(points).sort(([a], [b]) => Number(b) - Number(a));
  for (const [value, condition] of highestFirst) {
    const outcome = look.holds(condition);
    if (outcome !== false) return outcome === null ? null : Number(value);
  }
  return 0;
}

function step(look: Look, part: PlainMap, value: number): number {
  const steps = Object.entries(asMap(part.steps)).map(([at, points]) => ({
    at: Number(at),
    points: asNumber(points),
  }));
  const metric = look.definition(part.metric ?? null);
  const slack = metric === undefined ? 0 : slackOf(metric, value);
  if (slack > 0 && steps.some(({ at }) => Math.abs(at - value) <= slack)) look.doubt();
  const reached = steps.filter(({ at }) => value >= at).sort((a, b) => b.at - a.at);
  return reached[0]?.points ?? 0;
}

/** Keeps a decimal half a half when it is computed in binary. */
const HALF = 1e-7;

/** Running sums are rounded, halves up, and a part is the step between two of them: nothing is lost to rounding. */
function roundTogether(
  parts: readonly { readonly part: string; readonly raw: number | null }[],
  scale: number,
  look: Look,
) {
  let [sum, before] = [0, 0];
  const rounded = parts.map(({ part, raw }): PartResult => {
    sum += (raw ?? 0) * scale;
    const exact = sum * 100 + 0.5 + HALF;
    if (Math.abs(exact - Math.round(exact)) < 1e-8) look.doubt();
    const now = Math.floor(exact);
    const points = now - before;
    before = now;
    return { part, points: raw === null ? null : points };
  });
  return { total: before, parts: rounded };
}

/** The lowest of the caps that hold; unknown holds not. */
function capped(look: Look, score: PlainMap, total: number | null): number | null {
  if (total === null || score.caps === undefined) return total;
  const caps = asList(score.caps).map(asMap);
  const bounds = caps
    .filter(({ when = null }) => look.holds(when) === true)
    .map(({ at }) => asNumber(at) * 100);
  return Math.min(total, ...bounds.map(Math.round));
}

const withCap = (parts: readonly PartResult[], score: PlainMap, lost: number): readonly PartResult[] =>
  score.caps === undefined ? parts : [...parts, { part: 'cap', points: lost }];

function bandOf(score: PlainMap, total: number | null): string | null {
  if (total === null || score.bands === undefined) return null;
  const rising = bandsRising(score);
  return rising.filter(([, from]) => total >= asNumber(from) * 100).at(-1)?.[0] ?? null;
}

const bandsRising = (score: PlainMap): readonly (readonly [string, Plain])[] =>
  Object.entries(asMap(score.bands)).sort(([, a], [, b]) => asNumber(a) - asNumber(b));

/** Letter from the band of the first score, number from that of the second; the best is A1. */
export function evaluateGrade(look: Look, name: string): string | null {
  const places = Object.values(asMap(look.rules.grades?.[name])).map((score) => {
    const best = [...bandsRising(asMap(look.rules.scores?.[asText(score)]))].reverse();
    const { value: band } = look.subject(`band.${score}`);
    return best.findIndex(([one]) => one === band);
  });
  const [letter = -1, number = -1] = places;
  return letter < 0 || number < 0 ? null : `${String.fromCharCode(65 + letter)}${number + 1}`;
}
