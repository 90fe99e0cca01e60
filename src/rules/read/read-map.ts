// A map with known keys: an unknown one is an error with the nearest known one.
import type { ProblemList } from './problem-list.ts';
import type { MapEntry, SourceNode } from './source.ts';
import { nearestName, suggestName } from './suggest-name.ts';

/** All that a map needs of the reading. */
interface Reports {
  readonly problems: ProblemList;
}

export interface MapShape {
  /** Such as `metric "messages"`; printed after the key. */
  readonly what: string;
  readonly keys: readonly string[];
  /** Keys that the language has and this version has not. */
  readonly later?: readonly string[];
  /** The whole map in one line, for what is none. */
  readonly example?: string;
}

/** The entries by key, without unknown ones; undefined when it is no map. Problems are reported. */
export function readMap(
  node: SourceNode,
  reading: Reports,
  shape: MapShape,
): ReadonlyMap<string, MapEntry> | undefined {
  if (node.kind === 'invalid') return undefined;
  if (node.kind !== 'map') {
    const hint = shape.example === undefined ? `keys: ${shape.keys.join(', ')}` : `write ${shape.example}`;
    reading.problems.add('T011', node.span, `${shape.what} must be a map`, hint);
    return undefined;
  }
  const known = new Map<string, MapEntry>();
  for (const entry of node.entries) {
    if (shape.keys.includes(entry.key)) known.set(entry.key, entry);
    else if (shape.later?.includes(entry.key))
      addUnsupported(reading, entry, `"${entry.key}" in ${shape.what}`);
    else {
      const hint = suggestName(entry.key, shape.keys) ?? `known keys: ${shape.keys.join(', ')}`;
      reading.problems.add('T012', entry.keySpan, `unknown key "${entry.key}" in ${shape.what}`, hint);
    }
  }
  return known;
}

function addUnsupported(reading: Reports, entry: MapEntry, what: string): void {
  reading.problems.add(
    'T021',
    entry.keySpan,
    `${what} is not supported yet`,
    'it comes with a later version',
  );
}

const MOST_SLIPS = 20;

/** What a key that is often forgotten looks like; `WHAT: KEY` where the key means something else there. */
const EXAMPLES: ReadonlyMap<string, string> = new Map([
  ['window', 'how far it looks back, such as window: 30d, or window: ever'],
  ['of', 'the event that has the property, such as of: message_sent'],
  ['"at_least": of', 'the conditions, such as of: [{messages: {gte: 1}}, {segment: paying}]'],
  ['"at_least": n', 'how many of them must hold, such as n: 2'],
  ['within', 'in how many days, such as within: 30d'],
  ['limit', 'a number, or such as limit: account.seats'],
  ['event', 'the name of an event, such as event: subscription_started'],
  ['kind', 'such as kind: pql, kind: expansion or kind: churn_risk'],
  ['when', 'the condition that opens it, such as when: {messages: {gte: 2000}}'],
  ['weight', 'how much of the score it is, such as weight: 50'],
  ['"notify": sink', 'the name of a sink of tidemark.yaml, such as sink: crm'],
  ['a cap: when', 'the condition under which it holds, such as when: {idle_days: {gte: 14}}'],
  ['a cap: at', 'what the score is held down to, such as at: 30'],
  ['an event of a test: at', 'the day or instant, such as at: 2025-06-03'],
]);

/** Reports each missing key at the map; true when none is. */
export function requireKeys(
  node: SourceNode,
  entries: ReadonlyMap<string, MapEntry>,
  reading: Reports,
  { what, keys }: { readonly what: string; readonly keys: readonly string[] },
): boolean {
  const missing = keys.filter((key) => !entries.has(key));
  const written = node.kind === 'map' ? node.entries.map(({ key }) => key) : [];
  const unknown = written.slice(0, MOST_SLIPS).filter((key) => !entries.has(key));
  for (const key of missing) {
    // A key that is there but misspelt has been told already.
    if (unknown.some((slip) => nearestName(slip, keys) === key)) continue;
    const example = EXAMPLES.get(`${what}: ${key}`) ?? EXAMPLES.get(key);
    reading.problems.add('T013', node.span, `${what} needs the key "${key}"`, example);
  }
  return missing.length === 0;
}
