// The one statement of a plan: every metric, condition and score for a set of (account, T), driven from the accounts.
import type { CompiledStatement } from '../../model/statement.ts';
import type { TextScope } from './compilation.ts';
import type { EvaluationInput } from './evaluation-input.ts';
import { inlineNodes } from './inline-nodes.ts';
import type { EvaluationPlan, PlanNode } from './plan.ts';
import { trimPlan } from './trim-plan.ts';
import { writeInputs } from './write-inputs.ts';

const RESULT_COLUMNS = [
  'account_id',
  'tick',
  'at',
  'first_known',
  'metrics',
  'texts',
  'outcomes',
  'scores',
] as const;

export function writeStatement(plan: EvaluationPlan, input: EvaluationInput): CompiledStatement {
  const { columns } = plan;
  return writeOverLevels(plan, input, {
    columns: RESULT_COLUMNS,
    select: `SELECT
  account_id,
  toUInt64({tick:UInt64}) AS tick,
  instant AS at,
  first_known,
  CAST([${columns.metrics.join(', ')}], 'Array(Nullable(Float64))') AS metrics,
  CAST([${columns.texts.join(', ')}], 'Array(Nullable(String))') AS texts,
  CAST([${columns.outcomes.join(', ')}], 'Array(Enum8(''false'' = -1, ''unknown'' = 0, ''true'' = 1))') AS outcomes,
  CAST(arrayConcat(${['[]', ...columns.scores].join(', ')}), 'Array(Nullable(Int64))') AS scores`,
  });
}

interface Selection {
  readonly columns: readonly string[];
  /** SQL from SELECT up to FROM, over the columns of the inputs and of all levels. */
  readonly select: string;
  /** SQL behind it, over the same columns. */
  readonly end?: string;
}

/** A statement over any columns of a plan; what it does not name is not computed. */
export function writeOverLevels(
  whole: EvaluationPlan,
  input: EvaluationInput,
  { columns, select, end = '' }: Selection,
): CompiledStatement {
  const plan = trimPlan(whole, select + end);
  const text = startText(plan);
  const levels = inlineNodes({ nodes: plan.nodes, select, end });
  const sql = `${levels.select}
FROM (
${writeLevels(levels.nodes, writeInputs(plan, input, text))}
)${levels.end}
SETTINGS join_use_nulls = 0, compile_expressions = 0, do_not_merge_across_partitions_select_final = 1`;
  return {
    sql,
    params: {
      ...writeParams(input, text),
      ...(plan.preparations.length === 0 ? {} : { ranksOf: input.ranksOf ?? input.tick }),
    },
    columns,
  };
}

/** The plan's texts, to which a statement may add. */
export const startText = (plan: EvaluationPlan): TextScope => ({
  timezone: plan.timezone,
  strings: new Map(plan.strings.map((string, index) => [string, index + 1])),
});

export const writeParams = (input: EvaluationInput, text: TextScope): CompiledStatement['params'] => ({
  ...input.params,
  day: input.day,
  lastClosed: input.lastClosed,
  strings: [...text.strings.keys()],
  tick: input.tick,
  bound: input.known ?? input.tick,
});

/** One sub-select a level: chained aliases in one select would be expanded into each other. */
function writeLevels(nodes: readonly PlanNode[], inputs: string): string {
  const levels = Math.max(0, ...nodes.map((node) => node.level));
  let sql = inputs;
  for (let level = 1; level <= levels; level++) {
    const columns = nodes.filter((node) => node.level === level).map(writeColumn);
    sql = `SELECT *,\n${columns.join(',\n')}\nFROM (\n${sql}\n)`;
  }
  return sql;
}

const writeColumn = (node: PlanNode): string => `  ${node.sql} AS ${node.alias}`;
