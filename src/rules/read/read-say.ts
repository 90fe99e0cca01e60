// The sentence of a rule: text with `{metric}`, `{account.trait}`, `{score.x}`, `{metric:percent}`. `{{` is a brace.
import type { SayPart } from '../say.ts';
import { readText } from './read-scalar.ts';
import { readSubject } from './read-subject.ts';
import type { Reading } from './reading.ts';
import type { SourceNode, Span } from './source.ts';
import { suggestName } from './suggest-name.ts';

const MOST_CHARACTERS = 1000;
const FORMATS = ['plain', 'percent', 'number'] as const;
type Format = (typeof FORMATS)[number];

/** Undefined when a place is faulty; problems are reported. */
export function readSay(node: SourceNode, reading: Reading): readonly SayPart[] | undefined {
  const text = readText(node, reading, '"say"');
  if (text === undefined) return undefined;
  if (text.length > MOST_CHARACTERS) {
    reading.problems.add(
      'R002',
      node.span,
      `"say" is over ${MOST_CHARACTERS} characters`,
      'one sentence; more belongs in "playbook"',
    );
    return undefined;
  }
  const parts: SayPart[] = [];
  let sound = true;
  for (const piece of split(text)) {
    const part = piece.place
      ? readPlace(piece.text, node.span, reading)
      : ({ kind: 'text', text: piece.text } as const);
    if (part === undefined) sound = false;
    else parts.push(part);
  }
  if (/[{}]/.test(text.replace(/\{\{|\}\}|\{[^{}]*\}/g, ''))) {
    reading.problems.add(
      'R002',
      node.span,
      'a brace in "say" has no partner',
      'write {{ or }} for a brace itself',
    );
    return undefined;
  }
  return sound ? parts : undefined;
}

interface Piece {
  readonly place: boolean;
  readonly text: string;
}

function split(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let plain = '';
  for (const match of text.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[^{}]+/g)) {
    const place = match[1];
    if (place === undefined) {
      plain += match[0] === '{{' ? '{' : match[0] === '}}' ? '}' : match[0];
      continue;
    }
    if (plain !== '') pieces.push({ place: false, text: plain });
    plain = '';
    pieces.push({ place: true, text: place });
  }
  if (plain !== '') pieces.push({ place: false, text: plain });
  return pieces;
}

function readPlace(text: string, whole: Span, reading: Reading): SayPart | undefined {
  const span = findPlace(text, whole);
  const [name, format] = splitFormat(text.trim());
  if (!isFormat(format)) {
    reading.problems.add(
      'R002',
      span,
      `unknown format "${format}" in "say"`,
      suggestName(format, FORMATS) ?? 'percent or number',
    );
    return undefined;
  }
  if (name === '') {
    reading.problems.add('R002', span, 'empty braces in "say"', 'such as {messages} or {account.name}');
    return undefined;
  }
  const subject = readSubject(name, span, reading);
  if (subject === undefined) return undefined;
  if (
    subject.kind === 'signal' ||
    ((subject.kind === 'band' || subject.kind === 'grade') && format !== 'plain')
  ) {
    reading.problems.add(
      'R002',
      span,
      `"{${text}}" cannot be said`,
      'a metric, a trait, score.NAME, or band.NAME and grade.NAME as they are',
    );
    return undefined;
  }
  return { kind: 'value', subject, format, text };
}

function splitFormat(text: string): readonly [string, string] {
  const colon = text.lastIndexOf(':');
  return colon === -1 ? [text, 'plain'] : [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}

const isFormat = (word: string): word is Format => FORMATS.some((format) => format === word);

/** The place within the sentence as it stands in the file; the whole sentence where escapes hide it. */
function findPlace(text: string, whole: Span): Span {
  const at = whole.file.text.indexOf(`{${text}}`, whole.start);
  if (at === -1 || at >= whole.end) return whole;
  return { file: whole.file, start: at + 1, end: at + 1 + text.length };
}
