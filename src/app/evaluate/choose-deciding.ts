// Which outcomes of a plan can open a signal: the rules' `when`, and what unknown means for each.
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import type { Deciding } from '../../store/evaluation/read-candidates.ts';

export function chooseDeciding({ layout, ruleset }: EvaluationPlan): Deciding {
  const whens = [...layout.rules].map(([name, { when }]) => ({
    when,
    orUnknown: ruleset.rules.get(name)?.ifMissing === 'true',
  }));
  return {
    whenTrue: whens.filter(({ orUnknown }) => !orUnknown).map(({ when }) => when),
    whenNotFalse: whens.filter(({ orUnknown }) => orUnknown).map(({ when }) => when),
  };
}
