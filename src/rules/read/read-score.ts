// A score: weighted parts that add up to `out_of`, and bands.
import type { PartScoring, Score, ScorePart, Step } from '../score.ts';
import { readBands } from './read-bands.ts';
import { readCondition } from './read-condition.ts';
import { readMap, requireKeys } from './read-map.ts';
import { NAME, readNumber, readWord } from './read-scalar.ts';
import { readOperand } from './read-subject.ts';
import type { Definition, Reading } from './reading.ts';
import type { MapEntry, SourceNode } from './source.ts';

const KEYS = ['parts', 'bands', 'who', 'out_of', 'missing', 'min_coverage'];
const PART_KEYS = ['weight', 'metric', 'from', 'to', 'steps', 'when'];
const MISSING = ['redistribute', 'zero'] as const;

type Entries = ReadonlyMap<string, MapEntry>;

export function readScore({ name, value: node }: Definition, reading: Reading): Score | undefined {
  const what = `score "${name}"`;
  const entries = readMap(node, reading, { what, keys: KEYS, later: ['caps'] });
  if (entries === undefined || !requireKeys(node, entries, reading, { what, keys: ['parts'] }))
    return undefined;
  const outOf = optional(entries, 'out_of', 100, (value) =>
    readNumber(value, reading, { what: 'out_of', above: 0, max: 1_000_000 }),
  );
  const parts = optional(entries, 'parts', [], (value) => readParts(value, reading, what));
  const who = entries.get('who');
  const whoRead = who === undefined ? undefined : readCondition(who.value, reading, '"who"');
  const missing = optional(entries, 'missing', 'redistribute' as const, (value) =>
    readWord(value, reading, { what: 'missing', words: MISSING }),
  );
  const minCoverage = optional(entries, 'min_coverage', 0.5, (value) =>
    readNumber(value, reading, { what: 'min_coverage', min: 0, max: 1 }),
  );
  const bands = optional(entries, 'bands', [], (value) =>
    readBands(value, reading, { what, outOf: outOf ?? 100 }),
  );
  if (parts === undefined || outOf === undefined || missing === undefined) return undefined;
  checkWeights(parts, outOf, { entries, reading, what });
  if (minCoverage === undefined || bands === undefined || (who !== undefined && whoRead === undefined))
    return undefined;
  return { name, outOf, who: whoRead, missing, minCoverage, parts, bands };
}

function optional<T>(
  entries: Entries,
  key: string,
  otherwise: T,
  read: (node: SourceNode) => T | undefined,
): T | undefined {
  const entry = entries.get(key);
  return entry === undefined ? otherwise : read(entry.value);
}

interface WeighedIn {
  readonly entries: Entries;
  readonly reading: Reading;
  readonly what: string;
}

function checkWeights(
  parts: readonly ScorePart[],
  outOf: number,
  { entries, reading, what }: WeighedIn,
): void {
  const span = entries.get('parts')?.keySpan;
  const total = Number(parts.reduce((sum, part) => sum + part.weight, 0).toFixed(6));
  if (span === undefined || total === outOf) return;
  reading.problems.add(
    'S002',
    span,
    `the weights of ${what} add up to ${total}, not ${outOf}`,
    `change them, or write out_of: ${total}`,
  );
}

function readParts(node: SourceNode, reading: Reading, what: string): readonly ScorePart[] | undefined {
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
    reading.problems.add(
      'T015',
      entry.keySpan,
      `"${entry.key}" is not a name`,
      'lower-case letters, digits and _, a letter first',
    );
    return undefined;
  }
  const entries = readMap(entry.value, reading, { what, keys: PART_KEYS, later: ['points'] });
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

interface PartPlace {
  readonly reading: Reading;
  readonly what: string;
  readonly weight: number | undefined;
}

function readScoring(entry: MapEntry, entries: Entries, place: PartPlace): PartScoring | undefined {
  const { reading, what } = place;
  const [metric, when, steps] = [entries.get('metric'), entries.get('when'), entries.get('steps')];
  const linear = entries.has('from') || entries.has('to');
  const shapes = [
    metric !== undefined && linear,
    metric !== undefined && steps !== undefined,
    when !== undefined,
  ];
  const stray = metric === undefined && (linear || steps !== undefined);
  if (shapes.filter(Boolean).length !== 1 || stray || (metric !== undefined && when !== undefined)) {
    const later = entry.value.kind === 'map' && entry.value.entries.some(({ key }) => key === 'points');
    if (!later)
      reading.problems.add(
        'S001',
        entry.keySpan,
        `${what} needs exactly one way to score`,
        'metric with from and to; metric with steps; or when',
      );
    return undefined;
  }
  if (when !== undefined) {
    const condition = readCondition(when.value, reading, '"when"');
    return condition === undefined ? undefined : { kind: 'when', when: condition };
  }
  return steps === undefined ? readLinear(entry, entries, place) : readSteps(entries, steps.value, place);
}

function readLinear(
  entry: MapEntry,
  entries: Entries,
  { reading, what }: PartPlace,
): PartScoring | undefined {
  const [metric, fromNode, toNode] = ['metric', 'from', 'to'].map((key) => entries.get(key)?.value);
  const complete = requireKeys(entry.value, entries, reading, { what, keys: ['from', 'to'] });
  if (!complete || metric === undefined || fromNode === undefined || toNode === undefined) return undefined;
  const subject = readOperand(metric, reading, '"metric"');
  const from = readNumber(fromNode, reading, { what: 'from' });
  const to = readNumber(toNode, reading, { what: 'to' });
  if (subject === undefined || from === undefined || to === undefined) return undefined;
  if (from !== to) return { kind: 'linear', subject, from, to };
  reading.problems.add(
    'S005',
    toNode.span,
    `${what} has equal "from" and "to"`,
    'use steps for all or nothing',
  );
  return undefined;
}

function readSteps(entries: Entries, node: SourceNode, place: PartPlace): PartScoring | undefined {
  const { reading, what, weight } = place;
  const metric = entries.get('metric')?.value;
  const subject = metric && readOperand(metric, reading, '"metric"');
  if (node.kind !== 'map' || node.entries.length === 0) {
    if (node.kind !== 'invalid')
      reading.problems.add(
        'T011',
        node.span,
        `the steps of ${what} must be a map`,
        'such as {0: 0, 3: 15, 10: 30}',
      );
    return undefined;
  }
  const steps = node.entries.map((entry) => readStep(entry, reading, weight));
  const read = steps.filter((step) => step !== undefined).sort((a, b) => a.at - b.at);
  if (subject === undefined || read.length < steps.length) return undefined;
  const double = read.find((step, index) => step.at === read[index + 1]?.at);
  if (double === undefined) return { kind: 'steps', subject, steps: read };
  reading.problems.add('Y003', node.span, `step ${double.at} of ${what} stands twice`);
  return undefined;
}

function readStep(entry: MapEntry, reading: Reading, weight: number | undefined): Step | undefined {
  const at = /^-?\d+(\.\d+)?$/.test(entry.key) ? Number(entry.key) : undefined;
  if (at === undefined) reading.problems.add('V001', entry.keySpan, `step "${entry.key}" must be a number`);
  const points = readNumber(entry.value, reading, { what: 'points', min: 0 });
  if (at === undefined || points === undefined) return undefined;
  if (weight === undefined || points <= weight) return { at, points };
  reading.problems.add('S003', entry.value.span, `${points} points are more than the weight of ${weight}`);
  return undefined;
}
