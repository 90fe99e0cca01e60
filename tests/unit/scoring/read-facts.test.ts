// What the evidence of a signal says of scores and grades.
import { describe, expect, it } from 'vitest';
import { UTC } from '../../../src/model/time.ts';
import { compileRuleset } from '../../../src/rules/compile/compile-ruleset.ts';
import { buildEvidence } from '../../../src/scoring/read-facts.ts';
import { rulesetOf } from '../rules/rule-files.ts';

const RULES = `metrics:
  messages: {count: message_sent, window: 28d}
  idle_days: {days_since_last: any}
scores:
  fit:
    parts: {size: {weight: 100, metric: account.seats, from: 0, to: 50}}
    bands: {small: 0, medium: 30, large: 50}
  usage:
    parts:
      volume: {weight: 60, metric: messages, from: 0, to: 5}
      habit: {weight: 40, points: {40: {messages: {gte: 9}}}}
    caps: [{when: {idle_days: {gte: 7}}, at: 30}]
    bands: {poor: 0, good: 70}
rules:
  top: {kind: pql, when: {messages: {gte: 1}}}
`;
const GRADES = 'grades: {lead: {fit: fit, usage: usage}}\n';

/** `scores`: hundredths, in the order total, coverage in ten-thousandths, parts; of fit, then of usage. */
function evidenceOf(scores: readonly (number | null)[], rules = RULES + GRADES) {
  const plan = compileRuleset(rulesetOf(rules), { timezone: UTC });
  const layout = plan.layout.rules.get('top');
  if (layout === undefined) throw new Error('the rule is missing');
  const row = {
    metrics: Array.from({ length: plan.layout.metrics }, () => 5),
    texts: [],
    outcomes: [],
    scores,
  };
  return buildEvidence(plan, row, layout);
}

describe('the evidence', () => {
  it('tells what a cap took away as the last part, after the band that the capped score has', () => {
    const { scores } = evidenceOf([8000, 10_000, 8000, 3000, 10_000, 6000, 4000, -7000]);
    expect(scores.usage).toEqual({
      value: 30,
      band: 'poor',
      coverage: 1,
      parts: [
        { part: 'volume', points: 60, weight: 60, value: 5 },
        { part: 'habit', points: 40, weight: 40, value: null },
        { part: 'cap', points: -70, weight: 0, value: null },
      ],
    });
    expect(scores.fit?.parts.map(({ part }) => part)).toEqual(['size']);
  });

  it('grades by how far each band is from the best', () => {
    const graded = (fit: number | null, usage: number | null) =>
      evidenceOf([fit, 10_000, fit, usage, 10_000, usage, 0, 0]).grades?.lead;
    expect(graded(8000, 7000)).toBe('A1');
    expect(graded(5000, 6999)).toBe('A2');
    expect(graded(4999, 9000)).toBe('B1');
    expect(graded(0, 0)).toBe('C2');
    expect(graded(null, 9000)).toBeNull();
    expect(graded(9000, null)).toBeNull();
  });

  it('has no grades where the rules have none', () => {
    expect(evidenceOf([8000, 10_000, 8000, 3000, 10_000, 6000, 4000, -7000], RULES)).not.toHaveProperty(
      'grades',
    );
  });
});
