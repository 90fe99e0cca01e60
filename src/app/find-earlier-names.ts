// A rule renamed twice: the names before `was` stand in the rulesets that were in force before.
import type { RuleName } from '../model/ids.ts';
import type { Store } from '../model/store.ts';
import { readRuleset } from '../rules/read-ruleset.ts';
import type { Rule } from '../rules/rule.ts';
import type { Ruleset } from '../rules/ruleset.ts';
import { readFilesWithRule } from '../store/evaluation/rulesets.ts';

/** The ruleset with all that its rules were called, for whoever reads what was recorded under the former names. */
export async function findEarlierNames(store: Store, ruleset: Ruleset): Promise<Ruleset> {
  const rules = new Map(ruleset.rules);
  for (const rule of ruleset.rules.values()) {
    const wasBefore = await followNames(store, ruleset, rule);
    if (wasBefore.length > 0) rules.set(rule.name, { ...rule, wasBefore });
  }
  return { ...ruleset, rules };
}

/** A name that another rule has by now tells of that rule: what stands behind it is not followed. */
async function followNames(store: Store, ruleset: Ruleset, { was }: Rule): Promise<readonly RuleName[]> {
  const found: RuleName[] = [];
  let name = was;
  while (name !== undefined) {
    const files = await readFilesWithRule(store, name);
    const before = files && readRuleset(files, {}).ruleset?.rules.get(name)?.was;
    if (before === undefined || before === was || found.includes(before) || ruleset.rules.has(before)) break;
    found.push(before);
    name = before;
  }
  return found;
}
