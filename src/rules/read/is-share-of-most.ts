// Whether a ratio is probably a part of a whole, such as users of seats, and not so many of one for each of the other,
// such as messages for each user. Only a lint asks.
import type { Metric, Subject } from '../metric.ts';
import type { Reading } from './reading.ts';

type Unit = 'users' | 'events' | 'days' | 'amount' | 'limit' | 'seats' | 'any';

export function isShareOfMost({ operands }: Metric, reading: Reading): boolean {
  const [first, second] = operands;
  if (first === undefined || second === undefined) return false;
  const [part, whole] = [unitOf(first, reading), unitOf(second, reading)];
  if (whole === 'limit') return true;
  if (whole === 'seats') return part === 'users' || part === 'seats';
  return part === whole && (part === 'users' || part === 'days' || isPartOf(first, second, reading));
}

const UNITS: ReadonlyMap<string, Unit> = new Map([
  ['users', 'users'],
  ['users_gained', 'users'],
  ['users_lost', 'users'],
  ['users_kept', 'users'],
  ['members', 'users'],
  ['active_days', 'days'],
  ['count', 'events'],
]);

function unitOf(subject: Subject, reading: Reading): Unit {
  if (subject.kind === 'trait') return unitOfTrait(subject.trait);
  const kind = reading.metricOf(subject)?.kind;
  return kind === undefined ? 'any' : (UNITS.get(kind) ?? 'amount');
}

function unitOfTrait(trait: string): Unit {
  if (/limit|quota|allowance|capacity|included/i.test(trait)) return 'limit';
  return /seat|licen[cs]e|user|member|employee/i.test(trait) ? 'seats' : 'any';
}

/** Some of the same events, told by `where`: not more of them than there are. */
function isPartOf(first: Subject, second: Subject, reading: Reading): boolean {
  const [part, whole] = [first, second].map((subject) => reading.metricOf(subject)?.series[0]?.definition);
  if (part === undefined || whole === undefined || part.where.length === 0) return false;
  return whole.where.length === 0 && JSON.stringify(part.events) === JSON.stringify(whole.events);
}
