// Scores in SQL against their definition in a few plain lines, over random scores and accounts;
// and scores with grades through days of a project.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { chooseInput } from '../../src/app/evaluate/choose-input.ts';
import type { Store } from '../../src/model/store.ts';
import { type Day, type EpochMillis, UTC } from '../../src/model/time.ts';
import { compileRuleset } from '../../src/rules/compile/compile-ruleset.ts';
import type { ScoreLayout } from '../../src/rules/compile/plan.ts';
import { writeStatement } from '../../src/rules/compile/write-statement.ts';
import { readRuleset } from '../../src/rules/read-ruleset.ts';
import { loadEpisodes } from '../../src/store/delivery/load-episodes.ts';
import { group, track } from './support/project.ts';
import { shareEngine } from './support/share-engine.ts';

const TRAITS = ['a', 'b', 'c'] as const;
type Trait = (typeof TRAITS)[number];
type Account = Readonly<Partial<Record<Trait, number>>>;

const VALUES = [undefined, 0, 1, 2.5];
const ACCOUNTS: readonly Account[] = VALUES.flatMap((a) =>
  VALUES.flatMap((b) => VALUES.map((c) => ({ a, b, c }))),
).map((account) => Object.fromEntries(Object.entries(account).filter(([, value]) => value !== undefined)));

/** `{account.a: {gte: 1}}`, and what it is worth. */
interface Leaf {
  readonly trait: Trait;
  readonly least: number;
}
interface Part {
  readonly weight: number;
  readonly way:
    | { readonly kind: 'linear'; readonly trait: Trait; readonly from: number; readonly to: number }
    | {
        readonly kind: 'steps';
        readonly trait: Trait;
        readonly steps: readonly (readonly [number, number])[];
      }
    | { readonly kind: 'points'; readonly points: readonly (readonly [number, Leaf])[] }
    | { readonly kind: 'when'; readonly when: Leaf };
}
interface Spec {
  readonly parts: readonly Part[];
  readonly missing: 'redistribute' | 'zero';
  readonly minCoverage: number | undefined;
  readonly who: Leaf | undefined;
  readonly caps: readonly { readonly share: number; readonly when: Leaf }[];
}

const trait = fc.constantFrom(...TRAITS);
const leaf: fc.Arbitrary<Leaf> = fc.record({ trait, least: fc.constantFrom(0, 1, 2) });
const share = fc.integer({ min: 0, max: 100 }).map((hundredth) => hundredth / 100);
const way = (weight: number): fc.Arbitrary<Part['way']> => {
  const points = share.map((part) => Math.floor(part * weight * 100) / 100);
  return fc.oneof(
    fc
      .record({ trait, from: fc.integer({ min: 0, max: 3 }), to: fc.integer({ min: 0, max: 7 }) })
      .filter(({ from, to }) => from !== to)
      .map((ends) => ({ kind: 'linear' as const, ...ends })),
    fc.record({
      kind: fc.constant('steps' as const),
      trait,
      steps: fc.uniqueArray(fc.tuple(fc.constantFrom(0, 1, 2, 2.5), points), {
        minLength: 1,
        maxLength: 3,
        selector: ([at]) => at,
      }),
    }),
    fc.record({
      kind: fc.constant('points' as const),
      points: fc.uniqueArray(fc.tuple(points, leaf), {
        minLength: 1,
        maxLength: 3,
        selector: ([earned]) => earned,
      }),
    }),
    fc.record({ kind: fc.constant('when' as const), when: leaf }),
  );
};
const part: fc.Arbitrary<Part> = fc
  .integer({ min: 1, max: 4000 })
  .chain((hundredths) => fc.record({ weight: fc.constant(hundredths / 100), way: way(hundredths / 100) }));
const spec: fc.Arbitrary<Spec> = fc.record({
  parts: fc.array(part, { minLength: 1, maxLength: 5 }),
  missing: fc.constantFrom('redistribute' as const, 'zero' as const),
  minCoverage: fc.option(share, { nil: undefined }),
  who: fc.option(leaf, { nil: undefined, freq: 4 }),
  caps: fc.array(fc.record({ share: share.map((value) => value * 0.9), when: leaf }), { maxLength: 2 }),
});

const outOf = ({ parts }: Spec): number =>
  Number(parts.reduce((sum, { weight }) => sum + weight, 0).toFixed(2));
