// Points of a part by a table: `steps` by the value that they begin at, `points` by the condition that earns them.
import type { Subject } from '../metric.ts';
import type { PartScoring, PointsWhen, Step } from '../score.ts';
import { readCondition } from './read-condition.ts';
import { readNumber } from './read-scalar.ts';
import type { Reading } from './reading.ts';
import type { MapEntry, SourceNode } from './source.ts';

export interface PartPlace {
  readonly reading: Reading;
  readonly what: string;
  /** Undefined when it is faulty. */
  readonly weight: number | undefined;
}

/** @param subject Undefined when it is faulty. */
export function readSteps(
  node: SourceNode,
  subject: Subject | undefined,
  place: PartPlace,
): PartScoring | undefined {
  const entries = readTable(node, place, { key: 'steps', example: '{0: 0, 3: 15, 10: 30}' });
  const read = entries && readEach(entries, (entry) => readStep(entry, place));
  if (subject === undefined || read === undefined) return undefined;
  const steps = [...read].sort((a, b) => a.at - b.at);
  const twice = firstTwice(steps.map(({ at }) => at));
  if (twice === undefined) return { kind: 'steps', subject, steps };
  place.reading.problems.add('Y003', node.span, `step ${twice} of ${place.what} stands twice`);
  return undefined;
}

export function readPoints(node: SourceNode, place: PartPlace): PartScoring | undefined {
  const entries = readTable(node, place, {
    key: 'points',
    example: '{10: {seats: {gte: 50}}, 5: {seats: {gte: 10}}}',
  });
  const read = entries && readEach(entries, (entry) => readPointsWhen(entry, place));
  if (read === undefined) return undefined;
  const points = [...read].sort((a, b) => b.points - a.points);
  const twice = firstTwice(points.map((entry) => entry.points));
  if (twice === undefined) return { kind: 'points', points };
  place.reading.problems.add(
    'Y003',
    node.span,
    `${twice} points of ${place.what} stand twice`,
    'join the conditions: any: […]',
  );
  return undefined;
}

interface Table {
  readonly key: string;
  readonly example: string;
}

function readTable(
  node: SourceNode,
  { reading, what }: PartPlace,
  { key, example }: Table,
): readonly MapEntry[] | undefined {
  if (node.kind === 'map' && node.entries.length > 0) return node.entries;
  if (node.kind !== 'invalid')
    reading.problems.add('T011', node.span, `the ${key} of ${what} must be a map`, `such as ${example}`);
  return undefined;
}

/** Undefined when one is faulty; all are read, so that all mistakes are told. */
function readEach<T>(
  entries: readonly MapEntry[],
  read: (entry: MapEntry) => T | undefined,
): readonly T[] | undefined {
  const all = entries.map(read);
  const sound = all.filter((value) => value !== undefined);
  return sound.length === all.length ? sound : undefined;
}

function readStep(entry: MapEntry, place: PartPlace): Step | undefined {
  const at = readKey(entry, place, 'step');
  const points = readNumber(entry.value, place.reading, { what: 'points', min: 0 });
  if (at === undefined || points === undefined) return undefined;
  return fits(points, entry.value.span, place) ? { at, points } : undefined;
}

function readPointsWhen(entry: MapEntry, place: PartPlace): PointsWhen | undefined {
  const points = readKey(entry, place, 'points');
  const when = readCondition(entry.value, place.reading, `the condition of ${entry.key} points`);
  if (points === undefined || when === undefined) return undefined;
  if (points < 0) {
    place.reading.problems.add('V004', entry.keySpan, `points cannot be ${entry.key}`, 'at least 0');
    return undefined;
  }
  return fits(points, entry.keySpan, place) ? { points, when } : undefined;
}

/** Keys of YAML maps reach us as text. */
function readKey(entry: MapEntry, { reading }: PartPlace, what: string): number | undefined {
  if (/^-?\d+(\.\d+)?$/.test(entry.key)) return Number(entry.key);
  reading.problems.add('V001', entry.keySpan, `${what} "${entry.key}" must be a number`);
  return undefined;
}

function fits(points: number, span: MapEntry['keySpan'], { reading, weight }: PartPlace): boolean {
  if (weight === undefined || points <= weight) return true;
  reading.problems.add('S003', span, `${points} points are more than the weight of ${weight}`);
  return false;
}

const firstTwice = (sorted: readonly number[]): number | undefined =>
  sorted.find((value, index) => value === sorted[index + 1]);
