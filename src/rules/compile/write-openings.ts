// The statement that a tick asks first: which rules' conditions hold for which of its accounts. Whatever else a result
// holds (scores, texts, leaves) is not computed, and most accounts for which a condition holds have their signal already.
import type { CompiledStatement } from '../../model/statement.ts';
import type { EvaluationInput } from './evaluation-input.ts';
import type { EvaluationPlan } from './plan.ts';
import { writeOverLevels } from './write-statement.ts';

/** Yields account_id and `holding`: positions, from 1, in the plan's rules of those that would open. */
export function writeOpenings(plan: EvaluationPlan, input: EvaluationInput): CompiledStatement {
  const { outcomes } = plan.columns;
  const holding = [...plan.layout.rules].map(([name, { who, when }], index) => {
    const orUnknown = plan.ruleset.rules.get(name)?.ifMissing === 'true';
    const holds = `${outcomes[when]} ${orUnknown ? '>= 0' : '= 1'}`;
    return `if(${who === undefined ? holds : `bitAnd(${holds}, ${outcomes[who]} = 1)`}, ${index + 1}, 0)`;
  });
  return writeOverLevels(plan, input, {
    columns: ['account_id', 'holding'],
    select: `SELECT account_id, arrayFilter(rule -> rule != 0, [${holding.join(', ')}]) AS holding`,
  });
}