const bandsOf = (score: Spec) => ({ poor: 0, fair: outOf(score) * 0.4, good: outOf(score) * 0.7 });
const capAt = (score: Spec, cap: Spec['caps'][number]): number =>
  Math.floor(cap.share * outOf(score) * 100) / 100;

/** As the team writes it; JSON is YAML. */
function written(score: Spec): object {
  return {
    out_of: outOf(score),
    missing: score.missing,
    ...(score.minCoverage === undefined ? {} : { min_coverage: score.minCoverage }),
    ...(score.who === undefined ? {} : { who: test(score.who) }),
    ...(score.caps.length === 0
      ? {}
      : { caps: score.caps.map((cap) => ({ when: test(cap.when), at: capAt(score, cap) })) }),
    parts: Object.fromEntries(
      score.parts.map(({ weight, way: how }, index) => [`p${index}`, { weight, ...writtenWay(how) }]),
    ),
    bands: bandsOf(score),
  };
}

const test = ({ trait: name, least }: Leaf) => ({ [`account.${name}`]: { gte: least } });

function writtenWay(how: Part['way']): object {
  switch (how.kind) {
    case 'linear':
      return { metric: `account.${how.trait}`, from: how.from, to: how.to };
    case 'steps':
      return { metric: `account.${how.trait}`, steps: Object.fromEntries(how.steps) };
    case 'points':
      return { points: Object.fromEntries(how.points.map(([points, when]) => [points, test(when)])) };
    case 'when':
      return { when: test(how.when) };
  }
}

const holds = (account: Account, { trait: name, least }: Leaf): boolean | undefined => {
  const value = account[name];
  return value === undefined ? undefined : value >= least;
};

/** The language's page, §5, word for word; undefined is missing. */
function earned(account: Account, { weight, way: how }: Part): number | undefined {
  switch (how.kind) {
    case 'when': {
      const outcome = holds(account, how.when);
      return outcome === undefined ? undefined : outcome ? weight : 0;
    }
    case 'points': {
      const falling = [...how.points].sort(([a], [b]) => b - a);
      for (const [points, when] of falling) {
        const outcome = holds(account, when);
        if (outcome === undefined) return undefined;
        if (outcome) return points;
      }
      return 0;
    }
    case 'linear': {
      const value = account[how.trait];
      if (value === undefined) return undefined;
      return weight * Math.min(1, Math.max(0, (value - how.from) / (how.to - how.from)));
    }
    case 'steps': {
      const value = account[how.trait];
      if (value === undefined) return undefined;
      const reached = [...how.steps].sort(([a], [b]) => a - b).filter(([at]) => value >= at);
      return reached.at(-1)?.[1] ?? 0;
    }
  }
}

function expected(account: Account, score: Spec) {
  const points = score.parts.map((one) => earned(account, one));
  const there = score.parts.filter((_, index) => points[index] !== undefined);
  const coverage = there.reduce((sum, { weight }) => sum + weight, 0) / outOf(score);
  const least = score.minCoverage ?? (score.missing === 'zero' ? 0 : 0.5);
  const excluded = score.who !== undefined && holds(account, score.who) !== true;
  const near = Math.abs(coverage - least) < 1e-9;
  if (excluded || coverage < least || (score.missing === 'redistribute' && coverage === 0))
    return { total: undefined, coverage, near: near && !excluded, capped: false };
  const scale = score.missing === 'redistribute' ? 1 / coverage : 1;
  const sum = points.reduce<number>((total, value) => total + (value ?? 0) * scale, 0);
  const caps = score.caps.filter((cap) => holds(account, cap.when) === true).map((cap) => capAt(score, cap));
  return { total: Math.min(sum, ...caps), coverage, near, capped: sum > Math.min(Infinity, ...caps) };
}

/** Hundredths of a point. */
interface Found {
  readonly total: number | undefined;
  readonly coverage: number;
  /** A missing part counts as none. */
  readonly parts: readonly number[];
}

const foundScore = (
  row: readonly (string | null)[],
  { total, coverage, parts, values }: ScoreLayout,
): Found => ({
  total: row[total] === null ? undefined : Number(row[total]),
  coverage: Number(row[coverage]) / 10_000,
  parts: values.map((_, at) => Number(row[parts + at] ?? 0)),
});

interface Case {
  readonly account: Account;
  readonly score: Spec;
  readonly found: Found;
}

