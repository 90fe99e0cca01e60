// A full day of events, written straight into the table: as many accounts and events as the load has.
import type { Store } from '../../src/model/store.ts';
import { execute } from '../bench-project.ts';
import { ACCOUNTS, EVENTS } from './send-steadily.ts';

const ROWS_AT_ONCE = 2_000_000;

/** Spread over the day up to now, UTC; known since their own time. */
export async function fillDay(store: Store, rows: number): Promise<void> {
  const startedAt = performance.now();
  const now = Date.now();
  const midnight = Math.floor(now / 86_400_000) * 86_400_000;
  for (let from = 0; from < rows; from += ROWS_AT_ONCE) {
    await execute(
      store,
      `INSERT INTO usage_events (account_id, event, timestamp, id, user_id, properties, received_at, known_at, batch_id, topic, partition, offset)
SELECT concat('account-', toString(cityHash64(number) % {accounts:UInt64})),
  {events:Array(String)}[1 + number % length({events:Array(String)})],
  fromUnixTimestamp64Milli({midnight:Int64} + intDiv(number * {span:Int64}, {rows:Int64}), 'UTC') AS at,
  concat('stored-', toString(number)), concat('user-', toString(cityHash64(number, 1) % 20)),
  '{"channel":"general","length":17,"device":"desktop"}', at, at, '00000000-0000-0000-0000-000000000000', 'stored', 0, number
FROM numbers({from:UInt64}, {count:UInt64})`.replaceAll(
        '{events:Array(String)}',
        `[${EVENTS.map((name) => `'${name}'`).join(', ')}]`,
      ),
      {
        accounts: ACCOUNTS,
        midnight,
        span: now - midnight,
        rows,
        from,
        count: Math.min(ROWS_AT_ONCE, rows - from),
      },
    );
  }
  console.log(`${rows} events stored in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
}
