// The window of a metric: `30d`, `4w` or `ever`.
import type { Window } from '../window.ts';
import { MOST_DAYS, reportDuration } from './read-duration.ts';
import { readScalar } from './read-scalar.ts';
import type { Reading } from './reading.ts';
import type { SourceNode } from './source.ts';

export function readWindow(node: SourceNode, reading: Reading): Window | undefined {
  const scalar = readScalar(node, reading, 'window');
  if (scalar === undefined) return undefined;
  const { raw } = scalar;
  if (raw === 'ever') return { kind: 'ever' };
  if (/^(\d+mo|first\s.*|since\s.*)$/.test(raw)) {
    reading.problems.add(
      'T021',
      node.span,
      `window "${raw}" is not supported yet`,
      'write days such as 30d, weeks such as 4w, or ever',
    );
    return undefined;
  }
  const match = /^(\d{1,9})(d|w)$/.exec(raw);
  if (match === null) {
    reportDuration(node, reading, { what: 'window', raw });
    return undefined;
  }
  const days = Number(match[1]) * (match[2] === 'w' ? 7 : 1);
  if (days < 1 || days > MOST_DAYS) {
    reading.problems.add(
      'V004',
      node.span,
      `window cannot be ${raw}`,
      `from 1 to ${MOST_DAYS} days, or ever`,
    );
    return undefined;
  }
  if (reading.retentionDays !== undefined && days > reading.retentionDays)
    reading.problems.add(
      'L008',
      node.span,
      `window ${raw} is longer than events are kept (${reading.retentionDays} days)`,
    );
  return { kind: 'days', days };
}
