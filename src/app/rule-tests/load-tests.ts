// Brings what happened in the tests of a run into its database: through the ingest loop's own step, then into series.
import { randomUUID } from 'node:crypto';
import { type IngestOptions, ingestBatch } from '../../ingest/ingest-batch.ts';
import type { Clock } from '../../model/clock.ts';
import type { DeadLetterMessage } from '../../model/event-log.ts';
import type { BatchId } from '../../model/ids.ts';
import type { Store } from '../../model/store.ts';
import type { EpochMicros, TimeZone } from '../../model/time.ts';
import type { PlannedSeries } from '../../rules/compile/plan.ts';
import { writeRefreshes } from '../../rules/compile/write-refresh.ts';
import { isStored } from '../../rules/series.ts';
import { expandTest } from '../../rules/test-file/expand-test.ts';
import type { RuleTest } from '../../rules/test-file/rule-test.ts';
import { readRawMonths } from '../../store/evaluation/series-state.ts';
import { spanMonths } from '../evaluate/span-months.ts';
import { testPrefix } from './test-prefix.ts';

export interface TestDatabase {
  readonly store: Store;
  readonly clock: Clock;
}

/** A test with the number in the prefix of its ids. */
export interface NumberedTest {
  readonly test: RuleTest;
  readonly number: number;
}

/** An event that the line refuses: a fault of ours, since the reader of tests takes none that it would. */
class TestEventError extends Error {
  override readonly name = 'TestEventError';
}

/** Small enough that one is made while others are stored. */
const BATCH = 10_000;
const BATCHES_UNDER_WAY = 3;
const TOPIC = 'tests';
const AS_HISTORY: IngestOptions = { source: 'import', history: true };

interface Message {
  readonly offset: number;
  readonly key: null;
  readonly value: Uint8Array;
}

export async function loadEvents(
  database: TestDatabase,
  { tests, prefixUsers }: { readonly tests: readonly NumberedTest[]; readonly prefixUsers: boolean },
): Promise<void> {
  const underWay: Promise<unknown>[] = [];
  for (const batch of batchMessages(tests, prefixUsers)) {
    if (underWay.length === BATCHES_UNDER_WAY) await underWay.shift();
    const stored = ingest(database, batch);
    // Awaited in its turn; until then a failure is not unhandled.
    stored.catch(() => undefined);
    underWay.push(stored);
  }
  await Promise.all(underWay);
}

function* batchMessages(tests: readonly NumberedTest[], prefixUsers: boolean): Generator<readonly Message[]> {
  const encoder = new TextEncoder();
  let [batch, offset]: [Message[], number] = [[], 0];
  for (const { test, number } of tests) {
    const own = testPrefix(number);
    for (const message of expandTest(test, { own, users: prefixUsers ? own : '' })) {
      batch.push({ offset: offset++, key: null, value: encoder.encode(JSON.stringify(message)) });
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

async function ingest({ store, clock }: TestDatabase, messages: readonly Message[]): Promise<void> {
  const log = {
    publishDeadLetters: async (letters: readonly DeadLetterMessage[]) => {
      throw new TestEventError(`an event of a test was refused: ${letters[0]?.headers.detail}`);
    },
  };
  const dependencies = { store, log, clock, newBatchId: () => randomUUID() as BatchId };
  await ingestBatch(dependencies, { topic: TOPIC, partition: 0, messages }, AS_HISTORY);
}

export interface FilledSeries {
  readonly series: readonly PlannedSeries[];
  readonly timezone: TimeZone;
  readonly bound: EpochMicros;
}

/** All days of series from all raw rows. A database of tests sees no row that would change them later. */
export async function fillSeries(
  { store }: TestDatabase,
  { series, timezone, bound }: FilledSeries,
): Promise<void> {
  const stored = series.filter(({ definition }) => isStored(definition));
  for (const { from, to } of spanMonths(await readRawMonths(store))) {
    const scope = { kind: 'days' as const, from, to };
    const statements = writeRefreshes({ series: stored, scope, timezone, bound });
    await Promise.all(statements.map((statement) => store.execute(statement)));
  }
}
