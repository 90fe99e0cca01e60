// A grade's column: letter and number of the bands that two scores stand in; null when either score is missing.
import { gradeLetter, gradeNumber } from '../grade.ts';
import type { Anchor } from '../metric.ts';
import { sqlNumber } from '../sql-number.ts';
import { anchorKey, type Compilation, nodeFor, stringRef } from './compilation.ts';
import { emitScore } from './emit-score.ts';
import type { PlanNode } from './plan.ts';

/** Nullable(String), such as `A1`. */
export function emitGrade(compilation: Compilation, name: string, anchor: Anchor): PlanNode {
  const grade = compilation.ruleset.grades.get(name);
  if (grade === undefined) throw new Error(`grade "${name}" was not checked to be defined`);
  const scores = [grade.first.score, grade.second.score] as const;
  const [first, second] = scores.map((score) => emitScore(compilation, score, anchor).value);
  if (first === undefined || second === undefined) throw new Error(`grade "${name}" has no scores`);
  return nodeFor(compilation, `grade ${name} ${anchorKey(anchor)}`, () => {
    const letter = place(compilation, { value: first, score: scores[0], write: gradeLetter });
    const number = place(compilation, { value: second, score: scores[1], write: gradeNumber });
    return { sql: `concat(${letter}, ${number})`, reads: [first, second] };
  });
}

interface Placed {
  readonly value: PlanNode;
  readonly score: string;
  readonly write: (fromBest: number) => string;
}

function place(compilation: Compilation, { value, score, write }: Placed): string {
  const bands = compilation.ruleset.scores.get(score)?.bands ?? [];
  const cases = [...bands]
    .reverse()
    .map(
      (band, index) => `${value.alias} >= ${sqlNumber(band.from)}, ${stringRef(compilation, write(index))}, `,
    );
  return cases.length === 0 ? "CAST(NULL, 'Nullable(String)')" : `multiIf(${cases.join('')}NULL)`;
}