/** What the case was an example of. */
function compare({ account, score, found }: Case) {
  const want = expected(account, score);
  const told = JSON.stringify({ account, score: written(score), found });
  if (want.near) return ['skipped'] as const;
  expect(found.coverage, told).toBeCloseTo(want.coverage, 3);
  expect(found.total === undefined, told).toBe(want.total === undefined);
  if (found.total === undefined || want.total === undefined) return ['missing'] as const;
  expect(Math.abs(found.total / 100 - want.total), told).toBeLessThanOrEqual(0.005 + 1e-6);
  const sum = found.parts.reduce((total, points) => total + points, 0);
  expect(sum, told).toBe(found.total);
  const cap = score.caps.length === 0 ? 0 : (found.parts.at(-1) ?? 0);
  const parts = score.caps.length === 0 ? found.parts : found.parts.slice(0, -1);
  expect(Math.min(...parts, -cap), told).toBeGreaterThanOrEqual(0);
  if (cap < 0) expect(want.capped, told).toBe(true);
  const redistributed = want.coverage < 0.999 && score.missing === 'redistribute';
  return [
    'scored' as const,
    ...(cap < 0 ? ['capped' as const] : []),
    ...(redistributed ? ['redistributed' as const] : []),
  ];
}

describe('scores in SQL', () => {
  const engine = shareEngine();
  let store: Store;
  beforeAll(async () => {
    const project = await engine.openProject();
    store = project.store;
    await project.ingest(
      ACCOUNTS.map((traits, index) => group(`a${index}`, { id: index, ...traits }, '2026-05-01T00:00:00Z')),
    );
  });

  async function evaluate(files: object) {
    const { ruleset, problems } = readRuleset({ 'rules.yaml': JSON.stringify(files) }, {});
    if (ruleset === undefined) throw new Error(JSON.stringify({ problems, files }, undefined, 1));
    const plan = compileRuleset(ruleset, { timezone: UTC });
    const input = chooseInput({
      kind: 'close',
      day: '2026-05-02' as Day,
      at: Date.UTC(2026, 4, 3) as EpochMillis,
      timezone: UTC,
      tick: Date.UTC(2026, 5, 2) * 1000,
    });
    const rows = await store.query<{
      account_id: string;
      texts: (string | null)[];
      scores: (string | null)[];
    }>(writeStatement(plan, input));
    return { plan, rows: new Map(rows.map((row) => [row.account_id, row])) };
  }

  it('are what the page says, and their parts add up to them exactly, caps included', async () => {
    const specs = fc.sample(spec, { numRuns: 60, seed: 23 });
    const scores = Object.fromEntries(specs.map((score, index) => [`s${index}`, written(score)]));
    const { plan, rows } = await evaluate({ scores });
    const seen = { scored: 0, missing: 0, redistributed: 0, capped: 0, skipped: 0 };
    for (const [number, account] of ACCOUNTS.entries())
      for (const [index, score] of specs.entries()) {
        const layout = plan.layout.scoreLayouts.get(`s${index}`);
        const row = rows.get(`a${number}`)?.scores;
        if (layout === undefined || row === undefined) throw new Error('no row');
        for (const trait of compare({ account, score, found: foundScore(row, layout) })) seen[trait] += 1;
      }
    expect(seen.scored).toBeGreaterThan(1000);
    expect(seen.missing).toBeGreaterThan(300);
    expect(seen.redistributed).toBeGreaterThan(100);
    expect(seen.capped).toBeGreaterThan(100);
    expect(seen.skipped).toBeLessThan(100);
  });
});

const LEADS = `
metrics:
  messages: {count: message_sent, window: 7d}
  idle_days: {days_since_last: any}
  rise: {change: score.usage, over: 4d, as: absolute}
scores:
  fit:
    parts:
      size: {weight: 60, points: {60: {account.seats: {gte: 50}}, 20: {account.seats: {gte: 10}}}}
      plan: {weight: 40, when: {account.plan: team}}
    bands: {poor: 0, fair: 40, good: 70}
  usage:
    out_of: 60
    who: {account.plan: {exists: true}}
    parts:
      volume: {weight: 40, metric: messages, from: 0, to: 4}
      age: {weight: 10, metric: account.age_days, steps: {0: 0, 1: 10}}
      fitting: {weight: 10, metric: score.fit, from: 0, to: 100}
    caps:
      - {when: {idle_days: {gte: 2}}, at: 30.5}
      - {when: {account.health: red}, at: 10}
    bands: {low: 0, high: 45}
grades:
  lead: {fit: fit, usage: usage}
rules:
  top:
    kind: pql
    owner: sales
    outcome: {event: subscription_started, within: 30d}
    keep_open: 0d
    on_create: notify
    when: {grade.lead: {in: [A1, B1]}}
    say: "{account.name}: {grade.lead}, {score.usage} of 60, {band.usage}"
  capped:
    kind: churn_risk
    owner: csm
    outcome: {event: subscription_cancelled, within: 30d}
    keep_open: 0d
    on_create: notify
    when: {rise: {between: [-21, -20]}}
`;

