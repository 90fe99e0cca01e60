// A formula with its operands: metrics, traits, ages and scores by their names. Faults are told at the word itself.
import { FORMULA_FUNCTIONS, type Formula } from '../formula/formula.ts';
import { type FormulaFault, parseFormula } from '../formula/parse-formula.ts';
import type { Subject } from '../metric.ts';
import { readText } from './read-scalar.ts';
import { isNumeric, readSubject } from './read-subject.ts';
import type { Reading } from './reading.ts';
import type { SourceNode, Span } from './source.ts';
import { suggestName } from './suggest-name.ts';

export interface WrittenFormula {
  readonly formula: Formula;
  /** What its names stand for, by their index in the tree. */
  readonly operands: readonly Subject[];
}

const MOST_CHARACTERS = 1000;

/** Undefined after a problem was reported. */
export function readFormula(node: SourceNode, reading: Reading): WrittenFormula | undefined {
  const text = readText(node, reading, 'the formula');
  if (text === undefined) return undefined;
  if (text.length > MOST_CHARACTERS) {
    const message = `the formula is over ${MOST_CHARACTERS} characters`;
    reading.problems.add('M009', node.span, message, 'make parts of it metrics');
    return undefined;
  }
  const parsed = parseFormula(text);
  if (!parsed.ok) return reportFault(parsed, { node, text }, reading);
  const operands = parsed.names.map((name) =>
    readOperandName(name.text, placeOf({ node, text }, name.at, name.text.length), reading),
  );
  const known = operands.filter((subject) => subject !== undefined);
  return known.length < operands.length ? undefined : { formula: parsed.formula, operands: known };
}

interface Written {
  readonly node: SourceNode;
  readonly text: string;
}

/** In the file; the whole formula where folding or escapes hide the place. */
function placeOf({ node, text }: Written, at: number, length: number): Span {
  const { file, start, end } = node.span;
  const quoted = file.text.slice(start + 1, end - 1) === text;
  if (!quoted && file.text.slice(start, end) !== text) return node.span;
  const first = start + (quoted ? 1 : 0) + at;
  return { file, start: first, end: first + length };
}

function reportFault(fault: FormulaFault, written: Written, reading: Reading): undefined {
  const { message, hint, at, length, unknownFunction } = fault;
  const nearest = unknownFunction === undefined ? undefined : suggestName(unknownFunction, FORMULA_FUNCTIONS);
  reading.problems.add('M009', placeOf(written, at, length), message, nearest ?? hint);
  return undefined;
}

function readOperandName(name: string, span: Span, reading: Reading): Subject | undefined {
  const subject = readSubject(name, span, reading);
  if (subject?.kind === 'trait') reading.traitType(subject.trait, 'number', span);
  if (subject === undefined || subject.kind === 'trait' || isNumeric(subject)) return subject;
  const hint = 'metrics, account.TRAIT, account.age_days, score.NAME and champion.idle_days are numbers';
  reading.problems.add('M003', span, `"${name}" is not a number`, hint);
  return undefined;
}
