// What the YAML parser says, in the words of someone who writes rules, and marked at the cause where that stands earlier.
import type { ErrorCode } from 'yaml';
import { findOpenings } from './find-openings.ts';
import { lineText, positionOf, type SourceFile } from './source.ts';

export interface SyntaxError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly pos: readonly [number, number];
}

export interface SyntaxProblem {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly hint?: string | undefined;
}

type Explain = (place: Place) => SyntaxProblem | undefined;

class Place {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
  readonly original: string;

  constructor(file: SourceFile, { message, pos }: SyntaxError) {
    this.file = file;
    this.start = pos[0];
    this.end = pos[1];
    this.original = message.split('\n', 1)[0] ?? message;
  }

  get line(): string {
    return lineText(this.file, positionOf({ file: this.file, start: this.start, end: this.end }).line);
  }

  get marked(): string {
    return this.file.text.slice(this.start, Math.min(this.end, this.start + 60));
  }

  /** The last character before it that is no space. */
  get before(): string {
    return this.file.text
      .slice(Math.max(0, this.start - 200), this.start)
      .trimEnd()
      .slice(-1);
  }

  /** What stands here, up to where a value ends. */
  get word(): string {
    return /^[^,{}[\]\n]{1,40}/.exec(this.file.text.slice(this.start, this.start + 60))?.[0].trim() ?? '';
  }

  is(part: string): boolean {
    return this.original.includes(part);
  }

  problem(message: string, hint?: string): SyntaxProblem {
    return { start: this.start, end: this.end, message, hint };
  }
}

export function explainSyntax(file: SourceFile, error: SyntaxError): SyntaxProblem {
  const place = new Place(file, error);
  const found = EXPLAINED[error.code]?.(place) ?? place.problem(`not YAML: ${place.original}`);
  const key = /(?:^|[\s{,])(say|formula|note|playbook)\s*:(?!\s*["'])/.exec(place.line)?.[1];
  return key === undefined ? found : { ...found, hint: `quote it: ${key}: "…"` };
}

const EXPLAINED: Readonly<Partial<Record<ErrorCode, Explain>>> = {
  BAD_ALIAS: (place) => place.problem('a text cannot begin with * or &', 'quote it'),
  BAD_SCALAR_START: explainStart,
  BAD_DQ_ESCAPE: (place) =>
    place.problem(
      `"${place.file.text.slice(place.start, place.start + 2)}" means nothing in double quotes`,
      'write \\\\ for a backslash, or use single quotes',
    ),
  TAB_AS_INDENT: (place) => place.problem('a tab as indentation', 'indent with spaces'),
  MULTILINE_IMPLICIT_KEY: (place) => {
    const key = place.marked.split('\n', 1)[0]?.trim() ?? '';
    return place.problem(`"${key}" has no colon after it`, `write ${key}: if it is a key`);
  },
  BLOCK_IN_FLOW: explainSecondColon,
  BLOCK_AS_IMPLICIT_KEY: explainSecondColon,
  BAD_INDENT: (place) => (place.is('end with a') ? explainUnclosed(place) : explainIndent(place)),
  MISSING_CHAR: explainMissing,
  UNEXPECTED_TOKEN: explainUnexpected,
};

function explainStart(place: Place): SyntaxProblem {
  const comparison = hintComparison(place.file.text.slice(place.start, place.start + 40));
  const [first = ''] = place.marked;
  return place.problem(`a text cannot begin with ${first}`, comparison ?? `quote it: "${place.word}"`);
}

/** `> 5` and `>= 5` are block texts to YAML. */
function hintComparison(text: string): string | undefined {
  const match = /^([<>]=?)\s*(-?[\d.]+(?:-\d\d-\d\d)?)/.exec(text);
  const [, sign = '', number = ''] = match ?? [];
  if (match === null) return /^>=?\s*["']?\s*:/.test(text) ? 'tests are words: gt, gte, lt, lte' : undefined;
  return `write {${sign.startsWith('>') ? 'gt' : 'lt'}${sign.endsWith('=') ? 'e' : ''}: ${number}}`;
}

function explainSecondColon(place: Place): SyntaxProblem {
  const open = /^\s*([\w.]+)\s+\{/.exec(place.line)?.[1];
  if (open !== undefined) {
    const start = place.file.text.lastIndexOf(open, place.start);
    return {
      start,
      end: start + open.length,
      message: `"${open}" has no colon after it`,
      hint: `write ${open}: {…}`,
    };
  }
  const hint = 'separate keys by commas in braces or by lines; quote a text that contains ": "';
  return place.problem('a second colon in one entry', hint);
}

function explainUnclosed(place: Place): SyntaxProblem {
  const closing = place.is('end with a ]') ? ']' : '}';
  const opening = closing === ']' ? '[' : '{';
  const open = findOpenings(place.file.text, place.start).findLast(({ character }) => character === opening);
  const message = `${opening} is never closed`;
  const hint = `write ${closing} where it ends`;
  return open === undefined
    ? place.problem(message, hint)
    : { start: open.at, end: open.at + 1, message, hint };
}

function explainIndent(place: Place): SyntaxProblem {
  const spaces = /^\s*/.exec(place.file.text.slice(place.start, place.start + 200))?.[0].length ?? 0;
  const what = place.is('sequence') ? 'items of one list' : 'keys of one map';
  const start = place.start + spaces;
  const hint = `${what} begin at the same column`;
  return {
    start,
    end: start + 1,
    message: 'this line is indented more or less than those it belongs to',
    hint,
  };
}

function explainMissing(place: Place): SyntaxProblem | undefined {
  if (place.is('quote')) {
    const open = findOpenings(place.file.text, place.start).findLast(({ character }) =>
      /["']/.test(character),
    );
    const message = 'a quote is never closed';
    const hint = 'write the same quote where the text ends';
    return open === undefined
      ? place.problem(message, hint)
      : { start: open.at, end: open.at + 1, message, hint };
  }
  if (place.is('map keys'))
    return place.problem(`"${place.marked.trim()}" is a key without a colon`, 'write a colon and a value');
  if (place.is('between')) return place.problem('a comma is missing before this', 'or quote the whole text');
  if (place.is('directives')) return place.problem('a line cannot begin with %', 'remove the line');
  return undefined;
}

function explainUnexpected(place: Place): SyntaxProblem | undefined {
  if (place.is('node end')) return explainRest(place);
  if (place.is('end token')) return place.problem(`"${place.marked}" closes nothing`, 'remove it');
  if (place.is('in YAML stream'))
    return place.problem(
      `"${place.marked.trim()}" cannot stand here`,
      'check the indentation and the braces before it',
    );
  if (place.is('same line with key'))
    return place.problem(
      'a list begins on the line of its key',
      'a line for each "- " item, or […] on one line',
    );
  if (place.is('Unexpected ,')) return place.problem('nothing stands before this comma', 'remove it');
  const header = /[>|][^\n]*$/.exec(place.line.slice(0, positionOf(place).column + 20))?.[0];
  if (/Not a YAML token|Block scalar header/.test(place.original) && header !== undefined)
    return place.problem(`a text cannot begin with ${header[0]}`, hintComparison(header) ?? 'quote it');
  return undefined;
}

/** A value has ended, and more follows on its line. */
function explainRest(place: Place): SyntaxProblem {
  const message = `"${place.marked.trim()}" follows a value that has ended`;
  if (place.before === '"')
    return place.problem(message, 'write \\" for a quote within the text, or put it in single quotes');
  if (place.before === "'")
    return place.problem(message, "write '' for an apostrophe, or put the text in double quotes");
  return place.problem(message, 'quote the whole text, or begin a new line');
}
