// Bands of a score, by inclusive lower bound: they cover everything from 0 to `out_of`.
import type { Band } from '../score.ts';
import { hintName, NAME } from './hint-name.ts';
import { readNumber } from './read-scalar.ts';
import type { Reading } from './reading.ts';
import { entryOf, type MapEntry, type SourceNode } from './source.ts';

const MOST_BANDS = 50;

interface BandPlace {
  readonly what: string;
  readonly outOf: number;
}

export function readBands(node: SourceNode, reading: Reading, place: BandPlace): readonly Band[] | undefined {
  if (node.kind !== 'map' || node.entries.length === 0) {
    if (node.kind !== 'invalid')
      reading.problems.add(
        'T011',
        node.span,
        `the bands of ${place.what} must be a map`,
        'such as {poor: 0, fair: 40, good: 70}',
      );
    return undefined;
  }
  if (node.entries.length > MOST_BANDS) {
    reading.problems.add('S004', node.span, `${place.what} has more than ${MOST_BANDS} bands`);
    return undefined;
  }
  const bands = node.entries.map((entry) => readBand(entry, reading, place.outOf));
  const read = bands.filter((band) => band !== undefined).sort((a, b) => a.from - b.from);
  if (read.length < bands.length) return undefined;
  return coverAll(read, node, reading) ? read : undefined;
}

/** The bands of a score as they are written, since scores are read after conditions that name them. */
export function bandNodes(score: string, reading: Reading): readonly MapEntry[] {
  const bands = entryOf(reading.definitions.scores.get(score)?.value, 'bands')?.value;
  return bands?.kind === 'map' ? bands.entries.slice(0, MOST_BANDS) : [];
}

const isRange = (value: SourceNode): boolean =>
  value.kind === 'scalar' && /^\d+\s*(?:-|–|\.\.|to)\s*\d+$/.test(value.raw);

function readBand(entry: MapEntry, reading: Reading, outOf: number): Band | undefined {
  const { key: name, value } = entry;
  if (!NAME.test(name)) {
    reading.problems.add('T015', entry.keySpan, `band "${name}" is not a name`, hintName(name));
    return undefined;
  }
  if (value.kind === 'list' || value.kind === 'map' || isRange(value)) {
    reading.problems.add(
      'S004',
      value.span,
      `band "${name}" is written as a range`,
      'write where it begins; it ends where the next begins: {poor: 0, fair: 40}',
    );
    return undefined;
  }
  const from = readNumber(value, reading, { what: `band "${name}"`, min: 0, max: outOf });
  return from === undefined ? undefined : { name, from };
}

function coverAll(bands: readonly Band[], node: SourceNode, reading: Reading): boolean {
  const first = bands[0];
  if (first !== undefined && first.from !== 0) {
    reading.problems.add(
      'S004',
      node.span,
      `the bands leave a gap from 0 to ${first.from}`,
      `let "${first.name}" begin at 0, or add a band`,
    );
    return false;
  }
  const double = bands.find((band, index) => band.from === bands[index + 1]?.from);
  if (double === undefined) return true;
  reading.problems.add('S004', node.span, `two bands begin at ${double.from}`);
  return false;
}
