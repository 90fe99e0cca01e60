// The statement that computes a sequence before the one statement, which it would make too large.
import type { CompiledStatement } from '../../model/statement.ts';
import type { EvaluationInput } from './evaluation-input.ts';
import type { EvaluationPlan, NeededPreparation } from './plan.ts';
import { writeMoments } from './write-inputs.ts';
import { RAW_SETTINGS } from './write-raw-rows.ts';
import { writeSequenceRows } from './write-sequence-rows.ts';
import { startText, writeParams } from './write-statement.ts';

export function writeSequence(
  plan: EvaluationPlan,
  input: EvaluationInput,
  preparation: NeededPreparation,
): CompiledStatement {
  const text = startText(plan);
  const moments = writeMoments(plan, input, text);
  const sql = `INSERT INTO prepared_values (tick, account_id, last_day, key, value)
${writeSequenceRows({ input, text, moments }, preparation)}
${RAW_SETTINGS}`;
  return { sql, params: writeParams(input, text), columns: [] };
}
