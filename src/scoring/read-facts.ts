// What the evaluator found, read from a row of results: facts that move a signal, and evidence that explains it.
import type { JsonObject } from '../model/json.ts';
import type { Evidence, Outcome, ScoreEvidence, Severity } from '../model/signal.ts';
import type { EvaluationPlan, RuleLayout, ValueSlot } from '../rules/compile/plan.ts';
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
  return { leaves, scores: readScores(plan, row), traits: readTraits(plan, row) };
}

function readTraits(plan: EvaluationPlan, row: ResultArrays): JsonObject {
  return Object.fromEntries([...plan.layout.traits].map(([trait, slot]) => [trait, readValue(row, slot)]));
}

function readScores(plan: EvaluationPlan, row: ResultArrays): Readonly<Record<string, ScoreEvidence>> {
  const entries = [...plan.layout.scoreLayouts].map(([name, layout]) => {
    const score = plan.ruleset.scores.get(name);
    const total = row.scores[layout.total] ?? null;
    const parts = (score?.parts ?? []).map((part, index) => {
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
