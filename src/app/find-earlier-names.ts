// A rule renamed twice: the names before `was` stand in the rulesets that were in force before. No two rules get the
// same past, else one would take over the signals of the other.
import type { RuleName } from '../model/ids.ts';
import type { Store } from '../model/store.ts';
import type { EpochMicros } from '../model/time.ts';
import type { Rule } from '../rules/rule.ts';
import type { Ruleset } from '../rules/ruleset.ts';
import { hadRuleSince, readAppliedAt, readFormerRuleset } from '../store/evaluation/former-rulesets.ts';
import { readStoredRuleset } from './read-stored-ruleset.ts';

/**
 * The ruleset with all that its rules were called, for whoever reads what was recorded under the former names. Of a
 * ruleset of the past what was applied after it counts for nothing.
 */
export async function findEarlierNames(store: Store, ruleset: Ruleset): Promise<Ruleset> {
  const renamed = [...ruleset.rules.values()].filter(({ was }) => was !== undefined);
  if (renamed.length === 0) return ruleset;
  const history: History = { store, ruleset, until: await readAppliedAt(store, ruleset.hash) };
  const pasts = new Map<Rule, readonly FormerName[]>();
  for (const rule of renamed) pasts.set(rule, await followNames(history, rule));
  const heirs = findHeirs(pasts);
  const rules = new Map(ruleset.rules);
  for (const [rule, past] of pasts) {
    const end = past.findIndex(({ name }) => heirs.get(name)?.rule !== rule);
    const wasBefore = past.slice(0, end < 0 ? past.length : end).map(({ name }) => name);
    if (wasBefore.length > 0) rules.set(rule.name, { ...rule, wasBefore });
  }
  return { ...ruleset, rules };
}

interface History {
  readonly store: Store;
  readonly ruleset: Ruleset;
  /** When the ruleset was applied; undefined while it is not. */
  readonly until: EpochMicros | undefined;
}

interface FormerName {
  readonly name: RuleName;
  /** Of the ruleset that tells of it. */
  readonly at: EpochMicros;
}

/**
 * Back from ruleset to older ruleset, also through names that the rule has had twice. A name that another rule has, had
 * since, or says to have had, tells of that rule: what stands behind it is not followed.
 */
async function followNames({ store, ruleset, until }: History, rule: Rule): Promise<readonly FormerName[]> {
  const others = [...ruleset.rules.values()].filter((other) => other !== rule);
  const taken = new Set(others.flatMap(({ name, was }) => [name, was]));
  const own = new Set([rule.name, rule.was]);
  const past: FormerName[] = [];
  let [name, before] = [rule.was, until];
  while (name !== undefined) {
    const former = await readFormerRuleset(store, { rule: name, before });
    if (former === undefined) break;
    const next = readStoredRuleset(former.files).ruleset?.rules.get(name)?.was;
    if (next === undefined || taken.has(next)) break;
    if (!own.has(next) && (await hadRuleSince(store, { rule: next, since: former.at, until }))) break;
    past.push({ name: next, at: former.at });
    own.add(next);
    [name, before] = [next, former.at];
  }
  return past;
}

/** Of two rules that come to the same name, the one that had it later. */
function findHeirs(pasts: ReadonlyMap<Rule, readonly FormerName[]>) {
  const heirs = new Map<RuleName, { readonly rule: Rule; readonly at: EpochMicros }>();
  for (const [rule, past] of pasts)
    for (const { name, at } of past) if (at > (heirs.get(name)?.at ?? 0)) heirs.set(name, { rule, at });
  return heirs;
}
