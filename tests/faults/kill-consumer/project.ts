// One engine with two databases: one that the log is streamed into, one that the same file is imported into.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyRules } from '../../../src/app/apply-rules.ts';
import { evaluateDays } from '../../../src/app/evaluate/evaluate-days.ts';
import type { Evaluator } from '../../../src/app/evaluate/evaluator.ts';
import { readRuleFiles } from '../../../src/app/read-rule-files.ts';
import { systemClock } from '../../../src/app/system-clock.ts';
import type { Store } from '../../../src/model/store.ts';
import type { Day, EpochMicros, TimeZone } from '../../../src/model/time.ts';
import { openStore } from '../../../src/store/clickhouse-store.ts';
import { launchEngine } from '../../../src/store/engine/launch-engine.ts';
import { migrate } from '../../../src/store/migrate.ts';

const RULES = fileURLToPath(new URL('../../../examples/community/rules', import.meta.url));
const ENGINE = fileURLToPath(new URL('../../integration/support/run-engine.ts', import.meta.url));

export interface Database {
  readonly name: string;
  readonly store: Store;
  /** Applies these files, by default the community rules. */
  apply(files?: Readonly<Record<string, string>>): Promise<void>;
  /** Of the rules that were applied; takes only batches that are old enough to be whole, as beside other processes. */
  evaluator(): Evaluator;
  close(days: { readonly from: string; readonly to: string }): Promise<void>;
  rows<Row extends object>(sql: string): Promise<readonly Row[]>;
}

export interface FaultEngine {
  /** With user and password. */
  readonly url: string;
  readonly dataDir: string;
  open(name: string): Promise<Database>;
  stop(): Promise<void>;
}

export async function startFaultEngine(): Promise<FaultEngine> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tidemark-faults-'));
  const command = [process.execPath, '--import', 'tsx', ENGINE, dataDir, '10000'];
  const { url, username, password, pid, release } = await launchEngine({ dataDir, command, restart: false });
  const stores: Store[] = [];
  return {
    url: url.replace('://', `://${username}:${password}@`),
    dataDir,
    open: async (name) => {
      const connect = { url, username, password, database: name };
      await migrate({ connect, now: (Date.now() * 1000) as EpochMicros });
      const store = openStore(connect);
      stores.push(store);
      return openDatabase(name, store);
    },
    stop: async () => {
      await Promise.all(stores.map((store) => store.close()));
      release();
      process.kill(pid, 'SIGTERM');
      while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Microseconds, as `tidemark up` has it beside servers. */
const SETTLE_MICROS = 1_000_000;
const timezone = 'UTC' as TimeZone;

function openDatabase(name: string, store: Store): Database {
  let ruleset: Evaluator['ruleset'] | undefined;
  const evaluator = (): Evaluator => {
    if (ruleset === undefined) throw new Error('apply the rules first');
    return { store, clock: systemClock, timezone, ruleset, settle: SETTLE_MICROS, writer: '1' };
  };
  return {
    name,
    store,
    evaluator,
    apply: async (files) => {
      const rules = files ?? (await readRuleFiles(RULES));
      const applied = await applyRules({ store, clock: systemClock, files: rules });
      if (!applied.ok) throw new Error(JSON.stringify(applied.problems));
      ruleset = applied.ruleset;
    },
    close: async ({ from, to }) => {
      const days = { from: from as Day, to: to as Day };
      await evaluateDays({ ...evaluator(), settle: undefined, ...days });
    },
    rows: (sql) => store.query({ sql, params: {}, columns: [] }),
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
