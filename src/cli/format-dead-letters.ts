// Dead letters for people, and as lines of JSON that `replay --fixed-with` takes once their bodies are corrected.
import { isUtf8 } from 'node:buffer';
import Table from 'cli-table3';
import type {
  DeadLetterEntry,
  FoundDeadLetters,
  WholeDeadLetter,
} from '../app/dead-letters/find-dead-letters.ts';
import type { EpochMicros } from '../model/time.ts';

export function formatFound({ counts, letters }: FoundDeadLetters): string {
  if (counts.length === 0) return 'no dead letters\n';
  const table = new Table({
    head: ['reason', 'dead letters', 'replayed', 'latest (UTC)'],
    colAligns: ['left', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  });
  for (const { reason, letters: count, replayed, lastReceivedAt } of counts) {
    table.push([reason, count.toLocaleString('en'), replayed.toLocaleString('en'), lastReceivedAt]);
  }
  const total = counts.reduce((sum, { letters: count }) => sum + count, 0);
  const rest = total - letters.length;
  const more =
    rest === 0 ? '' : `\n${rest.toLocaleString('en')} older ones are not shown: --limit 0 shows all\n`;
  return `${table.toString()}\n\n${letters.map(formatEntry).join('\n')}${more}`;
}

const DETAIL_LETTERS = 200;

const formatEntry = ({
  place,
  receivedAt,
  source,
  reason,
  detail,
  bytes,
  replayedAt,
}: DeadLetterEntry): string =>
  `${place}
  ${receivedAt}  ${source}  ${reason}  ${bytes.toLocaleString('en')} bytes${replayedAt === undefined ? '' : `  replayed ${replayedAt}`}
  ${visible(detail.length > DETAIL_LETTERS ? `${detail.slice(0, DETAIL_LETTERS)}…` : detail)}
`;

/** One dead letter whole. */
export function formatLetter(letter: WholeDeadLetter): string {
  const { place, reason, detail, source, headers, body, receivedAt, appendedAt, replayedAt } = letter;
  const facts = [
    ['place', place],
    ['reason', reason],
    ['detail', detail],
    ['source', source],
    ['received', toUtc(receivedAt)],
    ...(appendedAt === receivedAt ? [] : [['in the log', toUtc(appendedAt)]]),
    ['replayed', replayedAt === undefined ? 'no' : toUtc(replayedAt)],
    ...Object.entries(headers ?? {}).map(([name, value]) => [`header ${name}`, value]),
  ];
  const width = Math.max(...facts.map(([name = '']) => name.length));
  const lines = facts.map(([name = '', value = '']) => `${visible(name).padEnd(width)}  ${visible(value)}\n`);
  const kind = isUtf8(body) ? 'as text' : 'as hexadecimal, since it is not UTF-8';
  const shown = isUtf8(body) ? visible(body.toString('utf8'), /[^\n\t\P{Cc}]/gu) : inHex(body);
  const about =
    body.length === 0 ? 'no body' : `${body.length.toLocaleString('en')} bytes, ${kind}:\n\n${shown}`;
  return `${lines.join('')}\n${about.endsWith('\n') ? about : `${about}\n`}`;
}

/** One line. A body that is JSON stands there as such: it is read as JSON again, so nothing changes in it. */
export function letterToJson({
  place,
  reason,
  detail,
  source,
  headers,
  body,
  ...times
}: WholeDeadLetter): string {
  const { receivedAt, replayedAt } = times;
  const line = {
    place,
    reason,
    detail,
    source,
    received_at: isoOf(receivedAt),
    replayed_at: replayedAt === undefined ? null : isoOf(replayedAt),
    headers: headers ?? null,
    ...(isUtf8(body)
      ? { body: jsonOrText(body.toString('utf8')) }
      : { body_base64: body.toString('base64') }),
  };
  // A terminal takes these for commands, and JSON leaves them as they are.
  return `${JSON.stringify(line).replaceAll(/[\u007f-\u009f]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`)}\n`;
}

function jsonOrText(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    // Not what nests deeper than can be written again.
    if (typeof parsed === 'object' && parsed !== null && JSON.stringify(parsed) !== '') return parsed;
  } catch {
    return text;
  }
  return text;
}

const BYTES_A_LINE = 32;

const inHex = (body: Buffer): string =>
  (body.toString('hex').match(new RegExp(`.{1,${2 * BYTES_A_LINE}}`, 'g')) ?? []).join('\n');

const isoOf = (instant: EpochMicros): string => new Date(Math.floor(instant / 1000)).toISOString();

const toUtc = (instant: EpochMicros): string => `${isoOf(instant).replace('T', ' ').replace('Z', '')} UTC`;

/** What somebody sent must not steer the terminal. */
const visible = (text: string, hidden = /\p{Cc}/gu): string => text.replace(hidden, '·');
