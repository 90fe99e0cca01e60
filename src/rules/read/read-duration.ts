// Durations in whole days: `2d`, `2w`. The unit of the language is the day, and the message says so.

import { readScalar } from './read-scalar.ts';
import type { Reading } from './reading.ts';
import type { SourceNode } from './source.ts';

/** Ten years: longer is a slip, and every day of it is a day to look at. */
export const MOST_DAYS = 3660;

export interface DurationShape {
  readonly what: string;
  /** Whether `0` and `0d` may be written. */
  readonly zero: boolean;
}

/** In days. */
export function readDuration(node: SourceNode, reading: Reading, shape: DurationShape): number | undefined {
  const scalar = readScalar(node, reading, shape.what);
  if (scalar === undefined) return undefined;
  const match = /^(\d{1,9})(d|w)$/.exec(scalar.raw);
  const days =
    scalar.raw === '0' ? 0 : match === null ? undefined : Number(match[1]) * (match[2] === 'w' ? 7 : 1);
  if (days === undefined) {
    reportDuration(node, reading, { what: shape.what, raw: scalar.raw });
    return undefined;
  }
  if (days <= MOST_DAYS && (days > 0 || shape.zero)) return days;
  reading.problems.add(
    'V004',
    node.span,
    `${shape.what} cannot be ${scalar.raw}`,
    `from ${shape.zero ? 0 : 1} to ${MOST_DAYS} days`,
  );
  return undefined;
}

export function reportDuration(
  node: SourceNode,
  reading: Reading,
  { what, raw }: { readonly what: string; readonly raw: string },
): void {
  if (/^\d+\s*(h|m|s|min|hours?|minutes?)$/.test(raw)) {
    reading.problems.add(
      'V003',
      node.span,
      `${what} cannot be in hours: the unit is the day`,
      'write whole days such as 1d, or weeks such as 2w',
    );
    return;
  }
  reading.problems.add('V002', node.span, `${what} "${raw}" is not a duration`, hintDuration(raw, what));
}

/** Only windows know months. */
function hintDuration(raw: string, what: string): string {
  const months = /^(?:last\s+)?(\d{1,3})\s*(mo|months?|quarters?|y|years?)$/.exec(raw);
  if (months !== null) {
    const unit = months[2] ?? '';
    const count = Number(months[1]) * (unit.startsWith('m') ? 1 : unit.startsWith('q') ? 3 : 12);
    return what === 'window'
      ? `write ${count}mo`
      : `there are no months here: write days, such as ${count * 30}d`;
  }
  if (/^\d+$/.test(raw)) return `write ${raw}d for days, or ${raw}w for weeks`;
  const spelled = /^(?:last\s+)?(\d+)\s*(d|day|w|week)s?$/.exec(raw);
  if (spelled !== null) return `write ${spelled[1]}${spelled[2]?.[0]}`;
  return 'write days such as 30d, or weeks such as 4w';
}
