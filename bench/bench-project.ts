// What the benchmarks share: an engine in a temporary directory, the shipped rules, made-up accounts, and medians.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyRules } from '../src/app/apply-rules.ts';
import type { Evaluator } from '../src/app/evaluate/evaluator.ts';
import { readRuleFiles } from '../src/app/read-rule-files.ts';
import type { CompiledStatement } from '../src/model/statement.ts';
import type { Store } from '../src/model/store.ts';
import type { Day, EpochMicros, TimeZone } from '../src/model/time.ts';
import { openStore } from '../src/store/clickhouse-store.ts';
import { launchEngine } from '../src/store/engine/launch-engine.ts';
import { migrate } from '../src/store/migrate.ts';

export interface BenchEngine {
  readonly pid: number;
  /** On a new database. */
  open(database: string): Promise<Store>;
  stop(): Promise<void>;
}

export async function startBenchEngine(): Promise<BenchEngine> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const command = [
    process.execPath,
    '--import',
    'tsx',
    'tests/integration/support/run-engine.ts',
    dataDir,
    '10000',
  ];
  const engine = await launchEngine({ dataDir, command });
  const { url, username, password } = engine;
  const stores: Store[] = [];
  return {
    pid: engine.pid,
    async open(database) {
      await migrate({ connect: { url, username, password, database }, now: now() });
      const store = openStore({ url, username, password, database });
      stores.push(store);
      return store;
    },
    async stop() {
      await Promise.all(stores.map((store) => store.close()));
      engine.release();
      process.kill(engine.pid, 'SIGTERM');
      await new Promise((done) => setTimeout(done, 2_000));
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const now = () => (Date.now() * 1000) as EpochMicros;

/** An evaluator over the rules that ship. */
export async function openEvaluator(store: Store): Promise<Evaluator> {
  const clock = { now };
  const applied = await applyRules({ store, clock, files: await readRuleFiles('rules') });
  if (!applied.ok) throw new Error('the shipped rules do not check');
  return {
    store,
    clock,
    timezone: 'UTC' as TimeZone,
    ruleset: applied.ruleset,
    // Rows are inserted as if long known and no batch announces them: the bound is now.
    settle: 0,
    writer: '1',
  };
}

/** The most memory that the process with ClickHouse in it has held. */
export function peakMemory({ pid }: BenchEngine): string {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]);
  return `${(kilobytes / 1_048_576).toFixed(1)} GiB`;
}

export const execute = (store: Store, sql: string, params: Record<string, string | number> = {}) =>
  store.execute({ sql, params, columns: [] });

/** Rows that a select reads. Asked apart, because the embedded engine counts none for an INSERT … SELECT. */
export async function rowsRead(store: Store, statement: CompiledStatement): Promise<number> {
  const sql = `SELECT count() FROM (\n${statement.sql}\n)`;
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.queryRaw({ ...statement, sql }, { format: 'JSON', readonly: false }))
    chunks.push(chunk);
  const answer = JSON.parse(Buffer.concat(chunks).toString()) as { statistics: { rows_read: number } };
  return answer.statistics.rows_read;
}

/** Traits of `accounts` made-up accounts: half on a free plan, twenty-five seats each. */
export async function insertAccounts(store: Store, accounts: number, since: Day): Promise<void> {
  await execute(
    store,
    `INSERT INTO account_traits (account_id, trait, valid_from, message_id, value, received_at, known_at, topic, partition, offset)
SELECT concat('a', toString(number)), trait.1, toDateTime64({since:String}, 3, 'UTC'), toString(number), trait.2,
  toDateTime64({since:String}, 6, 'UTC'), toDateTime64({since:String}, 6, 'UTC'), 'bench', 0, number
FROM numbers({accounts:UInt64})
ARRAY JOIN [('plan', if(number % 2 = 0, '"free"', '"team"')), ('seats', '25'), ('name', concat('"Account ', toString(number), '"'))] AS trait`,
    { accounts, since: `${since} 00:00:00` },
  );
}

export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
