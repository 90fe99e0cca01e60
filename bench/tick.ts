// A tick for 1,000 changed accounts among few and among ten times as many accounts: what an account more costs.
//   npx tsx bench/tick.ts [accounts] [times]
import { randomUUID } from 'node:crypto';
import { evaluateClose } from '../src/app/evaluate/evaluate-close.ts';
import { evaluateTick } from '../src/app/evaluate/evaluate-tick.ts';
import type { Evaluator } from '../src/app/evaluate/evaluator.ts';
import { ingestBatch } from '../src/ingest/ingest-batch.ts';
import type { BatchId } from '../src/model/ids.ts';
import type { Store } from '../src/model/store.ts';
import { addDays, type Day, dayOf, type EpochMillis, UTC } from '../src/model/time.ts';
import {
  type BenchEngine,
  execute,
  insertAccounts,
  median,
  openEvaluator,
  seconds,
  startBenchEngine,
} from './bench-project.ts';

const ACCOUNTS = Number(process.argv[2] ?? 100_000);
const TIMES = Number(process.argv[3] ?? 10);
const CHANGED = 1_000;
const ACTIVE_DAYS = 20;
const ROUNDS = 9;
const TODAY = dayOf(Date.now() as EpochMillis, UTC);

const engine = await startBenchEngine();
try {
  const few = await prepare(engine, 'few', ACCOUNTS);
  const many = await prepare(engine, 'many', ACCOUNTS * TIMES);
  const rounds: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    rounds[0].push(await tick(few, ACCOUNTS, round));
    rounds[1].push(await tick(many, ACCOUNTS * TIMES, round));
  }
  const [small, large] = [median(rounds[0]), median(rounds[1])];
  console.log(`tick for ${CHANGED} changed accounts of ${ACCOUNTS}: ${(small * 1000).toFixed(0)} ms`);
  console.log(`tick for ${CHANGED} changed accounts of ${ACCOUNTS * TIMES}: ${(large * 1000).toFixed(0)} ms`);
  console.log(
    `ratio: ${TIMES} times the accounts cost ${(large / small).toFixed(2)} times the tick (median of ${ROUNDS})`,
  );
} finally {
  await engine.stop();
}

async function prepare(from: BenchEngine, database: string, accounts: number): Promise<Evaluator> {
  const store = await from.open(database);
  const evaluator = await openEvaluator(store);
  await insertAccounts(store, accounts, addDays(TODAY, -60));
  for (let back = 1; back <= ACTIVE_DAYS; back++) await fillDay(store, addDays(TODAY, -2 * back), accounts);
  const took = await seconds(() => evaluateClose(evaluator, addDays(TODAY, -1)));
  console.log(
    `${accounts} accounts, ${accounts * ACTIVE_DAYS} events: backfill and first close ${took.toFixed(1)} s`,
  );
  return evaluator;
}

/** One message an account and day. */
async function fillDay(store: Store, day: Day, accounts: number): Promise<void> {
  await execute(
    store,
    `INSERT INTO usage_events (account_id, event, timestamp, id, user_id, properties, received_at, known_at, batch_id, topic, partition, offset)
SELECT concat('a', toString(number)), 'message_sent', toDateTime64({day:Date}, 3, 'UTC') + INTERVAL 10 HOUR,
  concat('m', toString(number)), concat('u', toString(number % 7)), '{}', toDateTime64({day:Date}, 6, 'UTC'),
  toDateTime64({day:Date}, 6, 'UTC'), '00000000-0000-0000-0000-000000000000', 'bench', 0, number
FROM numbers({accounts:UInt64})`,
    { day, accounts },
  );
}

async function tick(evaluator: Evaluator, accounts: number, round: number): Promise<number> {
  const step = Math.floor(accounts / CHANGED);
  const messages = Array.from({ length: CHANGED }, (_, index) => ({
    offset: round * CHANGED + index,
    key: null,
    value: new TextEncoder().encode(
      JSON.stringify({
        type: 'track',
        id: randomUUID(),
        account_id: `a${(index * step + round) % accounts}`,
        user_id: `u${index % 7}`,
        event: 'message_sent',
        timestamp: new Date().toISOString(),
        properties: {},
      }),
    ),
  }));
  const log = { publishDeadLetters: async () => {} };
  const newBatchId = () => randomUUID() as BatchId;
  await ingestBatch({ ...evaluator, log, newBatchId }, { topic: 'bench-live', partition: 0, messages });
  return seconds(() => evaluateTick(evaluator));
}
