// A line of a file as a terminal shows it, with a mark under a part of it: cut to the room there is, and counted in
// columns, since some characters take two and some none.
import stringWidth from 'string-width';
import type { SourcePosition } from '../model/problem.ts';

export interface QuotedLine {
  readonly quoted: string;
  /** Blanks, tabs where the line has tabs, then carets. */
  readonly mark: string;
  readonly markWidth: number;
}

/** Of a longer mark, so much is in sight before the line is moved for it. */
const MOST_MARKED = 12;

/** Terminals set tabs eight columns apart; one that begins later is narrower. */
const TAB = 8;

/** `room` is in columns. */
export function quoteLine(
  line: string,
  { column, length }: Pick<SourcePosition, 'column' | 'length'>,
  room: number,
): QuotedLine {
  const at = column - 1;
  const whole = line.length <= room && widthOf(line) <= room;
  const near = at < room && widthOf(line.slice(0, at + Math.min(length, MOST_MARKED))) <= room - 2;
  const from = whole || near ? 0 : wholeCharacter(line, Math.max(0, at - Math.floor(room / 3)));
  const before = from > 0 ? '…' : '';
  const shown = whole ? line : cut(line.slice(from, from + room), room - 2);
  const after = from + shown.length < line.length ? '…' : '';
  const lead = before.replace('…', ' ') + blank(shown.slice(0, Math.max(0, at - from)));
  const marked = visible(shown.slice(at - from, at - from + length)).replaceAll('\t', ' ');
  const carets = '^'.repeat(Math.max(1, stringWidth(marked)));
  return {
    quoted: before + visible(shown) + after,
    mark: lead + carets,
    markWidth: widthOf(lead) + carets.length,
  };
}

/** Words of a text in lines of at most so many columns; a longer word has a line of its own. */
export function wrapWords(text: string, room: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= room)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const widthOf = (text: string): number =>
  visible(text)
    .split('\t')
    .reduce((sum, part, index) => sum + stringWidth(part) + (index > 0 ? TAB : 0), 0);

/** As wide as the text. A tab stays a tab, so that the mark stands under what it means. */
const blank = (text: string): string =>
  text
    .split('\t')
    .map((part) => ' '.repeat(widthOf(part)))
    .join('\t');

function cut(text: string, room: number): string {
  let shown = text;
  while (shown !== '' && widthOf(shown) > room)
    shown = shown.slice(0, wholeCharacter(shown, shown.length - 1));
  return shown.slice(0, wholeCharacter(shown, shown.length));
}

/** Not between the halves of a surrogate pair. */
const wholeCharacter = (text: string, at: number): number =>
  /[\uD800-\uDBFF]/.test(text[at - 1] ?? '') ? at - 1 : at;

/** A file's control characters must not reach the terminal. */
const visible = (text: string): string => text.replace(/[^\P{Cc}\t]|[\p{Bidi_Control}\u2028\u2029]/gu, '·');
