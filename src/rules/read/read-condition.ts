// Conditions: true, false, or a map whose entries must all hold.
import type { Condition, ConditionLeaf } from '../condition.ts';
import { checkBounds } from './check-bounds.ts';
import { findExcluding, reportExcluding } from './find-excluding.ts';
import { hintComparison } from './hint-comparison.ts';
import { readMap, requireKeys } from './read-map.ts';
import { readName, readNumber } from './read-scalar.ts';
import { readSubject } from './read-subject.ts';
import { isTest, readTests } from './read-tests.ts';
import type { Reading } from './reading.ts';
import type { MapEntry, SourceNode } from './source.ts';
import { testedAs } from './tested-as.ts';
import type { WrittenTest } from './written-test.ts';

/** Undefined when a part is faulty; problems are reported. */
export const readCondition = (node: SourceNode, reading: Reading, what: string): Condition | undefined =>
  readPart(node, reading, { what, denied: false });

interface Place {
  readonly what: string;
  /** Under a `none`, but not under two: what never holds is then always true. */
  readonly denied: boolean;
}

function readPart(node: SourceNode, reading: Reading, place: Place): Condition | undefined {
  const { what } = place;
  switch (node.kind) {
    case 'invalid':
      return undefined;
    case 'map':
      return readEntries(node, reading, place);
    case 'list':
      reading.problems.add(
        'C001',
        node.span,
        `${what} cannot be a list`,
        'write all: […], any: […] or none: […]',
      );
      return undefined;
    case 'scalar':
      if (typeof node.value === 'boolean') return { kind: 'constant', value: node.value };
      reading.problems.add(
        'C001',
        node.span,
        `${what}: "${node.raw}" is not a condition`,
        hintScalar(node.raw, reading),
      );
      return undefined;
  }
}

function hintScalar(raw: string, reading: Reading): string {
  const comparison = hintComparison(raw);
  if (comparison !== undefined) return `write {${comparison}}`;
  if (reading.definitions.segments.has(raw)) return `write {segment: ${raw}}`;
  if (reading.definitions.metrics.has(raw)) return `write {${raw}: {gte: 1}}`;
  return 'true, false, or a map such as {messages: {gte: 2000}}';
}

function readEntries(
  node: SourceNode & { readonly kind: 'map' },
  reading: Reading,
  { what, denied }: Place,
): Condition | undefined {
  if (node.entries.length === 0) {
    reading.problems.add('C001', node.span, `${what} is empty`, 'write true if it always holds');
    return undefined;
  }
  const read = entriesToRead(node.entries, reading).map((entry) => readEntry(entry, reading, denied));
  const parts = read.filter((part) => part !== undefined).flat();
  if (read.includes(undefined)) return undefined;
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const whole: Condition = { kind: 'all', of: parts };
  return canHold(whole, reading, denied) ? whole : undefined;
}

function readEntry(entry: MapEntry, reading: Reading, denied: boolean): readonly Condition[] | undefined {
  switch (entry.key) {
    case 'all':
    case 'any':
    case 'none': {
      const denies = entry.key === 'none';
      const of = readList(entry.value, reading, { what: entry.key, denied: denied !== denies });
      if (of === undefined) return undefined;
      const condition: Condition = { kind: entry.key, of };
      return canHold(condition, reading, denied) ? [condition] : undefined;
    }
    case 'at_least':
      return readAtLeast(entry, reading, denied);
    case 'segment': {
      if (entry.value.kind === 'list') {
        reading.problems.add(
          'C001',
          entry.value.span,
          '"segment" names one segment',
          'write any: [{segment: …}, {segment: …}], or all: […]',
        );
        return undefined;
      }
      const name = readName(entry.value, reading, 'segment');
      if (name === undefined || !reading.use('segments', name, entry.value.span)) return undefined;
      return [{ kind: 'segment', name }];
    }
    case 'not':
      reading.problems.add(
        'C001',
        entry.keySpan,
        '"not" is a test of one value, not a condition',
        'write none: […]',
      );
      return undefined;
    default:
      return readOther(entry, reading, denied);
  }
}

/**
 * Without what belongs to a metric that is written out here, its fields and how it is tested: each would be told as the
 * name of a metric.
 */
function entriesToRead(entries: readonly MapEntry[], reading: Reading): readonly MapEntry[] {
  const { metrics } = reading.definitions;
  const kind = entries.find(({ key }) => reading.isKind(key) && !metrics.has(key));
  if (kind === undefined) return entries;
  const fields = reading.fieldsOfKind(kind.key) ?? [];
  return entries.filter((entry) => entry === kind || !(fields.includes(entry.key) || isTest(entry.key)));
}

