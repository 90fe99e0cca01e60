// A whole close with all shipped rules (champions, sequences, ranks, metrics, conditions, scores, signals) over many
// accounts, against the one statement alone, which is what the rules themselves cost. bench/pass.ts compares that
// statement with others' ways.
//   npx tsx bench/close.ts [accounts] [days]
import { chooseInput } from '../src/app/evaluate/choose-input.ts';
import { evaluateClose } from '../src/app/evaluate/evaluate-close.ts';
import { passOverSlices } from '../src/app/evaluate/pass-over-slices.ts';
import { refreshChampions } from '../src/app/evaluate/refresh-champions.ts';
import type { Store } from '../src/model/store.ts';
import { addDays, type Day, type EpochMillis, endOfDay, UTC } from '../src/model/time.ts';
import { compileRuleset } from '../src/rules/compile/compile-ruleset.ts';
import { readSlices } from '../src/store/evaluation/read-slices.ts';
import {
  execute,
  insertAccounts,
  median,
  openEvaluator,
  peakMemory,
  seconds,
  startBenchEngine,
} from './bench-project.ts';

const ACCOUNTS = Number(process.argv[2] ?? 100_000);
const DAYS = Number(process.argv[3] ?? 90);
const ROUNDS = 3;
const SLICE = 100_000;
const FIRST = '2026-01-01' as Day;
const LAST = addDays(FIRST, DAYS - 1);
const EVENTS = ['message_sent', 'file_shared', 'workspace_opened', 'report_exported'];

const engine = await startBenchEngine();
try {
  const store = await engine.open('close');
  const evaluator = await openEvaluator(store);
  const plan = compileRuleset(evaluator.ruleset, { timezone: evaluator.timezone });
  await insertAccounts(store, ACCOUNTS, FIRST);
  for (let day = FIRST; day <= LAST; day = addDays(day, 1)) await insertEvents(store, day);
  const first = await seconds(() => evaluateClose(evaluator, addDays(LAST, -1)));
  console.log(
    `accounts ${ACCOUNTS}, days ${DAYS}, events ${await countEvents(store)}, rules ${plan.layout.rules.size}, metrics ${plan.ruleset.metrics.size}, series ${plan.series.length}; backfill and first close ${first.toFixed(1)} s`,
  );
  const [closes, statements, champions]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    closes.push(await seconds(() => evaluateClose(evaluator, LAST)));
    const inputs = await inputsOf(store);
    champions.push(
      await seconds(async () => {
        for (const input of inputs) await refreshChampions(store, plan, input);
      }),
    );
    statements.push(await seconds(() => passOverSlices(store, plan, inputs)));
  }
  const [close, statement, champion] = [median(closes), median(statements), median(champions)];
  console.log(
    `close, all of it           ${close.toFixed(2)} s, peak memory of the engine ${peakMemory(engine)}`,
  );
  console.log(`the one statement alone    ${statement.toFixed(2)} s`);
  console.log(`champions alone            ${champion.toFixed(2)} s`);
  console.log(
    `ratio: a close costs ${(close / statement).toFixed(2)} times its statement (median of ${ROUNDS})`,
  );
} finally {
  await engine.stop();
}

/** Every account on two days of nine, about three events of up to three users each time. */
async function insertEvents(store: Store, day: Day): Promise<void> {
  await execute(
    store,
    `INSERT INTO usage_events (account_id, event, timestamp, id, user_id, properties, received_at, known_at, batch_id, topic, partition, offset)
SELECT concat('a', toString(number)), event, toDateTime64({day:Date}, 3, 'UTC') + INTERVAL 10 HOUR, concat(event, toString(user)),
  concat('u', toString(number), '-', toString(user)), '{}', toDateTime64({day:Date}, 6, 'UTC'),
  toDateTime64({day:Date}, 6, 'UTC'), '00000000-0000-0000-0000-000000000000', 'bench', 0, number
FROM numbers({accounts:UInt64})
ARRAY JOIN range(1 + number % 3) AS user
ARRAY JOIN arraySlice([${EVENTS.map((event) => `'${event}'`).join(', ')}], 1 + (number + user) % 4, 2) AS event
WHERE (number * 5 + toUInt32({day:Date}) * 2) % 9 < 2`,
    { day, accounts: ACCOUNTS },
  );
}

async function inputsOf(store: Store) {
  const at = (endOfDay(LAST, UTC) - 1) as EpochMillis;
  const slices = await readSlices(store, SLICE);
  const tick = Date.now() * 1000;
  return slices.map((slice) => chooseInput({ kind: 'close', day: LAST, at, timezone: UTC, tick, slice }));
}

async function countEvents(store: Store): Promise<string> {
  const sql = 'SELECT count() AS events FROM usage_events';
  const [row] = await store.query<{ events: string }>({ sql, params: {}, columns: ['events'] });
  return row?.events ?? '';
}
