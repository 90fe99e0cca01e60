// What a database holds in the end, so that two of them can be compared row by row.
import type { Database } from './project.ts';

export interface Outcome {
  /** `account event count`. */
  readonly events: readonly string[];
  /** `account series day n members first last`, days with events only. */
  readonly seriesDays: readonly string[];
  /** `account rule step from>to at day reason severity sentence`. */
  readonly transitions: readonly string[];
}

export async function readOutcome(database: Database): Promise<Outcome> {
  const lines = async (sql: string): Promise<readonly string[]> =>
    (await database.rows<{ line: string }>(sql)).map(({ line }) => line);
  return {
    events: await lines(`SELECT concat(account_id, ' ', event, ' ', toString(count())) AS line FROM events
      GROUP BY account_id, event ORDER BY line`),
    seriesDays:
      await lines(`SELECT concatWithSeparator(' ', account_id, series_id, day, n, v_n, members, first_at, last_at) AS line
      FROM series_days FINAL WHERE n > 0 ORDER BY line`),
    transitions:
      await lines(`SELECT concatWithSeparator(' ', account_id, rule, step, concat(from, '>', to), at, day, reason, severity, sentence) AS line
      FROM transitions FINAL ORDER BY account_id, rule, step`),
  };
}

/** Lines of one and not of the other, both ways. */
export function differences(left: readonly string[], right: readonly string[]): readonly string[] {
  const [ofLeft, ofRight] = [new Set(left), new Set(right)];
  return [
    ...left.filter((line) => !ofRight.has(line)).map((line) => `- ${line}`),
    ...right.filter((line) => !ofLeft.has(line)).map((line) => `+ ${line}`),
  ];
}
