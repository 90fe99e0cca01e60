// A seeded history of a few accounts, in the batches in which it arrives: repeated, late, and partly without an
// account; and what plain loops count in it, whatever came twice.
import { seededRandom } from '../../../demo/hubspot/plan-faults.ts';
import { addDays, type Day } from '../../../src/model/time.ts';

interface BusyEvent {
  readonly type: 'track' | 'group';
  readonly id: string;
  readonly account_id?: string;
  readonly user_id: string;
  readonly event?: string;
  readonly timestamp: string;
  readonly traits?: object;
}

export interface BusyDay {
  readonly day: Day;
  /** What arrives between midnight and the close of the day before. */
  readonly early: readonly BusyEvent[];
  /** Rounds of batches that arrive at the same time. */
  readonly rounds: readonly (readonly (readonly BusyEvent[])[])[];
}

export interface BusyOptions {
  readonly seed: number;
  readonly accounts: number;
  readonly from: Day;
  readonly days: number;
  readonly rounds: number;
}

export function planBusyHistory({ seed, accounts, from, days, rounds }: BusyOptions): readonly BusyDay[] {
  const random = seededRandom(seed);
  const pick = (below: number): number => Math.floor(random() * below);
  const sent: BusyEvent[] = [];
  let ids = 0;
  const message = (account: number, day: Day, hour: number): BusyEvent => {
    const user = `u${account}_${pick(4)}`;
    const at = `${day}T${String(hour).padStart(2, '0')}:${String(pick(60)).padStart(2, '0')}:00.000Z`;
    const known = {
      type: 'track',
      id: `e${ids++}`,
      user_id: user,
      event: 'message_sent',
      timestamp: at,
    } as const;
    // A fifth is without an account: its user's membership says whose it is.
    const event: BusyEvent = random() < 0.2 ? known : { ...known, account_id: `team_${account}` };
    sent.push(event);
    return event;
  };
  const joinAll = (day: Day): BusyEvent[] =>
    Array.from({ length: (accounts + days) * 4 }, (_, index) => ({
      type: 'group',
      id: `g${index}`,
      account_id: `team_${Math.floor(index / 4)}`,
      user_id: `u${Math.floor(index / 4)}_${index % 4}`,
      timestamp: `${day}T00:05:00.000Z`,
      traits: { name: `Team ${Math.floor(index / 4)}` },
    }));
  const batch = (active: readonly number[], day: Day, hour: number): BusyEvent[] => {
    const events = active.filter(() => random() < 0.6).map((account) => message(account, day, hour));
    // Not before the close of the day before, which would see it earlier than the ticks of the new day do.
    const late =
      hour > 0 && random() < 0.4
        ? [message(pick(accounts), day < addDays(from, 2) ? day : addDays(day, -2), 12)]
        : [];
    const again = sent.filter(() => random() < 4 / (sent.length + 4));
    return [...events, ...late, ...again];
  };
  return Array.from({ length: days }, (_, index) => {
    const day = addDays(from, index);
    const active = Array.from({ length: accounts }, (_, account) => account).filter(() => random() < 0.45);
    return {
      day,
      early: [
        ...(index === 0 ? joinAll(day) : batch(active, day, 0)),
        // An account that takes off after midnight.
        ...[1, 2, 3].map(() => message(accounts + index, day, 0)),
      ],
      rounds: Array.from({ length: rounds }, (_, round) =>
        [1, 2, 3].map(() => batch(active, day, 2 + Math.floor((20 * round) / rounds))),
      ),
    };
  });
}

/** Lines `account day messages users`, sorted: every message once, whoever it came through. */
export function countBusyHistory(history: readonly BusyDay[]): readonly string[] {
  const messages = new Map<string, BusyEvent>();
  for (const { early, rounds } of history) {
    for (const event of [early, ...rounds.flat()].flat())
      if (event.type === 'track') messages.set(event.id, event);
  }
  const days = new Map<string, Set<string>[]>();
  for (const { id, user_id, timestamp } of messages.values()) {
    const key = `team_${/\d+/.exec(user_id)?.[0]} ${timestamp.slice(0, 10)}`;
    const [ids = new Set<string>(), users = new Set<string>()] = days.get(key) ?? [];
    days.set(key, [ids.add(id), users.add(user_id)]);
  }
  return [...days].map(([key, [ids, users]]) => `${key} ${ids?.size} ${users?.size}`).sort();
}
