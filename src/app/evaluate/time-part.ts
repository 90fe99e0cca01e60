// Tells how long the parts of a close or tick take, for figures. It changes nothing about them.
import type { Clock } from '../../model/clock.ts';

export type EvaluationKind = 'tick' | 'close';
export type EvaluationPart = 'begin' | 'refresh' | 'evaluate' | 'advance' | 'save';
/** Told how long each part took, in seconds. */
export type OnPart = (kind: EvaluationKind, part: EvaluationPart, seconds: number) => void;

/** Told also when the part failed. */
export async function timePart<Result>(
  { clock, onPart }: { readonly clock: Clock; readonly onPart?: OnPart },
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
