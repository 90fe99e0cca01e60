// The lowest level of the statement: the accounts with their histories of traits and signals, and every aggregate.
import { namesOf } from '../names-of-rule.ts';
import { stringRef, type TextScope } from './compilation.ts';
import { correctionsOf, type EvaluationInput } from './evaluation-input.ts';
import type { EvaluationPlan } from './plan.ts';
import { writeChampionJoins } from './write-champion-joins.ts';
import { writeReductions } from './write-reductions.ts';
import { writeSequenceRows } from './write-sequence-rows.ts';
import { fromAccountTraits } from './write-statements.ts';

export function writeInputs(plan: EvaluationPlan, input: EvaluationInput, text: TextScope): string {
  const moments = writeMoments(plan, input, text);
  return [
    `SELECT * FROM (${writeAccounts(plan, input, text)}) AS accounts`,
    ...writeReductions({ plan, input, text, moments }),
    ...writeChampionJoins({ plan, input, text, moments }),
    joinSignals(plan, input, text),
    joinPreparations({ plan, input, text, moments }),
  ]
    .filter((sql) => sql !== '')
    .join('\n');
}

/** The relation with the histories of its accounts' traits, and the days at which windows begin. */
function writeAccounts(plan: EvaluationPlan, input: EvaluationInput, text: TextScope): string {
  const starts = plan.starts.map(({ alias, sql }) => `, ${sql} AS ${alias}`).join('');
  return `SELECT *${starts} FROM (${input.relation}) AS inputs\n${joinTraits(plan, input, text)}`;
}

/** Every (account, T) with the days that a window may begin or end at: what rows of days are joined with. */
export function writeMoments(plan: EvaluationPlan, input: EvaluationInput, text: TextScope): string {
  const starts = plan.starts.map(({ alias }) => `, ${alias}`).join('');
  const from = plan.starts.length === 0 ? input.relation : writeAccounts(plan, input, text);
  return `SELECT account_id, last_day, closed_day, first_day, instant${starts} FROM (${from})`;
}

function joinTraits(plan: EvaluationPlan, input: EvaluationInput, text: TextScope): string {
  const read = readOf(plan, 'trait', plan.traits);
  if (read.length === 0) return '';
  const name = (trait: string) => stringRef(text, trait);
  const arrays = read.map(
    ({ of, column }) =>
      `arraySort(groupArrayIf((valid_from, message_id, value), trait = ${name(of)})) AS ${column}`,
  );
  return `LEFT JOIN (
  SELECT account_id, ${arrays.join(',\n    ')}
  FROM ${fromAccountTraits(correctionsOf(input), `${input.accounts} AND trait IN (${read.map(({ of }) => name(of)).join(', ')})`)}
  GROUP BY account_id
) AS trait_arrays USING (account_id)`;
}

/** The histories that are read, with their columns: numbered by their place in the plan. */
const readOf = ({ histories }: EvaluationPlan, kind: 'trait' | 'signal', all: readonly string[]) =>
  all
    .map((of, index) => ({ of, column: `${kind}_${index}` }))
    .filter(({ column }) => histories?.has(column) ?? true);

function joinSignals(plan: EvaluationPlan, input: EvaluationInput, text: TextScope): string {
  const read = readOf(plan, 'signal', plan.signals);
  if (read.length === 0) return '';
  const name = (rule: string) => stringRef(text, rule);
  // A renamed rule goes on where it stood under its former name, as do the numbers of its steps; of the two that hand
  // a signal over, the one that leaves comes first.
  const names = (rule: string) => namesOf(plan.ruleset, rule);
  const taken = "NOT (to = 'none' AND reason = 'rule_changed')";
  const arrays = read.map(
    ({ of, column }) =>
      `arraySort(groupArrayIf(((at, step, ${taken}), at, to), rule IN (${names(of).map(name).join(', ')}))) AS ${column}`,
  );
  return `LEFT JOIN (
  SELECT account_id, ${arrays.join(',\n    ')}
  FROM transitions FINAL
  WHERE ${input.accounts} AND rule IN (${read
    .flatMap(({ of }) => names(of))
    .map(name)
    .join(', ')}) AND tick <= {bound:Int64}
  GROUP BY account_id
) AS signal_arrays USING (account_id)`;
}

interface InputsPlace {
  readonly plan: EvaluationPlan;
  readonly input: EvaluationInput;
  readonly text: TextScope;
  readonly moments: string;
}

/** What was computed beforehand: sequences by this tick, ranks by the close whose ranks hold. */
function joinPreparations(place: InputsPlace): string {
  const { plan, input } = place;
  if (plan.preparations.length === 0) return '';
  const columns = plan.preparations.map(({ alias, key, metric }) => {
    const by = metric.prepare?.kind === 'rank' ? 'ranksOf' : 'tick';
    return `anyIf(value, key = ${key} AND tick = {${by}:UInt64}) AS ${alias}`;
  });
  const several = input.earliestDay !== undefined;
  return `LEFT JOIN (
  SELECT account_id,${several ? ' last_day,' : ''} ${columns.join(', ')}
  FROM (${[writePrepared(place), ...writeSequences(place)].join('\nUNION ALL\n')})
  GROUP BY account_id${several ? ', last_day' : ''}
) AS preparations USING (account_id${several ? ', last_day' : ''})`;
}

const writePrepared = ({ plan, input }: InputsPlace): string =>
  `SELECT tick, account_id, last_day, key, value FROM prepared_values
  WHERE tick IN ({tick:UInt64}, {ranksOf:UInt64}) AND ${input.accounts}
    AND key IN (${plan.preparations.map(({ key }) => key).join(', ')})`;

const writeSequences = ({ plan, ...place }: InputsPlace): readonly string[] =>
  place.input.within !== true
    ? []
    : plan.preparations
        .filter(({ metric }) => metric.prepare?.kind === 'sequence')
        .map((preparation) => writeSequenceRows(place, preparation));
