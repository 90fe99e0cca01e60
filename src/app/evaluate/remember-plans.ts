// Compiles a ruleset once for all closes and ticks of a process, since for few accounts that is a part of what they take.
import type { TimeZone } from '../../model/time.ts';
import { compileRuleset } from '../../rules/compile/compile-ruleset.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { isRising } from '../../rules/is-rising.ts';
import { mayOpenAfter, openedBy } from '../../rules/opened-by.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Ruleset } from '../../rules/ruleset.ts';

export interface Plans {
  /** Of all rules. */
  close(ruleset: Ruleset): EvaluationPlan;
  /** Of rules that a tick may open. */
  tick(ruleset: Ruleset): EvaluationPlan;
  /** Names of those of them that may open after events of these names; see mayOpenAfter. */
  openable(ruleset: Ruleset, changed: ReadonlySet<string>): readonly string[];
  /** Of these rules alone, with every score. */
  only(ruleset: Ruleset, rules: readonly string[]): EvaluationPlan;
}

/** Sets of rules that are touched together: load that goes on for hours has a few. */
const KNOWN_SETS = 64;

export function rememberPlans(timezone: TimeZone): Plans {
  return {
    close: rememberLast((ruleset) => compileRuleset(ruleset, { timezone })),
    tick: rememberLast((ruleset) => compileRuleset(ruleset, { timezone, only: rising(ruleset) })),
    openable: rememberOpenable(),
    only: rememberSets((ruleset, rules) =>
      compileRuleset(ruleset, { timezone, only: ({ name }) => rules.includes(name) }),
    ),
  };
}

const rising = (ruleset: Ruleset) => (rule: Rule) => isRising(rule, ruleset);

function rememberOpenable(): Plans['openable'] {
  const opened = rememberLast((ruleset) =>
    [...ruleset.rules.values()]
      .filter((rule) => rule.stage !== 'draft' && isRising(rule, ruleset))
      .map((rule) => ({ name: rule.name, by: openedBy(rule, ruleset) })),
  );
  return (ruleset, changed) =>
    opened(ruleset).flatMap(({ name, by }) => (mayOpenAfter(by, changed) ? [name] : []));
}

/** By the ruleset as it was read, not by its hash: of two that mean the same, texts may stand elsewhere. */
function rememberLast<Result>(make: (ruleset: Ruleset) => Result): (ruleset: Ruleset) => Result {
  let known: { readonly ruleset: Ruleset; readonly result: Result } | undefined;
  return (ruleset) => {
    if (known?.ruleset !== ruleset) known = { ruleset, result: make(ruleset) };
    return known.result;
  };
}

/** The sets of one ruleset; of many the one that was not asked for longest is forgotten. */
function rememberSets(
  compile: (ruleset: Ruleset, rules: readonly string[]) => EvaluationPlan,
): (ruleset: Ruleset, rules: readonly string[]) => EvaluationPlan {
  const setsOf = rememberLast(() => new Map<string, EvaluationPlan>());
  return (ruleset, rules) => {
    const sets = setsOf(ruleset);
    const key = rules.join(' ');
    const plan = sets.get(key) ?? compile(ruleset, rules);
    sets.delete(key);
    sets.set(key, plan);
    const [oldest] = sets.keys();
    if (sets.size > KNOWN_SETS && oldest !== undefined) sets.delete(oldest);
    return plan;
  };
}