describe('a score at its edges', () => {
  const engine = shareEngine();

  /** `there` is 5, `missing` is missing; `half` is 50 points without a word more. */
  const SCORES = `scores:
  enough: {parts: {a: {weight: 50, when: {account.there: 5}}, b: {weight: 50, metric: account.missing, from: 0, to: 9}}}
  too_little: {parts: {a: {weight: 49, when: {account.there: 5}}, b: {weight: 51, metric: account.missing, from: 0, to: 9}}}
  asked: {min_coverage: 0.2, parts: {a: {weight: 20, when: {account.there: 5}}, b: {weight: 80, when: {account.missing: 1}}}}
  zero: {missing: zero, parts: {a: {weight: 20, when: {account.there: 5}}, b: {weight: 80, when: {account.missing: 1}}}}
  others: {who: {account.missing: 1}, parts: {a: {weight: 100, when: true}}}
  low: {parts: {a: {weight: 100, metric: account.there, steps: {6: 40, 9: 100}}}, bands: {poor: 0, fair: 40}}
  edge: {parts: {a: {weight: 100, metric: account.there, steps: {5: 40, 9: 100}}}, bands: {poor: 0, fair: 40}}
  turned: {parts: {a: {weight: 100, metric: account.there, from: 10, to: 0}}}
  clamped: {parts: {a: {weight: 100, metric: account.there, from: 0, to: 4}}}
  highest: {parts: {a: {weight: 100, points: {10: {account.there: 5}, 30: {account.there: 5}, 90: {account.there: 6}}}}}
  capped: {parts: {a: {weight: 100, when: true}}, caps: [{when: {account.there: 5}, at: 30}, {when: {account.missing: 1}, at: 10}]}
  third: {out_of: 3, parts: {a: {weight: 1, metric: account.there, from: 0, to: 15}, b: {weight: 2, when: true}}}
`;
  const BY_SCORE = {
    // Exactly half of the weights is enough, and has it all; a hundredth less is no score.
    enough: { value: 100, coverage: 0.5, parts: [100, null] },
    too_little: { value: null, coverage: 0.49 },
    asked: { value: 100, coverage: 0.2 },
    zero: { value: 20, coverage: 0.2, parts: [20, null] },
    others: { value: null },
    low: { value: 0, band: 'poor' },
    edge: { value: 40, band: 'fair' },
    turned: { value: 50 },
    clamped: { value: 100 },
    highest: { value: 30 },
    capped: { value: 30, parts: [100, -70] },
    third: { value: 2.33, coverage: 1, parts: [0.33, 2] },
  };

  it('is what the page says', async () => {
    const project = await engine.openProject();
    await project.ingest([group('acme', { there: 5 }, '2026-05-01T08:00:00Z')]);
    await project.apply(`${SCORES}grades: {lead: {fit: edge, usage: low}}
rules:
  fair: {kind: x, when: {band.edge: fair, band.low: poor, grade.lead: A2}}
  unscored: {kind: x, when: {any: [{score.too_little: {exists: true}}, {band.low: {not: poor}}]}}
  r: {kind: x, when: true, who: {any: [true, ${Object.keys(BY_SCORE)
    .map((name) => `{score.${name}: 0}`)
    .join(', ')}]}}
`);
    await project.close('2026-05-01');
    const [fair, row] = await project.rows(
      `SELECT rule, evidence FROM transitions FINAL WHERE to = 'open' ORDER BY rule`,
    );
    expect([fair?.rule, row?.rule]).toEqual(['fair', 'r']);
    const { scores } = JSON.parse(String(row?.evidence)) as {
      scores: Record<string, { parts: { points: number | null; weight: number; value: unknown }[] }>;
    };
    for (const [name, expected] of Object.entries(BY_SCORE)) {
      const { parts = [], ...found } = scores[name] ?? {};
      const told = { ...found, parts: parts.map(({ points }) => points) };
      expect(told, name).toMatchObject(expected);
    }
    expect(scores.third?.parts).toEqual([
      { part: 'a', points: 0.33, weight: 1, value: 5 },
      { part: 'b', points: 2, weight: 2, value: null },
    ]);
  });
});

