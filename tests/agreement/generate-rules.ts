// Random valid rule sets, in layers, so that nothing refers to itself: metrics, segments, scores and grades, rules,
// then metrics over scores and openings, and rules over all of it.

import { dayText } from '../reference/calendar.ts';
import type { Plain, PlainMap, PlainRuleset } from '../reference/plain.ts';
import type { Choose } from './choose.ts';
import type { Features } from './features.ts';
import { type GeneratedMetric, generateMetric, hides, type MetricScope } from './generate-metric.ts';
import { numberTest } from './generate-where.ts';

export interface RulesFrame {
  readonly choose: Choose;
  readonly features: Features;
  readonly firstDay: number;
  /** Whether rules may ask for the signals of others. */
  readonly signals: boolean;
}

interface Scope extends Omit<RulesFrame, 'signals'> {
  readonly metrics: readonly GeneratedMetric[];
  readonly segments: readonly string[];
  readonly scores: readonly string[];
  readonly grades: readonly string[];
  readonly signals: readonly string[];
}

export function generateRules(frame: RulesFrame): PlainRuleset {
  const { choose, features } = frame;
  const nothing: Scope = { ...frame, metrics: [], segments: [], scores: [], grades: [], signals: [] };
  const base = addMetrics(nothing, choose.whole(6, 12), 'm');
  const segments = define(choose.whole(1, 3), 'seg', (known) =>
    condition({ ...nothing, metrics: base, segments: known }, 2),
  );
  const scored: Scope = { ...nothing, metrics: base, segments: Object.keys(segments) };
  const scores = define(choose.whole(1, 3), 's', () => score(scored));
  const names = Object.keys(scores);
  const grades: PlainMap =
    features.has('grades') && names.length > 1 ? { g0: { fit: names[0] ?? '', usage: names[1] ?? '' } } : {};
  const early: Scope = { ...scored, scores: names, grades: Object.keys(grades) };
  const first = define(choose.whole(1, 3), 'r', () => rule(early));
  const signals = frame.signals ? Object.keys(first) : [];
  const late = addMetrics({ ...early, signals }, choose.whole(1, 4), 'late', base);
  const all: Scope = { ...early, metrics: [...base, ...late], signals };
  const second = define(choose.whole(1, 3), 'q', (known) =>
    rule({ ...all, signals: frame.signals ? [...signals, ...known] : [] }),
  );
  return {
    metrics: Object.fromEntries(all.metrics.map(({ name, map }) => [name, map])),
    segments,
    scores,
    ...(Object.keys(grades).length === 0 ? {} : { grades }),
    rules: { ...first, ...second },
  };
}

function define(count: number, prefix: string, make: (known: readonly string[]) => Plain): PlainMap {
  const made: Record<string, Plain> = {};
  for (let index = 0; index < count; index++) made[`${prefix}${index}`] = make(Object.keys(made));
  return made;
}

function addMetrics(
  scope: Scope,
  count: number,
  prefix: string,
  known: readonly GeneratedMetric[] = [],
): readonly GeneratedMetric[] {
  const made: GeneratedMetric[] = [];
  for (let index = 0; index < count; index++) {
    const metrics = [...known, ...made];
    const calm = metrics.filter(({ map }) => !hides(metrics, map, 'streak'));
    const asked: MetricScope = {
      ...scope,
      metrics,
      rules: scope.signals,
      condition: () => condition({ ...scope, metrics: calm, segments: [], scores: [], grades: [] }, 1),
    };
    made.push(generateMetric(asked, `${prefix}${index}`));
  }
  return made;
}

function condition(scope: Scope, depth: number, champion = true): Plain {
  const { choose } = scope;
  const inner = () => condition(scope, depth - 1, champion);
  const list = (least: number) => [...choose.times(choose.whole(least, 3), inner)];
  if (depth === 0 || choose.chance(45)) return leaf(scope, champion);
  const of = list(2);
  return choose.of<readonly (() => Plain)[]>(
    () => ({ all: list(1) }),
    () => ({ any: list(2) }),
    () => ({ any: list(2) }),
    () => ({ none: list(1) }),
    () => ({ at_least: { n: choose.whole(1, of.length), of } }),
    () => ({ ...asMap(leaf(scope, champion)), ...asMap(leaf(scope, champion)) }),
    () => ({ any: [choose.chance(50), leaf(scope, champion)] }),
  )();
}

const asMap = (plain: Plain): PlainMap => plain as PlainMap;

