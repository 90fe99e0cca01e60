// The one statement of a plan: every metric, condition and score for a set of (account, T), driven from the accounts.
import type { CompiledStatement, StatementParameter } from '../../model/statement.ts';
import type { EvaluationPlan, PlanNode, PlannedSeries } from './plan.ts';

/** A set of accounts at one T. */
export interface EvaluationInput {
  /**
   * SQL that yields account_id, instant (T, DateTime64), previous_close (DateTime64), last_day, closed_day and
   * first_day (Int32 day numbers: of T, the last closed one, the account's first) and first_known.
   */
  readonly relation: string;
  /** SQL over `account_id` that narrows reads to the accounts of the relation, by primary key where it can. */
  readonly accounts: string;
  /** Day numbers since 1970-01-01. */
  readonly day: number;
  readonly lastClosed: number;
  readonly params: Readonly<Record<string, StatementParameter>>;
  /** Version of the results; the tick's V, in microseconds. */
  readonly tick: number;
}

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
  const outcomes = columns.outcomes.map((name) => `toInt8(multiIf(isNull(${name}), 0, ${name}, 1, -1))`);
  const sql = `SELECT
  account_id,
  toUInt64({tick:UInt64}) AS tick,
  instant AS at,
  first_known,
  CAST([${columns.metrics.join(', ')}], 'Array(Nullable(Float64))') AS metrics,
  CAST([${columns.texts.join(', ')}], 'Array(Nullable(String))') AS texts,
  CAST([${outcomes.join(', ')}], 'Array(Enum8(''false'' = -1, ''unknown'' = 0, ''true'' = 1))') AS outcomes,
  CAST(arrayConcat(${['[]', ...columns.scores].join(', ')}), 'Array(Nullable(Int64))') AS scores
FROM (
${writeLevels(plan, writeInputs(plan, input))}
)
SETTINGS join_use_nulls = 0, compile_expressions = 0, do_not_merge_across_partitions_select_final = 1`;
  return {
    sql,
    params: {
      ...input.params,
      day: input.day,
      lastClosed: input.lastClosed,
      strings: plan.strings,
      tick: input.tick,
    },
    columns: RESULT_COLUMNS,
  };
}

/** One sub-select a level: chained aliases in one select would be expanded into each other. */
function writeLevels(plan: EvaluationPlan, inputs: string): string {
  const levels = Math.max(0, ...plan.nodes.map((node) => node.level));
  let sql = inputs;
  for (let level = 1; level <= levels; level++) {
    const columns = plan.nodes.filter((node) => node.level === level).map(writeColumn);
    sql = `SELECT *,\n${columns.join(',\n')}\nFROM (\n${sql}\n)`;
  }
  return sql;
}

const writeColumn = (node: PlanNode): string => `  ${node.sql} AS ${node.alias}`;

function writeInputs(plan: EvaluationPlan, input: EvaluationInput): string {
  const joins = [
    writeSeriesDays(plan, input),
    writeTraitHistories(plan, input),
    writeSignalHistories(plan, input),
  ].filter((sql) => sql !== undefined);
  return [`SELECT * FROM (${input.relation}) AS inputs`, ...joins].join('\n');
}

/** One pass over the stored days for all aggregates. Accounts without rows get zeros and nulls. */
function writeSeriesDays(plan: EvaluationPlan, input: EvaluationInput): string | undefined {
  if (plan.reductions.length === 0) return undefined;
  const columns = plan.reductions.map(({ alias, sql }) => `${sql} AS ${alias}`);
  return `LEFT JOIN (
  WITH toInt32({day:Int32}) AS last_day, toInt32({lastClosed:Int32}) AS closed_day, toInt32(day) AS day_number
  SELECT account_id,
    ${columns.join(',\n    ')}
  FROM series_days FINAL
  PREWHERE ${input.accounts} AND series_id IN (${plan.series.map((series) => series.id).join(', ')})
    AND (${plan.series.map((series) => reach(series, input)).join(' OR ')})
  WHERE n > 0
  GROUP BY account_id
) AS reductions USING (account_id)`;
}

function reach(series: PlannedSeries, input: EvaluationInput): string {
  const upTo = `day <= toDate(${input.day})`;
  if (series.reachDays === undefined) return `(series_id = ${series.id} AND ${upTo})`;
  const from = Math.max(0, input.day - series.reachDays);
  return `(series_id = ${series.id} AND day >= toDate(${from}) AND ${upTo})`;
}

function writeTraitHistories(plan: EvaluationPlan, input: EvaluationInput): string | undefined {
  if (plan.traits.length === 0) return undefined;
  const name = (trait: string) => `{strings:Array(String)}[${plan.strings.indexOf(trait) + 1}]`;
  const arrays = plan.traits.map(
    (trait, index) =>
      `arraySort(groupArrayIf((valid_from, message_id, value), trait = ${name(trait)})) AS trait_${index}`,
  );
  return `LEFT JOIN (
  SELECT account_id, ${arrays.join(',\n    ')}
  FROM account_traits FINAL
  WHERE ${input.accounts} AND trait IN (${plan.traits.map(name).join(', ')})
  GROUP BY account_id
) AS trait_arrays USING (account_id)`;
}

function writeSignalHistories(plan: EvaluationPlan, input: EvaluationInput): string | undefined {
  if (plan.signals.length === 0) return undefined;
  const name = (rule: string) => `{strings:Array(String)}[${plan.strings.indexOf(rule) + 1}]`;
  // A renamed rule goes on where it stood under its former name; of one instant, what it says itself comes last.
  const names = (rule: string) => [rule, plan.ruleset.rules.get(rule)?.was ?? rule];
  const arrays = plan.signals.map(
    (rule, index) =>
      `arraySort(groupArrayIf(((at, rule = ${name(rule)}, step), at, to), rule IN (${names(rule).map(name).join(', ')}))) AS signal_${index}`,
  );
  return `LEFT JOIN (
  SELECT account_id, ${arrays.join(',\n    ')}
  FROM transitions FINAL
  WHERE ${input.accounts} AND rule IN (${plan.signals.flatMap(names).map(name).join(', ')})
  GROUP BY account_id
) AS signal_arrays USING (account_id)`;
}
