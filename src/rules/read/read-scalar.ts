// Plain values: text, words of a closed list, names, numbers, booleans. `what` names the place in the message.
import { hintName, NAME } from './hint-name.ts';
import { hintSigns } from './hint-text-test.ts';
import type { Reading } from './reading.ts';
import type { ScalarNode, SourceNode } from './source.ts';
import { suggestName } from './suggest-name.ts';

export function readScalar(node: SourceNode, reading: Reading, what: string): ScalarNode | undefined {
  if (node.kind === 'scalar') return node;
  if (node.kind !== 'invalid') reading.problems.add('T010', node.span, `${what} must be a single value`);
  return undefined;
}

export function readText(node: SourceNode, reading: Reading, what: string): string | undefined {
  if (node.kind === 'map' || node.kind === 'list') {
    const hint = node.kind === 'list' ? 'one text, without [ ]; or quote it: "…"' : 'quote it: "…"';
    reading.problems.add('T010', node.span, `${what} must be a text`, hint);
    return undefined;
  }
  const scalar = readScalar(node, reading, what);
  if (scalar === undefined) return undefined;
  if (typeof scalar.value !== 'string') {
    reading.problems.add('T010', node.span, `${what} must be a text`, `quote it: "${scalar.raw}"`);
    return undefined;
  }
  if (scalar.value.trim() === '') {
    reading.problems.add('T010', node.span, `${what} is empty`);
    return undefined;
  }
  return scalar.value;
}

export function readWord<Word extends string>(
  node: SourceNode,
  reading: Reading,
  { what, words }: { readonly what: string; readonly words: readonly Word[] },
): Word | undefined {
  const scalar = readScalar(node, reading, what);
  if (scalar === undefined) return undefined;
  const word = words.find((candidate) => candidate === scalar.raw);
  if (word === undefined) {
    const hint = suggestName(scalar.raw, words) ?? `one of: ${words.join(', ')}`;
    reading.problems.add('T014', node.span, `${what} cannot be "${scalar.raw}"`, hint);
  }
  return word;
}

export function readName(node: SourceNode, reading: Reading, what: string): string | undefined {
  const scalar = readScalar(node, reading, what);
  if (scalar === undefined) return undefined;
  if (NAME.test(scalar.raw)) return scalar.raw;
  reading.problems.add('T015', node.span, `${what} "${scalar.raw}" is not a name`, hintName(scalar.raw));
  return undefined;
}

export interface NumberRange {
  readonly what: string;
  readonly min?: number;
  readonly max?: number;
  readonly above?: number;
}

export function readNumber(node: SourceNode, reading: Reading, range: NumberRange): number | undefined {
  const scalar = readScalar(node, reading, range.what);
  if (scalar === undefined) return undefined;
  const { value } = scalar;
  if (typeof value !== 'number') {
    reading.problems.add(
      'V001',
      node.span,
      `${range.what} must be a number, not "${scalar.raw}"`,
      hintNumber(scalar),
    );
    return undefined;
  }
  const { min = -Infinity, max = Infinity, above = -Infinity } = range;
  if (value >= min && value <= max && value > above) return value;
  reading.problems.add('V004', node.span, `${range.what} cannot be ${scalar.raw}`, describeRange(range));
  return undefined;
}

function describeRange({ min, max, above }: NumberRange): string {
  const low = above === undefined ? (min === undefined ? '' : `at least ${min}`) : `above ${above}`;
  const high = max === undefined ? '' : `at most ${max}`;
  return [low, high].filter((part) => part !== '').join(' and ');
}

/** What was probably meant by a text where a number belongs. */
export function hintNumber(scalar: ScalarNode): string | undefined {
  const raw = scalar.raw.trim();
  if (/^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(raw)) return `write ${raw.replaceAll(',', '')}, without the comma`;
  const percent = /^(-?\d+(?:\.\d+)?)\s*%$/.exec(raw)?.[1];
  if (percent !== undefined) {
    const share = Number((Number(percent) / 100).toFixed(6));
    return `there is no % sign: write ${share === 0 ? 0 : `${share} for a share, ${percent} for a number`}`;
  }
  const test = hintSigns(raw);
  if (test !== undefined) return test;
  const days = /^(\d+)\s*(d|w|h|mo)$/.exec(raw);
  if (days !== null)
    return `write ${days[1]}, a plain number; a duration belongs in "window", "within" or "for"`;
  if (scalar.quoted && /^-?\d+(\.\d+)?$/.test(raw)) return `write ${raw}, without quotes`;
  return undefined;
}

export function readBoolean(node: SourceNode, reading: Reading, what: string): boolean | undefined {
  const scalar = readScalar(node, reading, what);
  if (scalar === undefined) return undefined;
  if (typeof scalar.value === 'boolean') return scalar.value;
  reading.problems.add('T014', node.span, `${what} must be true or false, not "${scalar.raw}"`);
  return undefined;
}
