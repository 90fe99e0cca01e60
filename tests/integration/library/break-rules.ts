// Rules broken on purpose, beside the rules themselves, so that tests which nothing would fail are found: what opens a
// rule, and each test within it, is taken as true once and as false once.
import type { RuleName } from '../../../src/model/ids.ts';
import type { Condition } from '../../../src/rules/condition.ts';
import type { Rule } from '../../../src/rules/rule.ts';
import type { Ruleset } from '../../../src/rules/ruleset.ts';
import type { Check, RuleTest } from '../../../src/rules/test-file/rule-test.ts';

interface BrokenRule {
  /** Its own: no name of a rule has a dot. */
  readonly name: string;
  /** The whole rule that it comes from. */
  readonly of: string;
  /** Such as `messages_ever gte 2000 is true`; `always` and `never` where the condition is nothing else. */
  readonly what: string;
  readonly rule: Rule;
}

export function breakRules({ rules, segments }: Ruleset): readonly BrokenRule[] {
  return [...rules.values()].flatMap((rule) => {
    const whole = (['always', 'never'] as const).map((what) => ({ what, when: constant(what === 'always') }));
    return [...whole, ...breakCondition(rule.when, segments)].map(({ what, when }, index) => {
      const name = `${rule.name}.broken.${index}`;
      return { name, of: rule.name, what, rule: { ...rule, name: name as RuleName, when } };
    });
  });
}

const constant = (value: boolean): Condition => ({ kind: 'constant', value });

interface BrokenCondition {
  readonly what: string;
  readonly when: Condition;
}

/** Two of each test in the condition, those of its segments included. */
function breakCondition(condition: Condition, segments: Ruleset['segments']): readonly BrokenCondition[] {
  switch (condition.kind) {
    case 'constant':
      return [];
    case 'leaf': {
      const { subject, test } = condition.text;
      return [true, false].map((value) => ({
        what: `${subject} ${test} is ${value}`,
        when: constant(value),
      }));
    }
    case 'segment': {
      const named = segments.get(condition.name);
      if (named === undefined) return [];
      const own = breakCondition(named, segments);
      return own.map(({ what, when }) => ({ what: `${condition.name}: ${what}`, when }));
    }
    default:
      return condition.of.flatMap((part, index) =>
        breakCondition(part, segments).map(({ what, when }) => ({
          what,
          when: { ...condition, of: condition.of.with(index, when) },
        })),
      );
  }
}

/** The ruleset with the broken rules behind its own. */
export const addBroken = (ruleset: Ruleset, broken: readonly BrokenRule[]): Ruleset => ({
  ...ruleset,
  rules: new Map([...ruleset.rules, ...broken.map(({ name, rule }) => [name, rule] as const)]),
});

/** The tests with what they expect of a rule expected of each broken one of it, and of nothing else. */
export function expectOfBroken(
  tests: readonly RuleTest[],
  broken: readonly BrokenRule[],
): readonly RuleTest[] {
  const turn = (check: Check): readonly Check[] =>
    check.kind === 'signal'
      ? broken.filter((one) => one.of === check.rule).map(({ name }) => ({ ...check, rule: name }))
      : [];
  return tests.map((test) => ({
    ...test,
    expectations: test.expectations.map((one) => ({ ...one, checks: one.checks.flatMap(turn) })),
  }));
}
