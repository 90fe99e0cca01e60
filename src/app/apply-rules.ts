// Applies a folder's rule files as the project's ruleset, and reads back the one in force.
import type { Clock } from '../model/clock.ts';
import type { Problem } from '../model/problem.ts';
import type { Store } from '../model/store.ts';
import { readRuleset } from '../rules/read-ruleset.ts';
import type { RuleFiles, Ruleset } from '../rules/ruleset.ts';
import { readAppliedFiles, writeRuleset } from '../store/evaluation/rulesets.ts';
import { findEarlierNames } from './find-earlier-names.ts';
import { describeUnreadable, readStoredRuleset } from './read-stored-ruleset.ts';

export type AppliedRules =
  | {
      readonly ok: true;
      readonly ruleset: Ruleset;
      readonly problems: readonly Problem[];
      readonly applied: boolean;
    }
  /** The files have errors: the ruleset in force stays as it is. */
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Files whose meaning is already in force are not applied again: comments and layout change nothing. */
export async function applyRules(options: {
  readonly store: Store;
  readonly clock: Clock;
  readonly files: RuleFiles;
}): Promise<AppliedRules> {
  const { ruleset, problems } = readRuleset(options.files, {});
  if (ruleset === undefined) return { ok: false, problems };
  const inForce = await readAppliedFiles(options.store);
  const applied = inForce?.hash !== ruleset.hash;
  if (applied) {
    const rules = [...ruleset.rules.values()]
      .filter((rule) => rule.stage !== 'draft')
      .map((rule) => rule.name);
    await writeRuleset(options, { hash: ruleset.hash, files: options.files, rules });
  }
  return { ok: true, ruleset: await findEarlierNames(options.store, ruleset), problems, applied };
}

/**
 * Undefined before any ruleset was applied.
 * @throws when this version cannot read it: says which rule, and to apply the folder again.
 */
export async function loadAppliedRules(store: Store): Promise<Ruleset | undefined> {
  const inForce = await readAppliedFiles(store);
  if (inForce === undefined) return undefined;
  const reading = readStoredRuleset(inForce.files);
  if (reading.ruleset === undefined) throw new Error(describeUnreadable(inForce.files, reading));
  return findEarlierNames(store, reading.ruleset);
}
