// The names that a rule has had: what was recorded of its signals stands under the one of its time.
import type { RuleName } from '../model/ids.ts';
import type { Rule } from './rule.ts';
import type { Ruleset } from './ruleset.ts';

type Named = Pick<Rule, 'name' | 'was' | 'wasBefore'>;

/** Its own first, then the newest; each once, also one that it was given again. */
export const namesOfRule = ({ name, was, wasBefore = [] }: Named): readonly RuleName[] =>
  was === undefined ? [name] : [...new Set([name, was, ...wasBefore])];

/** Of a rule that the ruleset names. */
export function namesOf({ rules }: Pick<Ruleset, 'rules'>, name: string): readonly string[] {
  const rule = rules.get(name);
  return rule === undefined ? [name] : namesOfRule(rule);
}

/** What the ids of its episodes are made from: its first name, which may be the one that it has again by now. */
export const originalName = ({ name, was, wasBefore = [] }: Named): RuleName =>
  wasBefore.at(-1) ?? was ?? name;
