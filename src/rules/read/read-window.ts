// The window of a metric: `30d`, `4w`, `3mo`, `ever`, `first 14d` or `since account.TRAIT`.
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
  const since = /^since\s+account\.(\S.*)$/.exec(raw);
  if (since !== null) return readSince(node, reading, since[1] ?? '');
  const first = /^first\s+(.*)$/.exec(raw);
  if (first !== null) return readFirst(node, reading, first[1] ?? '');
  const months = /^(\d{1,9})mo$/.exec(raw);
  if (months !== null) return readMonths(node, reading, Number(months[1]));
  if (/^(since|first)\b/.test(raw)) {
    reading.problems.add(
      'V002',
      node.span,
      `window "${raw}" is not a window`,
      'write first 14d, or since account.TRAIT with a trait that is a date',
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
  lintRetention(node, reading, days);
  return { kind: 'days', days };
}

function readMonths(node: SourceNode, reading: Reading, months: number): Window | undefined {
  if (months < 1 || months > MOST_MONTHS) {
    const hint = `from 1 to ${MOST_MONTHS} months, or ever`;
    reading.problems.add('V004', node.span, `window cannot be ${months}mo`, hint);
    return undefined;
  }
  lintRetention(node, reading, months * 30);
  return { kind: 'months', months };
}

const MOST_MONTHS = 120;

function readFirst(node: SourceNode, reading: Reading, text: string): Window | undefined {
  const match = /^(\d{1,9})(d|w)$/.exec(text);
  const days = match === null ? undefined : Number(match[1]) * (match[2] === 'w' ? 7 : 1);
  if (days !== undefined && days >= 1 && days <= MOST_DAYS) {
    lintRetention(node, reading, days);
    return { kind: 'first', days };
  }
  const hint = `the account's first days, such as first 14d or first 2w; from 1 to ${MOST_DAYS} days`;
  reading.problems.add('V002', node.span, `window "first ${text}" is not a window`, hint);
  return undefined;
}

function readSince(node: SourceNode, reading: Reading, trait: string): Window {
  reading.traitUses.add('account', trait, node.span);
  reading.traitType(trait, 'date', node.span);
  return { kind: 'since', trait };
}

function lintRetention(node: SourceNode, reading: Reading, days: number): void {
  if (reading.retentionDays === undefined || days <= reading.retentionDays) return;
  const raw = node.kind === 'scalar' ? node.raw : '';
  reading.problems.add(
    'L008',
    node.span,
    `window ${raw} is longer than events are kept (${reading.retentionDays} days)`,
    'shorten it, or raise "retention" in tidemark.yaml',
  );
}
