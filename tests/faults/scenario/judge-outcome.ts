// Holds what a database came to against the events that were sent: every one stored once and as it was, and the
// stored series against a recount of them.
import { identifySeries } from '../../../src/rules/compile/identify-series.ts';
import type { Database } from '../kill-consumer/project.ts';
import { differences } from '../kill-consumer/read-outcome.ts';
import { type MadeEvent, propertiesOf, recountDays } from './made-stream.ts';

export interface Judgement {
  /** Sent, and not in `events`. */
  readonly lost: number;
  /** Rows of `events` beyond the first of an id. */
  readonly duplicated: number;
  /** Rows of `events` that nobody sent like this. */
  readonly altered: number;
  /** Days of series that differ from the recount, or are on one side only. */
  readonly seriesDiffer: number;
}

/** After the last close. */
export async function judgeOutcome(
  database: Database,
  events: readonly MadeEvent[],
  note: (text: string) => void,
): Promise<Judgement> {
  const rows = await database.rows<{ id: string; line: string }>(
    `SELECT id, concatWithSeparator(' ', id, account_id, user_id, event, toString(timestamp), properties) AS line FROM events`,
  );
  const stored = new Set(rows.map(({ id }) => id));
  const sent = new Set(events.map(lineOf));
  const altered = rows.filter(({ line }) => !sent.has(line));
  const series = differences(recountDays(events), await storedDays(database));
  for (const { line } of altered.slice(0, 5)) note(`not sent like this: ${line}`);
  for (const line of series.slice(0, 5)) note(`series_days: ${line}`);
  return {
    lost: events.filter(({ id }) => !stored.has(id)).length,
    duplicated: rows.length - stored.size,
    altered: altered.length,
    seriesDiffer: series.length,
  };
}

/** As the view `events` shows it. */
function lineOf(made: MadeEvent): string {
  const { id, account, user, event, at } = made;
  return `${id} ${account} ${user} ${event} ${at.slice(0, -1).replace('T', ' ')} ${propertiesOf(made)}`;
}

async function storedDays(database: Database): Promise<readonly string[]> {
  const { ruleset, timezone } = database.evaluator();
  const lines: string[] = [];
  for (const [metric, people, size] of [
    ['messages', '0', '0'],
    ['people', 'length(members)', '0'],
    ['size', '0', 'v_sum'],
  ] as const) {
    const series = ruleset.metrics.get(metric)?.series[0]?.definition;
    if (series === undefined) throw new Error(`the metric ${metric} has no series`);
    const rows = await database.rows<{ line: string }>(
      `SELECT concatWithSeparator(' ', '${metric}', account_id, toString(day), toString(n), toString(${people}), toString(${size})) AS line
FROM series_days FINAL WHERE n > 0 AND series_id = ${identifySeries(series, timezone)}`,
    );
    lines.push(...rows.map(({ line }) => line));
  }
  return lines;
}

/** Rows of tracks that were ever inserted, repetitions among them, which the table keeps only until it merges. */
export async function countInserted(database: Database): Promise<number> {
  const [row] = await database.rows<{ inserted: string }>('SELECT sum(rows) AS inserted FROM inserted_rows');
  return Number(row?.inserted ?? 0);
}
