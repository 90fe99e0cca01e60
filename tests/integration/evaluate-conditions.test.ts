// Conditions and scores in SQL against their definitions in a few plain lines, over random accounts.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseInput } from '../../src/app/evaluate/choose-input.ts';
import type { RuleName } from '../../src/model/ids.ts';
import type { Store } from '../../src/model/store.ts';
import { type Day, type EpochMillis, UTC } from '../../src/model/time.ts';
import { compileRuleset } from '../../src/rules/compile/compile-ruleset.ts';
import type { ScoreLayout } from '../../src/rules/compile/plan.ts';
import { writeStatement } from '../../src/rules/compile/write-statement.ts';
import type { Condition } from '../../src/rules/condition.ts';
import type { Rule } from '../../src/rules/rule.ts';
import type { Ruleset } from '../../src/rules/ruleset.ts';
import type { Score } from '../../src/rules/score.ts';
import type { Test } from '../../src/rules/test.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { group, openProject } from './support/project.ts';

const TRAITS = ['a', 'b', 'c'];
/** Values of the three traits; undefined is missing. */
const ACCOUNTS: readonly (readonly (number | undefined)[])[] = [undefined, 0, 1, 2.5].flatMap((a) =>
  [undefined, 1, 2].flatMap((b) => [undefined, 0, 2].map((c) => [a, b, c])),
);

type Ternary = boolean | undefined;

/** The language's page, §4, word for word. */
function holds(condition: Condition, values: readonly (number | undefined)[]): Ternary {
  switch (condition.kind) {
    case 'constant':
      return condition.value;
    case 'segment':
      throw new Error('not generated');
    case 'leaf': {
      if (condition.subject.kind !== 'trait') throw new Error('not generated');
      return passes(condition.test, values[TRAITS.indexOf(condition.subject.trait)]);
    }
    default:
      return combine(
        condition,
        condition.of.map((inner) => holds(inner, values)),
      );
  }
}

function combine(
  condition: Exclude<Condition, { kind: 'constant' | 'segment' | 'leaf' }>,
  parts: readonly Ternary[],
): Ternary {
  const count = (value: Ternary) => parts.filter((outcome) => outcome === value).length;
  const [yes, no, unknown] = [count(true), count(false), count(undefined)];
  const open = (decided: boolean, otherwise: boolean) => (unknown > 0 && !decided ? undefined : otherwise);
  switch (condition.kind) {
    case 'all':
      return open(no > 0, no === 0);
    case 'any':
      return open(yes > 0, yes > 0);
    case 'none':
      return open(yes > 0, yes === 0);
    case 'at_least':
      return yes >= condition.n ? true : yes + unknown < condition.n ? false : undefined;
  }
}

function passes(test: Test, value: number | undefined): Ternary {
  if (test.op === 'exists') return (value !== undefined) === test.value;
  if (value === undefined) return undefined;
  const number = (literal: { readonly value: unknown }) => Number(literal.value);
  switch (test.op) {
    case 'equals':
      return value === number(test.value);
    case 'gt':
      return value > number(test.value);
    case 'gte':
      return value >= number(test.value);
    case 'lt':
      return value < number(test.value);
    case 'lte':
      return value <= number(test.value);
    case 'in':
      return test.values.some((literal) => value === number(literal));
    case 'between':
      return value >= number(test.low) && value <= number(test.high);
    case 'not':
      return !test.tests.every((inner) => passes(inner, value));
    default:
      throw new Error('not generated');
  }
}

const literal = fc.constantFrom(0, 1, 2, 2.5).map((value) => ({ type: 'number' as const, value }));
const plainTest: fc.Arbitrary<Test> = fc.oneof(
  fc.record({
    op: fc.constantFrom('equals' as const, 'gt' as const, 'gte' as const, 'lt' as const, 'lte' as const),
    value: literal,
  }),
  fc.record({ op: fc.constant('in' as const), values: fc.array(literal, { minLength: 1, maxLength: 2 }) }),
  fc.record({ op: fc.constant('between' as const), low: literal, high: literal }),
  fc.record({ op: fc.constant('exists' as const), value: fc.boolean() }),
);
const anyTest: fc.Arbitrary<Test> = fc.oneof(
  { weight: 4, arbitrary: plainTest },
  fc
    .array(
      plainTest.filter((test) => test.op !== 'exists'),
      { minLength: 1, maxLength: 2 },
    )
    .map((tests) => ({ op: 'not' as const, tests })),
);
const leaf: fc.Arbitrary<Condition> = fc.record({
  kind: fc.constant('leaf' as const),
  subject: fc.constantFrom(...TRAITS).map((trait) => ({ kind: 'trait' as const, trait })),
  test: anyTest,
  text: fc.constant({ subject: 'account', test: '' }),
});
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.boolean().map((value) => ({ kind: 'constant' as const, value })),
    fc.record({
      kind: fc.constantFrom('all' as const, 'any' as const, 'none' as const),
      of: fc.array(tie('condition'), { maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constant('at_least' as const),
      n: fc.integer({ min: 1, max: 3 }),
      of: fc.array(tie('condition'), { minLength: 1, maxLength: 4 }),
    }),
  ),
}));

const rule = (name: string, when: Condition): Rule => ({
  name: name as RuleName,
  was: undefined,
  kind: 'pql',
  who: undefined,
  when,
  resolveWhen: undefined,
  forDays: 0,
  keepOpenDays: 0,
  cooldownDays: 0,
  severity: [],
  say: undefined,
  notify: undefined,
  muteIf: undefined,
  ifMissing: 'hold',
  stage: 'live',
  outcome: undefined,
  owner: undefined,
  playbook: undefined,
  note: undefined,
  onCreate: 'notify',
  maxNewPerDay: undefined,
  position: { file: '', line: 1, column: 1, length: 1 },
  conditionHash: name,
});

