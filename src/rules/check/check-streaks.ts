// No streak in the condition of a streak: directly, or behind the names of metrics, segments, scores and grades. Nothing
// here calls itself over names, since a file may hold a hundred thousand definitions that name each other in a row.
import type { Condition } from '../condition.ts';
import type { Definitions } from '../hash-definitions.ts';
import type { Metric, Subject } from '../metric.ts';
import type { Reading } from '../read/reading.ts';
import { conditionsOf, subjectsOf } from '../score.ts';

/** What a definition is made of, itself and in place: the metrics that stand in it, and the names that it uses. */
interface Parts {
  readonly metrics: Metric[];
  readonly names: string[];
}

export function checkStreaks(read: Definitions, reading: Reading): void {
  const all = partsOfDefinitions(read);
  const conditional = everyMetric(all).filter(({ conditions }) => conditions !== undefined);
  if (conditional.length === 0) return;
  const streaks = namesWithStreaks(all);
  for (const metric of conditional) {
    const inside = partsWithin(metric);
    if (inside.metrics.some(isStreak) || inside.names.some((name) => streaks.has(name)))
      report(metric, reading);
  }
}

const isStreak = ({ kind }: Metric): boolean => kind === 'streak';

function report(metric: Metric, reading: Reading): void {
  const span = reading.spans.get(metric);
  if (span === undefined) return;
  const message = 'a streak stands in the condition of this streak';
  reading.problems.add('M008', span, message, 'say what is asked with other metrics, such as active_days');
}

const everyMetric = (all: ReadonlyMap<string, Parts>): readonly Metric[] =>
  [...all.values()].flatMap(({ metrics }) => metrics);

function partsOfDefinitions(read: Definitions): ReadonlyMap<string, Parts> {
  const all = new Map<string, Parts>();
  const parts = (name: string): Parts => {
    const own: Parts = { metrics: [], names: [] };
    all.set(name, own);
    return own;
  };
  for (const [name, metric] of read.metrics) collectMetric(metric, parts(`metric ${name}`));
  for (const [name, segment] of read.segments) collectCondition(segment, parts(`segment ${name}`));
  for (const [name, score] of read.scores) {
    const own = parts(`score ${name}`);
    for (const condition of conditionsOf(score)) collectCondition(condition, own);
    for (const subject of subjectsOf(score)) collectSubject(subject, own);
  }
  for (const [name, { first, second }] of read.grades)
    parts(`grade ${name}`).names.push(`score ${first.score}`, `score ${second.score}`);
  return all;
}

function collectMetric(metric: Metric, into: Parts): void {
  into.metrics.push(metric);
  for (const operand of metric.operands) collectSubject(operand, into);
  for (const condition of metric.conditions ?? []) collectCondition(condition, into);
}

function collectSubject(subject: Subject, into: Parts): void {
  if (subject.kind === 'inline') collectMetric(subject.metric, into);
  else if (subject.kind === 'band') into.names.push(`score ${subject.name}`);
  else if ('name' in subject) into.names.push(`${subject.kind} ${subject.name}`);
}

function collectCondition(condition: Condition, into: Parts): void {
  if (condition.kind === 'leaf') collectSubject(condition.subject, into);
  else if (condition.kind === 'segment') into.names.push(`segment ${condition.name}`);
  else if (condition.kind !== 'constant') for (const part of condition.of) collectCondition(part, into);
}

function partsWithin(metric: Metric): Parts {
  const inside: Parts = { metrics: [], names: [] };
  for (const condition of metric.conditions ?? []) collectCondition(condition, inside);
  return inside;
}

/** Definitions in which a streak stands, and those that name one of them, and so on. */
function namesWithStreaks(all: ReadonlyMap<string, Parts>): ReadonlySet<string> {
  const users = new Map<string, string[]>();
  for (const [name, { names }] of all)
    for (const used of names) {
      const known = users.get(used);
      if (known === undefined) users.set(used, [name]);
      else known.push(name);
    }
  const found = new Set([...all].filter(([, { metrics }]) => metrics.some(isStreak)).map(([name]) => name));
  // A set that grows while it is walked is walked to its end.
  for (const name of found) for (const user of users.get(name) ?? []) found.add(user);
  return found;
}
