// The short form of events: `ACCOUNT USER EVENT 100/day 2025-06-01..2025-06-20`.
import type { Reading } from '../read/reading.ts';
import type { ScalarNode, Span } from '../read/source.ts';
import { rangeFrom } from './read-moment.ts';
import type { Occurrence, TestEvent } from './rule-test.ts';

const FORM = 'write ACCOUNT USER EVENT 100/day 2025-06-01..2025-06-20, "-" for no user';
/** In one day, of one user: more is a slip. */
export const MOST_TIMES = 100_000;
const MOST_USERS = 10_000;

type UsageEvent = Extract<TestEvent, { kind: 'usage' }>;

interface Word {
  readonly text: string;
  readonly span: Span;
}

/** Undefined after a problem was reported. */
export function readEventLine(node: ScalarNode, reading: Reading): UsageEvent | undefined {
  const words = splitWords(node);
  if (words === undefined || words.length < 4 || words.length > 5) {
    // Within brackets a comma ends the line, as between two users.
    const hint = words?.length === 2 ? `${FORM}; within [ ] quote a line that has a comma` : FORM;
    reading.problems.add('X001', node.span, `"${node.raw}" is no line of events`, hint);
    return undefined;
  }
  const [account, user, event, ...rest] = words;
  if (account === undefined || user === undefined || event === undefined) return undefined;
  const users = readUsers(user, reading);
  const when = readWhen(rest, reading);
  if (users === undefined || when === undefined) return undefined;
  return { kind: 'usage', account: account.text, users, event: event.text, properties: {}, when };
}

/** Words apart by blanks; an event name with blanks stands in quotes. Undefined when a quote is not closed. */
function splitWords(node: ScalarNode): readonly Word[] | undefined {
  const words: Word[] = [];
  // Within quotes or folds of YAML the offsets are not those of the text: then the whole node is marked.
  const exact = node.span.file.text.startsWith(node.raw, node.span.start);
  const pattern = /\s*(?:"([^"]*)"|'([^']*)'|([^\s"']\S*))(?=\s|$)/y;
  const text = node.raw.trimEnd();
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) return undefined;
    const word = match[1] ?? match[2] ?? match[3] ?? '';
    const end = node.span.start + pattern.lastIndex;
    const start = node.span.start + match.index + match[0].length - match[0].trimStart().length;
    words.push({ text: word, span: exact ? { file: node.span.file, start, end } : node.span });
  }
  return words;
}

/** `ann`, `ann,bob`, `u1..u25`, or `-` for nobody. Undefined after a problem was reported. */
export function readUsers({ text, span }: Word, reading: Reading): readonly string[] | undefined {
  if (text === '-') return [];
  const users = new Set<string>();
  for (const part of text.split(',')) {
    for (const user of spreadUsers(part)) users.add(user);
    if (users.size > MOST_USERS) break;
  }
  if (users.size <= MOST_USERS && !users.has('')) return [...users];
  reading.problems.add('X001', span, `"${text}" names no users`, 'write ann, or ann,bob, or u1..u25');
  return undefined;
}

/** `u1..u25`: the same word with rising numbers. Anything else is a user's id as it stands. */
function spreadUsers(text: string): readonly string[] {
  const match = /^(.*?)(\d{1,6})\.\.\1(\d{1,6})$/.exec(text);
  if (match === null) return [text];
  const [, word = '', first = '', last = ''] = match;
  const count = Number(last) - Number(first) + 1;
  if (count < 1 || count > MOST_USERS) return [''];
  const width = first.startsWith('0') ? first.length : 0;
  return Array.from(
    { length: count },
    (_, index) => `${word}${String(Number(first) + index).padStart(width, '0')}`,
  );
}

/** `100/day FROM..TO`, `3 DAY`, `DAY` or `FROM..TO`. */
function readWhen(words: readonly Word[], reading: Reading): Occurrence | undefined {
  const [first, second] = words;
  if (first === undefined) return undefined;
  const days = second ?? first;
  const range = rangeFrom(days.text, days.span, reading);
  if (second === undefined)
    return range === undefined ? undefined : { kind: 'days', ...range, times: 1, per: 'day' };
  const match = /^(\d{1,9})(?:\/(day|weekday|week))?$/.exec(first.text);
  const times = Number(match?.[1]);
  if (match === null || times < 1 || times > MOST_TIMES) {
    const hint = `write 100/day, 5/weekday or 1/week, at most ${MOST_TIMES}; one day may have a bare number`;
    reading.problems.add('X001', first.span, `"${first.text}" does not say how often`, hint);
    return undefined;
  }
  if (range === undefined) return undefined;
  if (match[2] === undefined && range.from !== range.to) {
    const hint = `write ${first.text}/day, or a single day`;
    reading.problems.add(
      'X001',
      first.span,
      `"${first.text}" over several days does not say how often`,
      hint,
    );
    return undefined;
  }
  return { kind: 'days', ...range, times, per: (match[2] ?? 'day') as 'day' | 'weekday' | 'week' };
}
