// What this process asks of ClickHouse: rows inserted, how long statements take, and what fails.
import { Counter, Histogram, type Registry } from 'prom-client';
import { type Store, StoreError } from '../../model/store.ts';

export interface StoreMetrics {
  /** The same store, counted. */
  observe(store: Store): Store;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120, 600];

export function createStoreMetrics(registry: Registry): StoreMetrics {
  const registers = [registry];
  const rows = new Counter({
    name: 'tidemark_store_inserted_rows_total',
    help: 'Rows that ClickHouse has written of inserted blocks.',
    labelNames: ['table'],
    registers,
  });
  const insertSeconds = new Histogram({
    name: 'tidemark_store_insert_duration_seconds',
    help: 'Time of inserts of one block, those that failed too.',
    labelNames: ['table'],
    buckets: SECONDS,
    registers,
  });
  const statementSeconds = new Histogram({
    name: 'tidemark_store_statement_duration_seconds',
    help: 'Time of other statements, those that failed too; operation is query or execute.',
    labelNames: ['operation'],
    buckets: SECONDS,
    registers,
  });
  const errors = new Counter({
    name: 'tidemark_store_errors_total',
    help: 'Calls of ClickHouse that failed; retryable says whether the same call may succeed later.',
    labelNames: ['operation', 'retryable'],
    registers,
  });

  const counted = async <Result>(operation: string, call: () => Promise<Result>): Promise<Result> => {
    try {
      return await call();
    } catch (error) {
      errors.inc({ operation, retryable: String(error instanceof StoreError && error.retryable) });
      throw error;
    }
  };
  const timed = <Result>(operation: 'query' | 'execute', call: () => Promise<Result>): Promise<Result> => {
    const end = statementSeconds.startTimer({ operation });
    return counted(operation, call).finally(end);
  };

  return {
    observe: (store) => ({
      query: (statement) => timed('query', () => store.query(statement)),
      // Of exports, which nobody waits for: they end when their reader has read.
      queryRaw: (statement, how) => store.queryRaw(statement, how),
      execute: (statement) => timed('execute', () => store.execute(statement)),
      insert: async (block, limits) => {
        const { table } = block;
        const end = insertSeconds.startTimer({ table });
        await counted('insert', () => store.insert(block, limits)).finally(end);
        rows.inc({ table }, block.rows);
      },
      ping: () => store.ping(),
      close: () => store.close(),
    }),
  };
}