/** False after a problem was reported: two of its parts, which must all hold, exclude each other. */
function canHold(condition: Condition, reading: Reading, denied: boolean): boolean {
  if (condition.kind !== 'all') return true;
  const tests = leavesNeeded(condition).flatMap((leaf): readonly WrittenLeaf[] => {
    const span = reading.spans.get(leaf);
    return span === undefined ? [] : [{ test: leaf.test, text: leaf.text.test, span, leaf }];
  });
  const found = findExcluding(tests, (a, b) => a.leaf.text.subject === b.leaf.text.subject);
  if (found === undefined) return true;
  const { subject } = found[1].leaf.text;
  return !reportExcluding(found, { what: `"${subject}"`, subject, denied }, reading);
}

interface WrittenLeaf extends WrittenTest {
  readonly leaf: ConditionLeaf;
}

/** The leaves of which every one must hold; those of segments are not looked at. */
function leavesNeeded(condition: Condition): readonly ConditionLeaf[] {
  if (condition.kind === 'leaf') return [condition];
  return condition.kind === 'all' ? condition.of.flatMap(leavesNeeded) : [];
}

/** What other languages call lists of conditions. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['and', 'all'],
  ['all', 'all'],
  ['all_of', 'all'],
  ['or', 'any'],
  ['any', 'any'],
  ['any_of', 'any'],
  ['nor', 'none'],
  ['none', 'none'],
  ['none_of', 'none'],
]);

function readOther(entry: MapEntry, reading: Reading, denied: boolean): readonly ConditionLeaf[] | undefined {
  const word = OTHER_WORDS.get(entry.key.toLowerCase());
  if (word === undefined || reading.definitions.metrics.has(entry.key))
    return readLeaves(entry, reading, denied);
  reading.problems.add('C001', entry.keySpan, `"${entry.key}" joins no conditions`, `write ${word}: […]`);
  return undefined;
}

function readList(
  node: SourceNode,
  reading: Reading,
  { what: key, denied }: Place,
): readonly Condition[] | undefined {
  if (node.kind !== 'list' || node.items.length === 0) {
    if (node.kind !== 'invalid')
      reading.problems.add(
        'C001',
        node.span,
        `"${key}" needs a list of conditions`,
        `such as ${key}: [{messages: {gte: 1}}, {segment: paying}]`,
      );
    return undefined;
  }
  const conditions = node.items.map((item) =>
    readPart(item, reading, { what: `a part of "${key}"`, denied }),
  );
  const read = conditions.filter((condition) => condition !== undefined);
  return read.length === conditions.length ? read : undefined;
}

function readAtLeast(entry: MapEntry, reading: Reading, denied: boolean): readonly Condition[] | undefined {
  const shape = { what: '"at_least"', keys: ['n', 'of'] };
  const entries = readMap(entry.value, reading, shape);
  if (entries === undefined || !requireKeys(entry.value, entries, reading, shape)) return undefined;
  const [nNode, ofNode] = [entries.get('n')?.value, entries.get('of')?.value];
  if (nNode === undefined || ofNode === undefined) return undefined;
  const of = readList(ofNode, reading, { what: 'of', denied });
  const n = readNumber(nNode, reading, {
    what: 'n',
    min: 1,
    ...(of === undefined ? {} : { max: of.length }),
  });
  if (n === undefined || of === undefined) return undefined;
  if (Number.isInteger(n)) return [{ kind: 'at_least', n, of }];
  reading.problems.add('V004', nNode.span, `n cannot be ${n}`, 'a whole number');
  return undefined;
}

function readLeaves(
  entry: MapEntry,
  reading: Reading,
  denied: boolean,
): readonly ConditionLeaf[] | undefined {
  const subject = readSubject(entry.key, entry.keySpan, reading);
  if (subject === undefined) return undefined;
  const tests = readTests(entry.value, reading, { ...testedAs(entry.key, subject, reading), denied });
  const sound = tests?.map((test) => checkBounds({ name: entry.key, subject, ...test }, reading)) ?? [];
  if (tests === undefined || sound.includes(false)) return undefined;
  return tests.map(({ test, text, span }) => {
    const leaf: ConditionLeaf = { kind: 'leaf', subject, test, text: { subject: entry.key, test: text } };
    reading.spans.set(leaf, span);
    return leaf;
  });
}
