// Builders for the tests of the reference evaluator: one account unless told otherwise, days of June 2026, UTC.
import { type Day, dayNumber, type TimeZone } from '../../../src/model/time.ts';
import type { Envelope, Plain, PlainMap, PlainRuleset } from '../../reference/plain.ts';
import { type ClosedAccount, ReferenceEvaluator } from '../../reference/reference-evaluator.ts';

let ids = 0;

/** `at`: day of June 2026, or an instant. */
const instant = (at: number | string): string =>
  typeof at === 'string' ? at : `2026-06-${String(at).padStart(2, '0')}T12:00:00Z`;

export const did = (event: string, at: number | string, more: Partial<Envelope> = {}): Envelope => ({
  type: 'track',
  id: `e${++ids}`,
  account_id: 'acme',
  user_id: 'ann',
  event,
  timestamp: instant(at),
  ...more,
});

/** Not on any account. */
export function loosely(
  event: string,
  at: number | string,
  user: string,
  more: Partial<Envelope> = {},
): Envelope {
  const { account_id: _, ...envelope } = did(event, at, { user_id: user, ...more });
  return envelope;
}

export const group = (
  at: number | string,
  traits: PlainMap = {},
  more: Partial<Envelope> = {},
): Envelope => ({
  type: 'group',
  id: `g${++ids}`,
  account_id: 'acme',
  timestamp: instant(at),
  traits,
  ...more,
});

export const joins = (user: string, at: number | string, account = 'acme'): Envelope =>
  group(at, {}, { user_id: user, account_id: account });

export const identify = (user: string, at: number | string, traits: PlainMap): Envelope => ({
  type: 'identify',
  id: `i${++ids}`,
  user_id: user,
  timestamp: instant(at),
  traits,
});

const june = (day: number): number => dayNumber(`2026-06-${String(day).padStart(2, '0')}` as Day);

export interface ClosedDays {
  readonly rules: PlainRuleset;
  readonly received: readonly Envelope[];
  readonly from?: number;
  readonly to: number;
  readonly zone?: string;
  readonly appliedAt?: number;
}

/** The closes of days of June, the last one last; nothing is baseline unless told. */
export function closeDays({ rules, received, from, to, zone = 'UTC', appliedAt = 0 }: ClosedDays) {
  const evaluator = new ReferenceEvaluator({ rules, zone: zone as TimeZone, appliedAt });
  const days = Array.from({ length: to - (from ?? to) + 1 }, (_, index) => (from ?? to) + index);
  return days.map((day) => evaluator.close(june(day), received));
}

/** An account at the close of one day. */
export function closed(days: ClosedDays, account = 'acme'): ClosedAccount {
  const found = closeDays(days).at(-1)?.get(account);
  if (found === undefined) throw new Error(`${account} does not exist`);
  return found;
}

/** One metric of acme at the close of a day of June. */
export const measure = (
  metric: PlainMap,
  received: readonly Envelope[],
  {
    day,
    zone = 'UTC',
    more = {},
  }: { readonly day: number; readonly zone?: string; readonly more?: PlainMap },
): number | null | undefined =>
  closed({ rules: { metrics: { m: metric, ...more } }, received, to: day, zone }).metrics.get('m');

export const holds = (condition: Plain, received: readonly Envelope[], day: number) =>
  closed({ rules: { segments: { s: condition } }, received, to: day }).segments.get('s')?.value;
