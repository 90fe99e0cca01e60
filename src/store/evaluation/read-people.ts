// Who is behind the numbers of some accounts at one T, read from their raw events.
import type { AccountId } from '../../model/ids.ts';
import type { LeafPeople } from '../../model/signal.ts';
import type { CompiledStatement } from '../../model/statement.ts';
import type { Store } from '../../model/store.ts';
import type { Day } from '../../model/time.ts';

export interface PeopleQuery {
  /** Yields account_id and, for each of `subjects`, the columns `count_N` and `users_N`. */
  readonly statement: CompiledStatement;
  readonly subjects: readonly { readonly subject: string; readonly counts: 'events' | 'last_day' }[];
}

/** By account and subject; subjects without anybody are left out. */
export async function readPeople(
  store: Store,
  { statement, subjects }: PeopleQuery,
): Promise<ReadonlyMap<AccountId, ReadonlyMap<string, LeafPeople>>> {
  const rows = await store.query<PeopleRow>(statement);
  return new Map(rows.map((row) => [row.account_id, readRow(row, subjects)]));
}

type PeopleRow = { readonly account_id: AccountId } & Readonly<
  Record<string, string | readonly (readonly [string, string])[]>
>;

function readRow(row: PeopleRow, subjects: PeopleQuery['subjects']): ReadonlyMap<string, LeafPeople> {
  const entries = subjects.flatMap(({ subject, counts }, index) => {
    const count = Number(row[`count_${index}`] ?? 0);
    const users = (row[`users_${index}`] ?? []) as readonly (readonly [string, string])[];
    if (count === 0) return [];
    const told = users.map(([userId, value]) =>
      counts === 'events'
        ? { userId, events: Number(value) }
        : { userId, lastDay: dayOfNumber(Number(value)) },
    );
    return [[subject, { count, users: told }] as const];
  });
  return new Map(entries);
}

const DAY_MS = 86_400_000;

const dayOfNumber = (day: number): Day => new Date(day * DAY_MS).toISOString().slice(0, 10) as Day;
