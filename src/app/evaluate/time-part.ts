// Tells how long the parts of a close or tick take, for figures. It changes nothing about them.
import type { Evaluator } from './evaluator.ts';

export type EvaluationKind = 'tick' | 'close';
export type EvaluationPart = 'begin' | 'refresh' | 'evaluate' | 'advance' | 'save';

/** Told to `evaluator.onPart`, also when the part failed. */
export async function timePart<Result>(
  { clock, onPart }: Pick<Evaluator, 'clock' | 'onPart'>,
  [kind, part]: readonly [EvaluationKind, EvaluationPart],
  work: () => Promise<Result>,
): Promise<Result> {
  if (onPart === undefined) return work();
  const startedAt = clock.now();
  try {
    return await work();
  } finally {
    onPart(kind, part, (clock.now() - startedAt) / 1_000_000);
  }
}