function leaf(scope: Scope, champion: boolean): PlainMap {
  const { choose, features, metrics, segments, scores, grades, signals } = scope;
  const date = () => dayText(scope.firstDay + choose.whole(-30, 10));
  const text = (...words: readonly string[]): Plain =>
    choose.of<readonly Plain[]>(
      choose.of(...words),
      { in: [...choose.some(words)] },
      { not: choose.of(...words) },
      { not: { in: [...choose.some(words)] } },
    );
  const metric = () => {
    const one = choose.of(...metrics);
    return { [one.name]: numberTest(choose, one.bounds) };
  };
  const options: readonly (readonly [boolean, number, () => PlainMap])[] = [
    [metrics.length > 0, 8, metric],
    [segments.length > 0, 1, () => ({ segment: choose.of(...segments) })],
    [
      scores.length > 0,
      1,
      () => ({ [`score.${choose.of(...scores)}`]: numberTest(choose, [0, 20, 33.33, 50, 75]) }),
    ],
    [scores.length > 0, 1, () => ({ [`band.${choose.of(...scores)}`]: text('low', 'mid', 'high') })],
    [grades.length > 0, 1, () => ({ [`grade.${choose.of(...grades)}`]: text('A1', 'A2', 'B1', 'B2', 'C3') })],
    [signals.length > 0, 2, () => ({ [`signal.${choose.of(...signals)}`]: choose.of('open', 'closed') })],
    [
      true,
      2,
      () => ({
        'account.plan': choose.chance(80) ? text('free', 'trial', 'team') : { exists: choose.chance(50) },
      }),
    ],
    [true, 1, () => ({ 'account.seats': numberTest(choose, [0, 1, 3, 4, 10]) })],
    [
      true,
      1,
      () => ({
        'account.active': choose.of<readonly Plain[]>(true, false, { not: true }, { exists: false }),
      }),
    ],
    [
      true,
      1,
      () => ({
        'account.renewal': choose.of<readonly Plain[]>({ gte: date() }, { lt: date() }, date(), {
          exists: true,
        }),
      }),
    ],
    [
      true,
      1,
      () => ({
        'account.name': choose.of<readonly Plain[]>(
          { contains: 'ö' },
          { starts_with: 'Bob' },
          { ends_with: 'r' },
        ),
      }),
    ],
    [true, 1, () => ({ 'account.age_days': numberTest(choose, [0, 1, 10, 30, 60]) })],
    [
      champion && features.has('champion'),
      1,
      () => ({ 'champion.idle_days': numberTest(choose, [0, 1, 3, 10]) }),
    ],
    [
      champion && features.has('champion'),
      1,
      () => ({ 'champion.changed': choose.of<readonly Plain[]>(true, false) }),
    ],
  ];
  const open = options
    .filter(([may]) => may)
    .flatMap(([, weight, make]) => Array.from({ length: weight }, () => make));
  return choose.of(...open)();
}

function score(scope: Scope): PlainMap {
  const { choose, features } = scope;
  const outOf = choose.of(100, 100, 60);
  const weights = splitWeight(choose, outOf, choose.whole(1, 4));
  const parts = Object.fromEntries(weights.map((weight, index) => [`p${index}`, part(scope, weight)]));
  const capped = features.has('caps') && choose.chance(40);
  return {
    parts,
    bands: { low: 0, mid: choose.of(20, 33.5), high: choose.of(45, 50) },
    ...(outOf === 100 ? {} : { out_of: outOf }),
    ...(choose.chance(25) ? { who: condition(scope, 1) } : {}),
    ...(choose.chance(50) ? { missing: choose.of('redistribute', 'zero') } : {}),
    ...(choose.chance(40) ? { min_coverage: choose.of(0, 0.3, 0.8) } : {}),
    ...(capped
      ? {
          caps: [
            ...choose.times(choose.whole(1, 2), () => ({
              when: condition(scope, 1),
              at: choose.of(10, 30, 42.25),
            })),
          ],
        }
      : {}),
  };
}

/** Halves of a point, so that sums stay exact. */
function splitWeight(choose: Choose, outOf: number, count: number): readonly number[] {
  const cuts = new Set(choose.times(count - 1, () => choose.whole(1, outOf * 2 - 1) / 2));
  const edges = [0, ...[...cuts].sort((a, b) => a - b), outOf];
  return edges.slice(1).map((edge, index) => edge - (edges[index] ?? 0));
}

function part(scope: Scope, weight: number): PlainMap {
  const { choose, features, metrics } = scope;
  const exact = metrics.filter(({ loose }) => !loose).map(({ name }) => name);
  const metric = choose.of<readonly Plain[]>(...exact, 'account.seats', 'account.age_days');
  const third = Math.round((weight / 3) * 100) / 100;
  return choose.of<readonly (() => PlainMap)[]>(
    () => ({ weight, metric, from: choose.of(0, 1, 10), to: choose.of(3, 7, 20) }),
    () => ({ weight, metric, from: choose.of(5, 12), to: choose.of(0, 1) }),
    () => ({ weight, metric, steps: { 0: 0, [choose.of('1', '2.5')]: third, 5: weight } }),
    () => ({ weight, when: condition(scope, 1) }),
    () =>
      features.has('points')
        ? { weight, points: { [String(weight)]: condition(scope, 1), [String(third)]: condition(scope, 1) } }
        : { weight, when: condition(scope, 1) },
  )();
}

function rule(scope: Scope): PlainMap {
  const { choose } = scope;
  const days = (...options: readonly string[]) => choose.of(...options);
  const severity: PlainMap = Object.fromEntries(
    choose.some(['critical', 'high', 'medium', 'low']).map((name) => [name, condition(scope, 1)]),
  );
  return {
    kind: choose.of('pql', 'churn_risk'),
    ...(choose.chance(40) ? { who: condition(scope, 1) } : {}),
    when: condition(scope, 2),
    ...(choose.chance(30) ? { resolve_when: condition(scope, 1) } : {}),
    ...(choose.chance(40) ? { for: days('0d', '1d', '2d', '1w') } : {}),
    ...(choose.chance(40) ? { keep_open: days('1d', '2d', '3d') } : {}),
    ...(choose.chance(40) ? { cooldown: days('1d', '2d', '1w') } : {}),
    ...(choose.chance(40) ? { severity: choose.chance(30) ? choose.of('low', 'high') : severity } : {}),
    ...(choose.chance(50) ? { if_missing: choose.of<readonly Plain[]>('hold', 'false', 'true') } : {}),
    ...(choose.chance(30) ? { on_create: choose.of('baseline', 'notify') } : {}),
    ...(choose.chance(15) ? { stage: 'shadow' } : {}),
  };
}
