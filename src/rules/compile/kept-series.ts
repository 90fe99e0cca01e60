// The series that a plan's evaluation brings up to date: those of its metrics, and at closes those of champions.
import type { EvaluationPlan, PlannedSeries } from './plan.ts';

export const keptSeries = ({ series, champion }: EvaluationPlan): readonly PlannedSeries[] => [
  ...series,
  ...champion.series.filter(({ id }) => series.every((other) => other.id !== id)),
];
