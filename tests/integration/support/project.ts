// A small project on a real engine: events in, rules applied, days closed, and what came of it read back.
import { randomUUID } from 'node:crypto';
import { applyRules } from '../../../src/app/apply-rules.ts';
import { evaluateClose } from '../../../src/app/evaluate/evaluate-close.ts';
import { evaluateTick } from '../../../src/app/evaluate/evaluate-tick.ts';
import type { Evaluator } from '../../../src/app/evaluate/evaluator.ts';
import { ingestBatch } from '../../../src/ingest/ingest-batch.ts';
import type { BatchId } from '../../../src/model/ids.ts';
import type { Store } from '../../../src/model/store.ts';
import type { Day, EpochMicros, TimeZone } from '../../../src/model/time.ts';
import type { Ruleset } from '../../../src/rules/ruleset.ts';

export interface Project {
  readonly store: Store;
  /** Moves the clock; it also moves by a microsecond at each reading. */
  setNow(iso: string): void;
  /** Stores envelopes as one batch, known since their own time when they are history. */
  ingest(events: readonly object[], options?: { readonly history?: boolean }): Promise<void>;
  /** One file's text, or files by name. */
  apply(rules: string | Readonly<Record<string, string>>): Promise<Ruleset>;
  evaluator(): Evaluator;
  close(...days: readonly string[]): Promise<void>;
  tick(): ReturnType<typeof evaluateTick>;
  /** Rows as text, in the order of the query. */
  rows(sql: string): Promise<readonly Record<string, unknown>[]>;
}

export function openProject(store: Store, timezone = 'UTC'): Project {
  let now = Date.UTC(2026, 5, 1) * 1000;
  let offset = 0;
  let ruleset: Ruleset | undefined;
  const clock = { now: () => now++ as EpochMicros };
  const log = { publishDeadLetters: async () => {} };
  const evaluator = (): Evaluator => {
    if (ruleset === undefined) throw new Error('apply rules first');
    return { store, clock, timezone: timezone as TimeZone, ruleset, settle: undefined, writer: '1' };
  };
  return {
    store,
    evaluator,
    setNow: (iso) => {
      now = Date.parse(iso) * 1000;
    },
    async ingest(events, { history = true } = {}) {
      const messages = events.map((event) => ({
        offset: offset++,
        key: null,
        value: new TextEncoder().encode(JSON.stringify(event)),
      }));
      await ingestBatch(
        { store, log, clock, newBatchId: () => randomUUID() as BatchId },
        { topic: 'test', partition: 0, messages },
        { source: 'import', history },
      );
    },
    async apply(rules) {
      const files = typeof rules === 'string' ? { 'rules.yaml': rules } : rules;
      const applied = await applyRules({ store, clock, files });
      if (!applied.ok) throw new Error(applied.problems.map((p) => `${p.code} ${p.message}`).join('\n'));
      ruleset = applied.ruleset;
      return applied.ruleset;
    },
    async close(...days) {
      for (const day of days) await evaluateClose(evaluator(), day as Day);
    },
    tick: () => evaluateTick(evaluator()),
    rows: (sql) => store.query({ sql, params: {}, columns: [] }),
  };
}

let ids = 0;

/** One envelope of a track event. */
export const track = (
  account: string | undefined,
  user: string | undefined,
  event: string,
  at: string,
  more: object = {},
) => ({
  type: 'track',
  id: `e${++ids}`,
  ...(account === undefined ? {} : { account_id: account }),
  ...(user === undefined ? {} : { user_id: user }),
  event,
  timestamp: at,
  properties: {},
  ...more,
});

export const group = (account: string, traits: object, at: string, user?: string) => ({
  type: 'group',
  id: `g${++ids}`,
  account_id: account,
  ...(user === undefined ? {} : { user_id: user }),
  timestamp: at,
  traits,
});
