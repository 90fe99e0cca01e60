// A grade's column: letter and number of the bands that two scores stand in; null when either score is missing.
import { gradeLetter, gradeNumber } from '../grade.ts';
import type { Anchor } from '../metric.ts';
import { anchorKey, type Compilation, nodeFor } from './compilation.ts';
import { bandCases, emitScore } from './emit-score.ts';
import type { PlanNode } from './plan.ts';

/** Nullable(String), such as `A1`. */
export function emitGrade(compilation: Compilation, name: string, anchor: Anchor): PlanNode {
  const grade = compilation.ruleset.grades.get(name);
  if (grade === undefined) throw new Error(`grade "${name}" was not checked to be defined`);
  const [first, second] = [grade.first.score, grade.second.score];
  const letter = emitScore(compilation, first, anchor).value;
  const number = emitScore(compilation, second, anchor).value;
  return nodeFor(compilation, `grade ${name} ${anchorKey(anchor)}`, () => {
    const letters = bandCases(compilation, { value: letter, score: first, word: (_, at) => gradeLetter(at) });
    const numbers = bandCases(compilation, {
      value: number,
      score: second,
      word: (_, at) => gradeNumber(at),
    });
    return { sql: `concat(${letters}, ${numbers})`, reads: [letter, number] };
  });
}
