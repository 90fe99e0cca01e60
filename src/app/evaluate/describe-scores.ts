// Where the scores of a plan stand in its result rows, and what their parts and bands are called.
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { toldParts } from '../../rules/score.ts';
import type { StoredScore } from '../../store/evaluation/save-scores.ts';

export const describeScores = (plan: EvaluationPlan): readonly StoredScore[] =>
  [...plan.layout.scoreLayouts].map(([name, layout]) => {
    const score = plan.ruleset.scores.get(name);
    const parts = score === undefined ? [] : toldParts(score);
    return {
      name,
      total: layout.total,
      coverage: layout.coverage,
      parts: parts.map((part, index) => ({
        name: part.name,
        weight: part.weight,
        points: layout.parts + index,
        metric: layout.values[index]?.index,
      })),
      bands: score?.bands ?? [],
    };
  });
