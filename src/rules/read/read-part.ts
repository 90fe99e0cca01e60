// The parts of a score: a weight and exactly one way to score.
import type { PartScoring, ScorePart } from '../score.ts';
import { lintPercent } from './check-bounds.ts';
import { hintName, NAME } from './hint-name.ts';
import { readCondition } from './read-condition.ts';
import { readMap, requireKeys } from './read-map.ts';
import { type PartPlace, readPoints, readSteps } from './read-points.ts';
import { readNumber } from './read-scalar.ts';
import { readOperand } from './read-subject.ts';
import type { Reading } from './reading.ts';
import type { MapEntry, SourceNode } from './source.ts';

const PART_KEYS = ['weight', 'metric', 'from', 'to', 'steps', 'points', 'when'];

type Entries = ReadonlyMap<string, MapEntry>;

/** Undefined after a problem was reported. */
export function readParts(
  node: SourceNode,
  reading: Reading,
  what: string,
): readonly ScorePart[] | undefined {
  if (node.kind !== 'map' || node.entries.length === 0) {
    if (node.kind !== 'invalid')
      reading.problems.add(
        'T011',
        node.span,
        `the parts of ${what} must be a map`,
        'such as volume: {weight: 50, metric: messages, from: 0, to: 2000}',
      );
    return undefined;
  }
  const parts = node.entries.map((entry) => readPart(entry, reading));
  const read = parts.filter((part) => part !== undefined);
  return read.length === parts.length ? read : undefined;
}

function readPart(entry: MapEntry, reading: Reading): ScorePart | undefined {
  const what = `part "${entry.key}"`;
  if (!NAME.test(entry.key)) {
    reading.problems.add('T015', entry.keySpan, `"${entry.key}" is not a name`, hintName(entry.key));
    return undefined;
  }
  const entries = readMap(entry.value, reading, { what, keys: PART_KEYS });
  if (entries === undefined || !requireKeys(entry.value, entries, reading, { what, keys: ['weight'] }))
    return undefined;
  const weightNode = entries.get('weight')?.value;
  const weight = weightNode && readNumber(weightNode, reading, { what: 'weight', above: 0, max: 1_000_000 });
  const scoring = readScoring(entry, entries, { reading, what, weight });
  if (weight === undefined || scoring === undefined) return undefined;
  const metric = entries.get('metric')?.value;
  const text = metric === undefined ? undefined : metric.kind === 'scalar' ? metric.raw : entry.key;
  return { name: entry.key, weight, scoring, text };
}

function readScoring(entry: MapEntry, entries: Entries, place: PartPlace): PartScoring | undefined {
  const { reading, what } = place;
  const [metric, when] = [entries.get('metric')?.value, entries.get('when')?.value];
  const [steps, points] = [entries.get('steps')?.value, entries.get('points')?.value];
  const linear = entries.has('from') || entries.has('to');
  const ways = [linear, steps !== undefined, points !== undefined, when !== undefined].filter(Boolean).length;
  const measures = linear || steps !== undefined;
  if (ways !== 1 || measures !== (metric !== undefined)) {
    reading.problems.add(
      'S001',
      entry.keySpan,
      `${what} needs exactly one way to score`,
      'metric with from and to; metric with steps; points; or when',
    );
    return undefined;
  }
  if (points !== undefined) return readPoints(points, place);
  if (when !== undefined) {
    const condition = readCondition(when, reading, '"when"');
    return condition === undefined ? undefined : { kind: 'when', when: condition };
  }
  const subject = metric && readOperand(metric, reading, '"metric"');
  if (steps !== undefined) return readSteps(steps, subject, place);
  const ends = readEnds(entry, entries, place);
  if (metric === undefined || subject === undefined || ends === undefined) return undefined;
  const to = entries.get(Math.abs(ends.from) > Math.abs(ends.to) ? 'from' : 'to')?.value ?? metric;
  const numbers = [ends.from, ends.to];
  lintPercent({ name: nameOf(metric, what), subject, numbers, span: to.span }, reading);
  return { kind: 'linear', subject, ...ends };
}

const nameOf = (metric: SourceNode, otherwise: string): string =>
  metric.kind === 'scalar' ? metric.raw : otherwise;

interface Ends {
  readonly from: number;
  readonly to: number;
}

function readEnds(entry: MapEntry, entries: Entries, { reading, what }: PartPlace): Ends | undefined {
  const [fromNode, toNode] = [entries.get('from')?.value, entries.get('to')?.value];
  const complete = requireKeys(entry.value, entries, reading, { what, keys: ['from', 'to'] });
  if (!complete || fromNode === undefined || toNode === undefined) return undefined;
  const from = readNumber(fromNode, reading, { what: 'from' });
  const to = readNumber(toNode, reading, { what: 'to' });
  if (from === undefined || to === undefined) return undefined;
  if (from !== to) return { from, to };
  reading.problems.add(
    'S005',
    toNode.span,
    `${what} has equal "from" and "to"`,
    'use steps for all or nothing',
  );
  return undefined;
}
