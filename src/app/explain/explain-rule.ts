// One rule for one account: its condition with the values that decide, and how the signal stands. Pure.
import type { LeafPeople } from '../../model/signal.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import type { Subject } from '../../rules/metric.ts';
import { namesOfRule } from '../../rules/names-of-rule.ts';
import type { Rule } from '../../rules/rule.ts';
import { explainCondition, findFurthest } from '../../scoring/explain-condition.ts';
import { explainStanding, type Standing } from '../../scoring/explain-standing.ts';
import type { ResultArrays } from '../../scoring/read-facts.ts';
import type { DecidedTransition } from '../../store/read/read-decided-transitions.ts';
import type { NextClose } from './choose-moment.ts';
import type { ExplainedRule } from './explanation.ts';

export interface ExplainPlace {
  readonly plan: EvaluationPlan;
  readonly row: ResultArrays;
  readonly people: ReadonlyMap<string, LeafPeople>;
  readonly history: readonly DecidedTransition[];
  readonly ranksGone: (subject: Subject) => boolean;
  readonly next: NextClose;
}

export function explainRule(
  rule: Rule,
  { plan, row, people, history, ranksGone, next }: ExplainPlace,
): Omit<ExplainedRule, 'verified'> {
  const leaves = plan.layout.rules.get(rule.name)?.leaves ?? [];
  const place = { row, leaves, people, ranksGone, segments: plan.ruleset.segments };
  const [who, when, resolveWhen] = [rule.who, rule.when, rule.resolveWhen].map((condition) =>
    condition === undefined ? undefined : explainCondition(condition, place),
  );
  if (when === undefined) throw new Error(`rule "${rule.name}" has no condition`);
  const latest = historyOf(rule, history).at(-1);
  const state = latest?.to ?? 'none';
  return {
    rule: rule.name,
    kind: rule.kind,
    stage: rule.stage,
    state,
    since: latest?.since,
    severity: latest?.severity,
    sentence: latest?.sentence,
    told: latest?.day,
    reason: latest?.reason,
    held: latest?.held ?? false,
    silent: latest?.silent ?? false,
    who,
    when,
    resolveWhen,
    standing: explainStanding(rule, {
      signal: latest === undefined ? undefined : describeSignal(latest),
      facts: { who: who?.outcome ?? 'true', when: when.outcome, resolveWhen: resolveWhen?.outcome },
      ...next,
    }),
    // Who is not meant is the first thing to know.
    furthest: (who === undefined ? undefined : findFurthest(who)) ?? findFurthest(when),
  };
}

/** Under each name that the rule has had, which until the next close may be all that there is. */
export function historyOf(rule: Rule, history: readonly DecidedTransition[]): readonly DecidedTransition[] {
  const names = new Set<string>(namesOfRule(rule));
  return history.filter((transition) => names.has(transition.rule));
}

/** As it was left by a transition. Only the one that tells of missing values leaves them missing. */
function describeSignal({ to, since, day, reason, ruleHash }: DecidedTransition): Standing['signal'] {
  const goesMissing = reason === 'missing' && (to === 'open' || to === 'recovering');
  return { state: to, since, reason, missingSince: goesMissing ? day : undefined, ruleHash };
}
