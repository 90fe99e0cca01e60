// A rule by its name, or by a name that it had before.
import { namesOfRule } from './names-of-rule.ts';
import type { Rule } from './rule.ts';
import type { Ruleset } from './ruleset.ts';

/** The heir of a former name, until its signals are carried over at the next close. */
export const findRule = (ruleset: Ruleset | undefined, name: string): Rule | undefined =>
  ruleset?.rules.get(name) ??
  [...(ruleset?.rules.values() ?? [])].find((rule) => namesOfRule(rule).some((one) => one === name));

/** Of a rule that the ruleset does not know, the name that was asked for. */
export const presentName = (ruleset: Ruleset | undefined, name: string): string =>
  findRule(ruleset, name)?.name ?? name;