const part = fc.record({
  weight: fc.integer({ min: 1, max: 400 }).map((tenths) => tenths / 10),
  trait: fc.constantFrom(...TRAITS),
  scoring: fc.oneof(
    fc.record({
      kind: fc.constant('linear' as const),
      from: fc.integer({ min: 0, max: 2 }),
      to: fc.integer({ min: 3, max: 7 }),
    }),
    fc.record({ kind: fc.constant('turned' as const), from: fc.constant(3), to: fc.constant(0) }),
    fc.record({ kind: fc.constant('when' as const), least: fc.constantFrom(1, 2) }),
  ),
});

describe('conditions and scores in SQL', () => {
  let engine: TestEngine;
  let store: Store;
  beforeAll(async () => {
    engine = await startTestEngine();
    store = await engine.openDatabase();
    await openProject(store).ingest(
      ACCOUNTS.map((values, index) =>
        group(
          `a${index}`,
          { id: index, ...Object.fromEntries(TRAITS.map((trait, i) => [trait, values[i] ?? null])) },
          '2026-05-01T00:00:00Z',
        ),
      ),
    );
  });
  afterAll(() => engine?.stop());

  async function evaluate(ruleset: Pick<Ruleset, 'rules' | 'scores'>) {
    const whole: Ruleset = {
      hash: 'h',
      metrics: new Map(),
      segments: new Map(),
      grades: new Map(),
      ...ruleset,
    };
    const plan = compileRuleset(whole, { timezone: UTC });
    const input = chooseInput({
      kind: 'close',
      day: '2026-05-02' as Day,
      at: Date.UTC(2026, 4, 3) as EpochMillis,
      timezone: UTC,
      tick: Date.UTC(2026, 5, 2) * 1000,
    });
    const statement = writeStatement(plan, { ...input, known: 4_000_000_000_000_000 });
    const rows = await store.query<{ account_id: string; outcomes: string[]; scores: (string | null)[] }>(
      statement,
    );
    return { plan, rows: new Map(rows.map((row) => [row.account_id, row])) };
  }

  it('agree with the three-valued logic of the language', async () => {
    const seeds = fc.sample(fc.array(condition, { minLength: 40, maxLength: 40 }), { numRuns: 5, seed: 7 });
    for (const conditions of seeds) {
      const rules = new Map(conditions.map((when, index) => [`r${index}`, rule(`r${index}`, when)]));
      const { plan, rows } = await evaluate({ rules, scores: new Map() });
      for (const [index, values] of ACCOUNTS.entries()) {
        for (const [name, { when }] of rules) {
          const expected = holds(when, values);
          const outcome = rows.get(`a${index}`)?.outcomes[plan.layout.rules.get(name)?.when ?? -1];
          expect(outcome, JSON.stringify({ when, values })).toBe(
            expected === undefined ? 'unknown' : String(expected),
          );
        }
      }
    }
  });

  it('give parts that add up to the score exactly, within their weights, whatever is missing', async () => {
    const samples = fc.sample(fc.array(part, { minLength: 1, maxLength: 5 }), { numRuns: 30, seed: 11 });
    const scores = new Map(samples.map((parts, index) => [`s${index}`, toScore(`s${index}`, parts)]));
    const { plan, rows } = await evaluate({ rules: new Map(), scores });
    const found = [...rows.values()].flatMap((row) =>
      [...scores].map(([name, score]) => ({
        score,
        ...readScore(plan.layout.scoreLayouts.get(name), row.scores, score),
      })),
    );
    for (const { total, coverage, points, score } of found) {
      expect(coverage >= 0 && coverage <= 1).toBe(true);
      if (total === undefined) expect(coverage).toBeLessThan(0.5001);
      else expect(points.reduce((sum, value) => sum + value, 0)).toBe(total);
      expect(total ?? 0).toBeLessThanOrEqual(Math.round(score.outOf * 100));
      expect(Math.min(...points)).toBeGreaterThanOrEqual(0);
    }
    expect(found.filter(({ total }) => total !== undefined).length).toBeGreaterThan(300);
    expect(found.filter(({ total, coverage }) => total !== undefined && coverage < 1).length).toBeGreaterThan(
      50,
    );
  });
});

/** Hundredths of a point; a missing part counts as none. */
function readScore(layout: ScoreLayout | undefined, row: readonly (string | null)[], score: Score) {
  if (layout === undefined) throw new Error(`${score.name} has no layout`);
  const total = row[layout.total];
  return {
    total: total === null || total === undefined ? undefined : Number(total),
    coverage: Number(row[layout.coverage]) / 10_000,
    points: score.parts.map((_, index) => Number(row[layout.parts + index] ?? 0)),
  };
}

function toScore(
  name: string,
  parts: readonly {
    weight: number;
    trait: string;
    scoring: { kind: string; from?: number; to?: number; least?: number };
  }[],
): Score {
  return {
    name,
    who: undefined,
    missing: 'redistribute',
    minCoverage: 0.5,
    bands: [],
    caps: [],
    outOf: parts.reduce((sum, { weight }) => sum + weight, 0),
    parts: parts.map(({ weight, trait, scoring }, index) => {
      const subject = { kind: 'trait' as const, trait };
      const least = { type: 'number' as const, value: scoring.least ?? 0 };
      return {
        name: `p${index}`,
        weight,
        text: undefined,
        scoring:
          scoring.kind === 'when'
            ? {
                kind: 'when',
                when: {
                  kind: 'leaf',
                  subject,
                  test: { op: 'gte', value: least },
                  text: { subject: trait, test: '' },
                },
              }
            : { kind: 'linear', subject, from: scoring.from ?? 0, to: scoring.to ?? 1 },
      };
    }),
  };
}
