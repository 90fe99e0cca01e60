// What the evaluator found, read from a row of results: facts that move a signal, and evidence that explains it.
import type { JsonObject } from '../model/json.ts';
import type { Evidence, Outcome, ScoreEvidence, Severity } from '../model/signal.ts';
import type { EvaluationPlan, RuleLayout, ValueSlot } from '../rules/compile/plan.ts';
import { gradeLetter, gradeNumber } from '../rules/grade.ts';
import type { Ruleset } from '../rules/ruleset.ts';
import { toldParts } from '../rules/score.ts';
import type { RuleFacts } from './advance-signal.ts';

/** The arrays of one row, in the plan's layout. Scores are hundredths of a point. */
export interface ResultArrays {
  readonly metrics: readonly (number | null)[];
  readonly texts: readonly (string | null)[];
  readonly outcomes: readonly Outcome[];
  readonly scores: readonly (number | null)[];
}

export const readValue = (row: ResultArrays, slot: ValueSlot): number | string | null =>
  row[slot.array][slot.index] ?? null;

const outcomeAt = (row: ResultArrays, index: number): Outcome => row.outcomes[index] ?? 'unknown';

export function readFacts(row: ResultArrays, layout: RuleLayout): RuleFacts {
  return {
    who: layout.who === undefined ? 'true' : outcomeAt(row, layout.who),
    when: outcomeAt(row, layout.when),
    resolveWhen: layout.resolveWhen === undefined ? undefined : outcomeAt(row, layout.resolveWhen),
    severity: readSeverity(row, layout),
  };
}

/** The most severe that is certainly true; medium when none is. */
const readSeverity = (row: ResultArrays, layout: RuleLayout): Severity =>
  layout.severity.find(({ outcome }) => outcomeAt(row, outcome) === 'true')?.severity ?? 'medium';

/** An unknown `mute_if` does not mute. */
export const isMuted = (row: ResultArrays, layout: RuleLayout): boolean =>
  layout.muteIf !== undefined && outcomeAt(row, layout.muteIf) === 'true';

export function buildEvidence(plan: EvaluationPlan, row: ResultArrays, layout: RuleLayout): Evidence {
  const leaves = layout.leaves.map((leaf) => ({
    subject: leaf.subject,
    value: readValue(row, leaf.value),
    test: leaf.test,
    outcome: outcomeAt(row, leaf.outcome),
  }));
  const scores = readScores(plan, row);
  const traits = readTraits(plan, row);
  if (plan.ruleset.grades.size === 0) return { leaves, scores, traits };
  return { leaves, scores, grades: readGrades(plan.ruleset, scores), traits };
}

function readTraits(plan: EvaluationPlan, row: ResultArrays): JsonObject {
  return Object.fromEntries([...plan.layout.traits].map(([trait, slot]) => [trait, readValue(row, slot)]));
}

function readScores(plan: EvaluationPlan, row: ResultArrays): Readonly<Record<string, ScoreEvidence>> {
  const entries = [...plan.layout.scoreLayouts].map(([name, layout]) => {
    const score = plan.ruleset.scores.get(name);
    const total = row.scores[layout.total] ?? null;
    const parts = (score === undefined ? [] : toldParts(score)).map((part, index) => {
      const points = row.scores[layout.parts + index] ?? null;
      const slot = layout.values[index];
      return {
        part: part.name,
        points: points === null ? null : points / 100,
        weight: part.weight,
        value: slot === undefined ? null : readValue(row, slot),
      };
    });
    const value = total === null ? null : total / 100;
    const bands = (score?.bands ?? []).filter((band) => value !== null && value >= band.from);
    const coverage = (row.scores[layout.coverage] ?? 0) / 10_000;
    return [name, { value, band: bands.at(-1)?.name ?? null, coverage, parts }] as const;
  });
  return Object.fromEntries(entries);
}

function readGrades(
  { grades, scores: definitions }: Ruleset,
  scores: Evidence['scores'],
): Readonly<Record<string, string | null>> {
  /** Undefined without a score; 0 is the best band. */
  const fromBest = (score: string): number | undefined => {
    const bands = definitions.get(score)?.bands ?? [];
    const at = bands.findIndex(({ name }) => name === scores[score]?.band);
    return at === -1 ? undefined : bands.length - 1 - at;
  };
  const entries = [...grades].map(([name, { first, second }]) => {
    const [letter, number] = [fromBest(first.score), fromBest(second.score)];
    const missing = letter === undefined || number === undefined;
    return [name, missing ? null : `${gradeLetter(letter)}${gradeNumber(number)}`] as const;
  });
  return Object.fromEntries(entries);
}
