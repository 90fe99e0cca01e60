// SQL of a sequence: how far users got, in order, read from the raw rows of the events that it names.
import type { Preparation } from '../metric.ts';
import type { EventSet } from '../series.ts';
import { stringRef, type TextScope } from './compilation.ts';
import { correctionsOf, type EvaluationInput } from './evaluation-input.ts';
import type { NeededPreparation } from './plan.ts';
import { writeRawRows } from './write-raw-rows.ts';

type Sequence = Extract<Preparation, { kind: 'sequence' }>;

interface SequencePlace {
  readonly input: EvaluationInput;
  readonly text: TextScope;
  /** SQL of the inputs, with the days at which windows begin. */
  readonly moments: string;
}

/** Yields tick, account_id, last_day, key and value. Accounts of which nobody took the first step have no row. */
export function writeSequenceRows(
  { input, text, moments }: SequencePlace,
  { key, metric, first, last, reachDays }: NeededPreparation,
): string {
  const sequence = metric.prepare;
  if (sequence?.kind !== 'sequence') throw new Error(`metric kind ${metric.kind} is no sequence`);
  const within = first === undefined ? '' : `local_number >= ${first} AND `;
  const perUser = sequence.per === 'user' || sequence.as === 'users';
  return `SELECT toUInt64({tick:UInt64}) AS tick, account_id, last_day, toUInt64(${key}) AS key,
  toNullable(toFloat64(${sequence.as === 'users' ? `countIf(reached = ${sequence.steps.length})` : 'max(reached)'})) AS value
FROM (
  SELECT account_id, last_day, ${writeReached(sequence)} AS reached
  FROM (
    SELECT account_id, last_day, user, arraySort(groupArray((toUnixTimestamp64Milli(timestamp), id, hits))) AS chain
    FROM (
      SELECT *, toInt32(local_day) AS local_number, ${perUser ? 'user_id' : "''"} AS user,
        ${writeHits(text, sequence.steps)} AS hits
      FROM (
${writeRawRows({
  scope: {
    kind: 'accounts',
    accounts: input.accounts,
    first: reachDays === undefined ? undefined : (input.earliestDay ?? input.day) - reachDays,
    last: input.day,
  },
  corrections: correctionsOf(input),
  events: writeEvents(text, sequence.steps),
  zone: stringRef(text, text.timezone),
})}
      ) AS raw
      INNER JOIN (${moments}) AS moments USING (account_id)
    )
    WHERE ${within}local_number <= ${last}${perUser ? " AND user != ''" : ''}
    GROUP BY account_id, last_day, user
  )
)
GROUP BY account_id, last_day`;
}

/**
 * For each number of steps the latest start of a chain that has come so far, -1 for none: an event takes a chain one
 * step further, at most `within` after the chain's start, and serves one step of it only.
 */
function writeReached({ steps, withinDays }: Sequence): string {
  const none = `arrayResize(CAST([], 'Array(Int64)'), ${steps.length}, toInt64(-1))`;
  const next = `(number = 1 OR before >= 0 AND at - before <= ${withinDays * 86_400_000})`;
  const step = `(own, before, number) -> if(bitTest(hits, number - 1) AND ${next}, if(number = 1, at, before), own)`;
  const shifted = `arrayPushFront(arrayPopBack(starts), toInt64(-1))`;
  const fold = `(starts, at, hits) -> arrayMap(${step}, starts, ${shifted}, range(1, ${steps.length + 1}))`;
  return `arrayLastIndex(start -> start >= 0, arrayFold(${fold}, chain.1, chain.3, ${none}))`;
}

/** A bit for each step that the event may serve. */
function writeHits(text: TextScope, steps: readonly EventSet[]): string {
  const bits = steps.map(
    (step, index) =>
      `bitShiftLeft(toUInt32(${step.kind === 'named' ? `event IN (${writeNames(text, step.names)})` : '1'}), ${index})`,
  );
  return bits.join(' + ');
}

function writeEvents(text: TextScope, steps: readonly EventSet[]): string {
  const named = steps.flatMap((step) => (step.kind === 'named' ? [step.names] : []));
  return named.length < steps.length ? '1' : `event IN (${writeNames(text, [...new Set(named.flat())])})`;
}

const writeNames = (text: TextScope, names: readonly string[]): string =>
  names.map((name) => stringRef(text, name)).join(', ');
