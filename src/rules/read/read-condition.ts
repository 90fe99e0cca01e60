// Conditions: true, false, or a map whose entries must all hold.
import type { Condition, ConditionLeaf } from '../condition.ts';
import type { Subject } from '../metric.ts';
import { checkBounds } from './check-bounds.ts';
import { findExcluding, reportExcluding } from './find-excluding.ts';
import { hintComparison } from './hint-comparison.ts';
import { bandNodes } from './read-bands.ts';
import { gradeWords } from './read-grades.ts';
import { readMap, requireKeys } from './read-map.ts';
import { readName, readNumber } from './read-scalar.ts';
import { isNumeric, readSubject } from './read-subject.ts';
import { type DateTested, readTests, type Tested } from './read-tests.ts';
import type { Reading } from './reading.ts';
import type { MapEntry, SourceNode } from './source.ts';
import type { WrittenTest } from './written-test.ts';

/** Undefined when a part is faulty; problems are reported. */
export function readCondition(node: SourceNode, reading: Reading, what: string): Condition | undefined {
  switch (node.kind) {
    case 'invalid':
      return undefined;
    case 'map':
      return readEntries(node, reading, what);
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
  what: string,
): Condition | undefined {
  if (node.entries.length === 0) {
    reading.problems.add('C001', node.span, `${what} is empty`, 'write true if it always holds');
    return undefined;
  }
  const read = entriesToRead(node.entries, reading).map((entry) => readEntry(entry, reading));
  const parts = read.filter((part) => part !== undefined).flat();
  if (read.includes(undefined)) return undefined;
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const whole: Condition = { kind: 'all', of: parts };
  return canHold(whole, reading) ? whole : undefined;
}

function readEntry(entry: MapEntry, reading: Reading): readonly Condition[] | undefined {
  switch (entry.key) {
    case 'all':
    case 'any':
    case 'none': {
      const of = readList(entry.value, reading, entry.key);
      if (of === undefined) return undefined;
      const condition: Condition = { kind: entry.key, of };
      return canHold(condition, reading) ? [condition] : undefined;
    }
    case 'at_least':
      return readAtLeast(entry, reading);
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
      return readOther(entry, reading);
  }
}

/** Of a metric that is written out here only the kind: its other keys would be told as names of metrics. */
function entriesToRead(entries: readonly MapEntry[], reading: Reading): readonly MapEntry[] {
  const { metrics } = reading.definitions;
  const kind = entries.find(({ key }) => reading.isKind(key) && !metrics.has(key));
  return kind === undefined ? entries : [kind];
}

/** False after a problem was reported: two of its parts, which must all hold, exclude each other. */
function canHold(condition: Condition, reading: Reading): boolean {
  if (condition.kind !== 'all') return true;
  const tests = leavesNeeded(condition).flatMap((leaf): readonly WrittenLeaf[] => {
    const span = reading.spans.get(leaf);
    return span === undefined ? [] : [{ test: leaf.test, text: leaf.text.test, span, leaf }];
  });
  const found = findExcluding(tests, (a, b) => a.leaf.text.subject === b.leaf.text.subject);
  if (found === undefined) return true;
  const { subject } = found[1].leaf.text;
  return !reportExcluding(found, { what: `"${subject}"`, subject }, reading);
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

function readOther(entry: MapEntry, reading: Reading): readonly ConditionLeaf[] | undefined {
  const word = OTHER_WORDS.get(entry.key.toLowerCase());
  if (word === undefined || reading.definitions.metrics.has(entry.key)) return readLeaves(entry, reading);
  reading.problems.add('C001', entry.keySpan, `"${entry.key}" joins no conditions`, `write ${word}: […]`);
  return undefined;
}

function readList(node: SourceNode, reading: Reading, key: string): readonly Condition[] | undefined {
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
  const conditions = node.items.map((item) => readCondition(item, reading, `a part of "${key}"`));
  const read = conditions.filter((condition) => condition !== undefined);
  return read.length === conditions.length ? read : undefined;
}

function readAtLeast(entry: MapEntry, reading: Reading): readonly Condition[] | undefined {
  const shape = { what: '"at_least"', keys: ['n', 'of'] };
  const entries = readMap(entry.value, reading, shape);
  if (entries === undefined || !requireKeys(entry.value, entries, reading, shape)) return undefined;
  const [nNode, ofNode] = [entries.get('n')?.value, entries.get('of')?.value];
  if (nNode === undefined || ofNode === undefined) return undefined;
  const of = readList(ofNode, reading, 'of');
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

function readLeaves(entry: MapEntry, reading: Reading): readonly ConditionLeaf[] | undefined {
  const subject = readSubject(entry.key, entry.keySpan, reading);
  if (subject === undefined) return undefined;
  const tests = readTests(entry.value, reading, testedAs(entry.key, subject, reading));
  const sound = tests?.map((test) => checkBounds({ name: entry.key, subject, ...test }, reading)) ?? [];
  if (tests === undefined || sound.includes(false)) return undefined;
  return tests.map(({ test, text, span }) => {
    const leaf: ConditionLeaf = { kind: 'leaf', subject, test, text: { subject: entry.key, test: text } };
    reading.spans.set(leaf, span);
    return leaf;
  });
}

function testedAs(name: string, subject: Subject, reading: Reading): Tested {
  const what = `"${name}"`;
  if (isNumeric(subject)) return { what, type: 'number', subject: name };
  if (subject.kind === 'signal') return { what, type: 'word', words: new Set(['open', 'closed']) };
  if (subject.kind === 'band') return { what, type: 'word', words: bandNames(subject.name, reading) };
  if (subject.kind === 'grade') return testedAsGrade(what, subject.name, reading);
  if (subject.kind === 'champion' && subject.field === 'changed') return testedAsTruth(what, reading);
  if (subject.kind !== 'trait') return { what, type: 'any' };
  const { trait } = subject;
  const date = dateTested(trait);
  return {
    what,
    type: 'any',
    subject: name,
    ...(date === undefined ? {} : { date }),
    onType: (type, span) => reading.traitType(trait, type, span),
  };
}

/** `created_at` is what the age of an account is counted from; other traits may only be called like a date. */
function dateTested(trait: string): DateTested | undefined {
  if (trait === 'created_at')
    return { sure: true, hintDays: (test) => `for its age in days write account.age_days: {${test}}` };
  if (!/_(at|date)$/.test(trait)) return undefined;
  const count = /end|expir|renew|due|until|next/.test(trait) ? 'days_until' : 'days_since';
  return {
    sure: false,
    hintDays: (test) => `for days test a metric {${count}: account.${trait}} with {${test}}`,
  };
}

const testedAsTruth = (what: string, reading: Reading): Tested => ({
  what,
  type: 'any',
  onType(type, span) {
    if (type === 'boolean') return;
    reading.problems.add('C003', span, `${what} is true or false`, 'write true, false, or an exists');
  },
});

const bandNames = (score: string, reading: Reading): ReadonlySet<string> =>
  new Set(bandNodes(score, reading).map((entry) => entry.key));

/** A grade that cannot be read has told its own mistake. */
function testedAsGrade(what: string, name: string, reading: Reading): Tested {
  const words = gradeWords(name, reading);
  return words === undefined ? { what, type: 'any' } : { what, type: 'word', words, spelled: true };
}
