// EVENT: a name, a list of names, or `any`.
import type { EventSet } from '../series.ts';
import { readText } from './read-scalar.ts';
import type { Reading } from './reading.ts';
import type { SourceNode } from './source.ts';
import { nearestNames } from './suggest-name.ts';

export function readEvents(node: SourceNode, reading: Reading): EventSet | undefined {
  if (node.kind === 'scalar' && node.raw === 'any') return { kind: 'any' };
  if (node.kind !== 'list') {
    const name = readEventName(node, reading, 'an event');
    return name === undefined ? undefined : { kind: 'named', names: [name] };
  }
  if (node.items.length === 0) {
    reading.problems.add('M004', node.span, 'the list of events is empty', 'write any for every event');
    return undefined;
  }
  const names = node.items.map((item) => readListed(item, reading));
  const known = names.filter((name) => name !== undefined);
  return known.length < names.length ? undefined : { kind: 'named', names: [...new Set(known)].sort() };
}

function readListed(node: SourceNode, reading: Reading): string | undefined {
  if (node.kind !== 'scalar' || node.raw !== 'any') return readEventName(node, reading, 'an event');
  reading.problems.add(
    'M004',
    node.span,
    '"any" stands alone, not in a list',
    'write any instead of the list',
  );
  return undefined;
}

export function readEventName(node: SourceNode, reading: Reading, what: string): string | undefined {
  const name = readText(node, reading, what);
  if (name === undefined) return undefined;
  if (!/^(account|user|signal)\./.test(name)) {
    lintUnseen(name, node, reading);
    return name;
  }
  reading.problems.add(
    'T021',
    node.span,
    `"${name}" as an event is not supported yet`,
    'name an event that is tracked',
  );
  return undefined;
}

/** A misspelt event counts nothing, and nothing else would ever say so. */
function lintUnseen(name: string, node: SourceNode, reading: Reading): void {
  const { seenEvents: seen, problems } = reading;
  if (seen === undefined || seen.has(name)) return;
  const near = problems.isFull ? [] : nearestNames(name, seen.keys());
  const listed = near.map((other) => `"${other}" (${(seen.get(other) ?? 0).toLocaleString('en')} times)`);
  const hint =
    listed.length === 0 ? 'check its name, or send it before it counts' : `seen were ${listed.join(', ')}`;
  problems.add('L009', node.span, `no event called "${name}" was ever received`, hint);
}