describe('scores and grades over days', () => {
  const engine = shareEngine();

  it('go into the history with their cap, into the evidence with grades, and are what they were four days ago', async () => {
    const project = await engine.openProject();
    const sent = (day: string) => track('acme', 'ann', 'message_sent', `${day}T10:00:00Z`);
    await project.ingest([
      group('acme', { name: 'Acme', seats: 50, plan: 'team' }, '2026-05-01T00:00:00Z'),
      group('bare', { name: 'Bare', seats: 50 }, '2026-05-01T00:00:00Z'),
      ...['2026-05-04', '2026-05-05', '2026-05-05', '2026-05-06'].map(sent),
      group('acme', { health: 'red' }, '2026-05-12T09:00:00Z'),
    ]);
    await project.apply(LEADS);
    for (const day of ['05', '06', '08', '11', '12']) await project.close(`2026-05-${day}`);
    const history = await project.rows(`SELECT toString(day) AS day, toFloat64(value) AS value, band, parts
      FROM scores WHERE account_id = 'acme' AND score = 'usage' ORDER BY day`);
    const told = history.map(({ day, value, band, parts }) => [
      day,
      value,
      band,
      (JSON.parse(String(parts)) as { part: string; points: number }[]).map(({ part, points }) => [
        part,
        points,
      ]),
    ]);
    const parts = (...points: readonly number[]) =>
      ['volume', 'age', 'fitting', 'cap'].map((name, index) => [name, points[index]]);
    // Idle for two days from the 8th on: 60 points become 30.5; red from the 12th on, when four fifths are gone anyway.
    expect(told).toEqual(
      expect.arrayContaining([
        ['2026-05-06', 60, 'high', parts(40, 10, 10, 0)],
        ['2026-05-08', 30.5, 'low', parts(40, 10, 10, -29.5)],
        ['2026-05-12', 10, 'low', parts(10, 10, 10, -20)],
      ]),
    );
    for (const [, value, , found] of told)
      expect((found as [string, number][]).reduce((sum, [, points]) => sum + points, 0)).toBe(value);
    expect(
      await project.rows(`SELECT count() AS n FROM scores WHERE account_id = 'bare' AND score = 'usage'`),
    ).toEqual([{ n: '0' }]);
    const transitions =
      await project.rows(`SELECT account_id, rule, to, toString(day) AS day, sentence, evidence
      FROM transitions FINAL WHERE to IN ('open', 'resolved') ORDER BY at, rule`);
    const seen = transitions.map((row) => [row.account_id, row.rule, row.to, row.day, row.sentence]);
    expect(seen).toEqual([
      ['acme', 'top', 'open', '2026-05-05', 'Acme: A1, 50 of 60, high'],
      ['acme', 'top', 'resolved', '2026-05-08', 'Acme: A2, 30.5 of 60, low'],
      ['acme', 'capped', 'open', '2026-05-12', expect.stringContaining('rise')],
    ]);
    expect(JSON.parse(String(transitions[0]?.evidence)).grades).toEqual({ lead: 'A1' });
    const grades = await project.rows(
      'SELECT account_id, grade, value, toString(day) AS day FROM grades ORDER BY account_id, day',
    );
    expect(grades.map((row) => [row.account_id, row.grade, row.value, row.day])).toEqual([
      ['acme', 'lead', 'A1', '2026-05-05'],
      ['acme', 'lead', 'A2', '2026-05-08'],
    ]);
    const [open] = await loadEpisodes(project.store, { which: 'open', limit: 10 });
    expect(open?.evidence.grades).toEqual({ lead: 'A2' });
    const rise = JSON.parse(String(transitions[2]?.evidence)).leaves[0];
    expect(rise).toMatchObject({ subject: 'rise', value: 10 - 30.5, outcome: 'true' });
  });
});
