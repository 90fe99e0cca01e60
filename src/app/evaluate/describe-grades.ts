// Where the scores of a plan's grades stand in its result rows, and where their bands begin.
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import type { StoredGrade } from '../../store/evaluation/save-grades.ts';

export const describeGrades = ({ ruleset, layout }: EvaluationPlan): readonly StoredGrade[] =>
  [...ruleset.grades.values()].map(({ name, first, second }) => {
    const graded = (score: string) => {
      const total = layout.scoreLayouts.get(score)?.total;
      if (total === undefined) throw new Error(`grade "${name}" has a score without a place in the plan`);
      return { total, bounds: (ruleset.scores.get(score)?.bands ?? []).map(({ from }) => from) };
    };
    return { name, first: graded(first.score), second: graded(second.score) };
  });
