// What a value is expected to be: a bare value, a map of tests, or the word `missing`.
import { readTests } from '../read/read-tests.ts';
import type { Reading } from '../read/reading.ts';
import { type MapEntry, positionOf } from '../read/source.ts';
import type { Tested } from '../read/tested.ts';
import type { WrittenTest } from '../read/written-test.ts';
import type { Wanted } from './rule-test.ts';

/** Undefined after a problem was reported. */
export function readWanted(
  { keySpan, value }: MapEntry,
  reading: Reading,
  tested: Tested,
): Wanted | undefined {
  const position = positionOf(keySpan);
  if (value.kind === 'scalar' && value.raw === 'missing' && !value.quoted)
    return { tests: [{ op: 'exists', value: false }], text: 'missing', position };
  const written = readTests(value, reading, tested);
  return written === undefined
    ? undefined
    : { tests: written.map(({ test }) => test), text: describe(written), position };
}

const describe = (written: readonly WrittenTest[]): string =>
  written.map(({ text }) => text.replace(/^equals /, '')).join(', ');
