// The real line over a case: rules read from YAML, envelopes ingested, days closed, and what came of it read back.
import { stringify } from 'yaml';
import { evaluateClose } from '../../src/app/evaluate/evaluate-close.ts';
import type { Store } from '../../src/model/store.ts';
import type { Day } from '../../src/model/time.ts';
import { compileRuleset } from '../../src/rules/compile/compile-ruleset.ts';
import type { EvaluationPlan } from '../../src/rules/compile/plan.ts';
import { readRuleset } from '../../src/rules/read-ruleset.ts';
import { openProject, type Project } from '../integration/support/project.ts';
import type { Envelope, PlainRuleset } from '../reference/plain.ts';

export interface ResultArrays {
  readonly metrics: readonly (number | null)[];
  readonly texts: readonly (string | null)[];
  readonly outcomes: readonly ('false' | 'unknown' | 'true')[];
  readonly scores: readonly (number | null)[];
}

export interface StoredMove {
  readonly account_id: string;
  readonly rule: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly severity: string;
}

export interface SqlClose {
  readonly accounts: ReadonlyMap<string, ResultArrays>;
  readonly moves: readonly StoredMove[];
}

export interface SqlSide {
  readonly plan: EvaluationPlan;
  ingest(envelopes: readonly Envelope[]): Promise<void>;
  close(day: Day): Promise<SqlClose>;
}

export interface SqlCase {
  readonly rules: PlainRuleset;
  readonly zone: string;
  /** Milliseconds. */
  readonly appliedAt: number;
}

/** Received after everything that happens in any world. */
export const RECEIVING = '2031-01-01T00:00:00Z';

export const rulesYaml = (rules: PlainRuleset): string => stringify(rules, { lineWidth: 0 });

/** Errors that the reader finds in the rules: what was generated says something that can never hold, for one. */
export const refusals = (rules: PlainRuleset): readonly string[] =>
  readRuleset({ 'rules.yaml': rulesYaml(rules) }, {})
    .problems.filter(({ severity }) => severity === 'error')
    .map(({ code, message }) => `${code} ${message}`);

/** On an empty database. Throws with all problems when the rules are refused. */
export async function openSqlSide(store: Store, { rules, zone, appliedAt }: SqlCase): Promise<SqlSide> {
  const project = openProject(store, zone);
  project.setNow(new Date(appliedAt).toISOString());
  await project.apply(rulesYaml(rules));
  project.setNow(RECEIVING);
  const evaluator = project.evaluator();
  return {
    plan: compileRuleset(evaluator.ruleset, { timezone: evaluator.timezone }),
    ingest: async (envelopes) => {
      if (envelopes.length > 0) await project.ingest(envelopes);
    },
    close: async (day) => {
      const { tick } = await evaluateClose(project.evaluator(), day);
      return { accounts: await readResults(project, tick), moves: await readMoves(project, day) };
    },
  };
}

async function readResults(project: Project, tick: number): Promise<SqlClose['accounts']> {
  const rows = await project.rows(
    `SELECT account_id, metrics, texts, outcomes, scores FROM results WHERE tick = ${tick}`,
  );
  return new Map(
    rows.map((row) => {
      const arrays = row as unknown as ResultArrays;
      const scores = arrays.scores.map((score) => (score === null ? null : Number(score)));
      return [String(row.account_id), { ...arrays, scores }];
    }),
  );
}

const readMoves = async (project: Project, day: Day): Promise<readonly StoredMove[]> =>
  (await project.rows(
    `SELECT account_id, rule, from, to, reason, severity FROM transitions FINAL
WHERE day = '${day}' ORDER BY account_id, rule, step`,
  )) as unknown as readonly StoredMove[];

/** Empties every table but the one of migrations: quicker than another database. */
export async function emptyTables(store: Store): Promise<void> {
  const tables = await store.query<{ name: string }>({
    sql: `SELECT name FROM system.tables
WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name != 'schema_migrations'`,
    params: {},
    columns: ['name'],
  });
  for (const { name } of tables) {
    await store.execute({ sql: `TRUNCATE TABLE ${name}`, params: {}, columns: [] });
  }
}
