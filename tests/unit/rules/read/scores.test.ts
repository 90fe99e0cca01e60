import { describe, expect, it } from 'vitest';
import { readRuleset } from '../../../../src/rules/read-ruleset.ts';
import { rulesetOf } from '../rule-files.ts';

const METRICS = `metrics:
  messages: {count: message_sent, window: 28d}
  idle_days: {days_since_last: any}
`;

function scoreOf(lines: string) {
  const score = rulesetOf(`${METRICS}scores:\n  s:\n${lines.replace(/^/gm, '    ')}\n`).scores.get('s');
  if (score === undefined) throw new Error('the score is missing');
  return score;
}
const ANY_PART = 'parts: {p: {weight: 100, metric: messages, from: 0, to: 5}}';

describe('a score', () => {
  it('has its points in falling order, whatever the order they are written in', () => {
    const { scoring } = scoreOf(
      'parts: {p: {weight: 100, points: {5: {messages: {gte: 1}}, 40.5: {messages: {gte: 9}}, 0: true, 10: false}}}',
    ).parts[0] ?? { scoring: undefined };
    expect(scoring?.kind === 'points' ? scoring.points.map(({ points }) => points) : []).toEqual([
      40.5, 10, 5, 0,
    ]);
  });

  it('has its caps with the lowest first', () => {
    const caps = '[{when: {idle_days: {gte: 7}}, at: 60}, {at: 0, when: {idle_days: {gte: 90}}}]';
    expect(scoreOf(`${ANY_PART}\ncaps: ${caps}`).caps.map(({ at }) => at)).toEqual([0, 60]);
    expect(scoreOf(ANY_PART).caps).toEqual([]);
  });

  it('is missing below half its weights, and never when what is missing is zero, unless it says how much it needs', () => {
    expect(scoreOf(ANY_PART)).toMatchObject({ missing: 'redistribute', minCoverage: 0.5 });
    expect(scoreOf(`${ANY_PART}\nmissing: zero`)).toMatchObject({ missing: 'zero', minCoverage: 0 });
    expect(scoreOf(`${ANY_PART}\nmissing: zero\nmin_coverage: 0.8`).minCoverage).toBe(0.8);
  });

  it('measures metrics in place, traits, age and other scores', () => {
    const parts = `parts:
  inline: {weight: 25, metric: {count: logged_in, window: 7d}, steps: {1: 25}}
  seats:  {weight: 25, metric: account.seats, from: 0, to: 50}
  age:    {weight: 25, metric: account.age_days, from: 90, to: 0}
  other:  {weight: 25, metric: score.base, from: 0, to: 100}`;
    const { scores } = rulesetOf(
      `${METRICS}scores:\n  base:\n    ${ANY_PART}\n  s:\n${parts.replace(/^/gm, '    ')}\n`,
    );
    const kinds = scores
      .get('s')
      ?.parts.map(({ scoring }) => ('subject' in scoring ? scoring.subject.kind : undefined));
    expect(kinds).toEqual(['inline', 'trait', 'age_days', 'score']);
  });
});

const GRADED = (more: string) => `${METRICS}scores:
  fit:
    parts: {size: {weight: 100, metric: account.seats, from: 0, to: 50}}
    bands: {small: 0, large: 50}
  usage:
    ${ANY_PART}
    bands: {poor: 0, fair: 40, good: 70}
grades:
  lead: {fit: fit, usage: usage}
${more}`;

describe('a grade', () => {
  it('takes its letter from the first score and its number from the second', () => {
    expect(rulesetOf(GRADED('')).grades.get('lead')).toEqual({
      name: 'lead',
      first: { label: 'fit', score: 'fit' },
      second: { label: 'usage', score: 'usage' },
    });
  });

  it.each(['A1', '{in: [A1, B3]}', '{not: B2}', '{starts_with: A}', '{exists: true}'])(
    'is tested by %s',
    (test) => {
      const { segments } = rulesetOf(GRADED(`segments: {top: {grade.lead: ${test}}}`));
      expect(segments.get('top')).toMatchObject({ subject: { kind: 'grade', name: 'lead' } });
    },
  );

  it.each(['C1', 'A4', 'a1', '{in: [A1, Z1]}'])('is never %s', (test) => {
    const { problems } = readRuleset({ 'r.yaml': GRADED(`segments: {top: {grade.lead: ${test}}}`) }, {});
    expect(problems.map(({ code }) => code)).toContain('C003');
  });
});

describe('the hashes of what is scored', () => {
  const ruled = (caps: string, points: number) =>
    rulesetOf(`${METRICS}scores:
  usage:
    parts: {p: {weight: 100, points: {${points}: {messages: {gte: 5}}}}}
    bands: {poor: 0, good: 70}
    ${caps}
grades:
  lead: {fit: usage, usage: usage}
rules:
  scored: {kind: pql, when: {score.usage: {gte: 50}}}
  graded: {kind: pql, when: {grade.lead: A1}}
`);
  const hashOf = (ruleset: ReturnType<typeof ruled>, rule: string) => ruleset.rules.get(rule)?.conditionHash;

  it.each(['scored', 'graded'])('tell a rule that is %s of a change of points and of caps', (rule) => {
    const capped = 'caps: [{when: {idle_days: {gte: 7}}, at: 60}]';
    const before = hashOf(ruled('', 100), rule);
    expect(hashOf(ruled('', 100), rule)).toBe(before);
    expect(hashOf(ruled('', 90), rule)).not.toBe(before);
    expect(hashOf(ruled(capped, 100), rule)).not.toBe(before);
    expect(hashOf(ruled(capped.replace('60', '50'), 100), rule)).not.toBe(hashOf(ruled(capped, 100), rule));
  });

  it('tell rulesets apart by their grades', () => {
    const ruleset = (grades: string) => rulesetOf(GRADED('').replace(/grades:.*/s, grades)).hash;
    const hashes = ['', 'grades: {a: {x: fit, y: usage}}', 'grades: {a: {x: usage, y: fit}}'].map(ruleset);
    expect(new Set(hashes).size).toBe(3);
  });
});
