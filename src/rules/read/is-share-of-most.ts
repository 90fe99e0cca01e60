// Whether a ratio is probably a part of a whole, such as users of seats, and not so many of one for each of the other,
// such as messages for each user. Only a lint asks.
import type { Metric, Subject } from '../metric.ts';
import type { Reading } from './reading.ts';

/** `amount`: of whatever is measured. `limit` and `seats` are told by the names of traits, `any` by nothing. */
type Unit = NonNullable<Metric['unit']> | 'amount' | 'limit' | 'seats' | 'any';

export function isShareOfMost({ operands }: Metric, reading: Reading): boolean {
  const [first, second] = operands;
  if (first === undefined || second === undefined) return false;
  const [part, whole] = [unitOf(first, reading), unitOf(second, reading)];
  if (whole === 'limit') return true;
  if (whole === 'seats') return part === 'users' || part === 'seats';
  return part === whole && (part === 'users' || part === 'days' || isPartOf(first, second, reading));
}

function unitOf(subject: Subject, reading: Reading): Unit {
  if (subject.kind === 'trait') return unitOfTrait(subject.trait);
  const metric = reading.metricOf(subject);
  return metric === undefined ? 'any' : (metric.unit ?? 'amount');
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
