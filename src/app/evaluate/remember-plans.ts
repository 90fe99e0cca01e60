// Compiles a ruleset once for all closes and ticks of a process, since for few accounts that is a part of what they take.
import type { TimeZone } from '../../model/time.ts';
import { compileRuleset } from '../../rules/compile/compile-ruleset.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { isRising } from '../../rules/is-rising.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Ruleset } from '../../rules/ruleset.ts';

export interface Plans {
  /** Of all rules. */
  close(ruleset: Ruleset): EvaluationPlan;
  /** Of rules that a tick may open. */
  tick(ruleset: Ruleset): EvaluationPlan;
}

export function rememberPlans(timezone: TimeZone): Plans {
  const rising = (ruleset: Ruleset) => (rule: Rule) => isRising(rule, ruleset);
  return {
    close: rememberLast((ruleset) => compileRuleset(ruleset, { timezone })),
    tick: rememberLast((ruleset) => compileRuleset(ruleset, { timezone, only: rising(ruleset) })),
  };
}

/** By the ruleset as it was read, not by its hash: of two that mean the same, texts may stand elsewhere. */
function rememberLast(compile: (ruleset: Ruleset) => EvaluationPlan): (ruleset: Ruleset) => EvaluationPlan {
  let known: { readonly ruleset: Ruleset; readonly plan: EvaluationPlan } | undefined;
  return (ruleset) => {
    if (known?.ruleset !== ruleset) known = { ruleset, plan: compile(ruleset) };
    return known.plan;
  };
}
