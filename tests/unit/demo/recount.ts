// Counts by hand what the shipped rules ask for: plain loops over plain events, nothing of the evaluator's.
import type { SimulatedEvent } from '../../../demo/simulation/event.ts';

export interface AccountFacts {
  readonly id: string;
  readonly plan: string;
  readonly seats: number;
  /** Days since the trait created_at. */
  readonly ageDays: number;
  /** Newest first: index 0 is the last day. */
  readonly messages: readonly number[];
  readonly activeUsers: readonly ReadonlySet<string>[];
  /** By name: days before the last day, one entry an event. */
  readonly events: ReadonlyMap<string, readonly number[]>;
  readonly traits: Readonly<Record<string, unknown>>;
  /** Values of the trait `plan` in the order in which they came. */
  readonly plans: readonly string[];
}

const DAY = 86_400_000;

/** Facts of every account at the end of `lastDay`, over `days` days. UTC. */
export function recount(
  events: Iterable<SimulatedEvent>,
  lastDay: string,
  days: number,
): ReadonlyMap<string, AccountFacts> {
  const end = Date.parse(`${lastDay}T00:00:00Z`) + DAY;
  const seen = new Set<string>();
  const accountOfUser = new Map<string, string>();
  const traits = new Map<string, Record<string, unknown>>();
  const messages = new Map<string, number[]>();
  const users = new Map<string, Set<string>[]>();
  const others = new Map<string, Map<string, number[]>>();
  const plans = new Map<string, string[]>();
  for (const event of events) {
    if (event.type === 'group') {
      if (event.user_id !== undefined) accountOfUser.set(event.user_id, event.account_id);
      traits.set(event.account_id, { ...traits.get(event.account_id), ...event.traits });
      if ('plan' in event.traits) getOr(plans, event.account_id, () => []).push(String(event.traits.plan));
    }
    if (event.type !== 'track' || seen.has(event.id)) continue;
    seen.add(event.id);
    const account = event.account_id ?? accountOfUser.get(event.user_id);
    if (account === undefined) throw new Error(`event ${event.id} belongs to nobody`);
    const age = Math.floor((end - 1 - Date.parse(event.timestamp)) / DAY);
    const counts = getOr(messages, account, () => new Array<number>(days).fill(0));
    const active = getOr(users, account, () => Array.from({ length: days }, () => new Set<string>()));
    if (event.event === 'message_sent') counts[age] = (counts[age] ?? 0) + 1;
    active[age]?.add(event.user_id);
    getOr(
      getOr(others, account, () => new Map<string, number[]>()),
      event.event,
      () => [],
    ).push(age);
  }
  return new Map(
    [...traits].map(([id, t]) => [
      id,
      {
        id,
        plan: String(t.plan),
        seats: Number(t.seats),
        ageDays: Math.round((end - DAY - Date.parse(`${String(t.created_at)}T00:00:00Z`)) / DAY),
        messages: messages.get(id) ?? [],
        activeUsers: users.get(id) ?? [],
        events: others.get(id) ?? new Map<string, number[]>(),
        traits: t,
        plans: plans.get(id) ?? [],
      },
    ]),
  );
}

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
