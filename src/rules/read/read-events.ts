// EVENT: a name, a list of names, `any`, a trait that changes, or a signal that opens.
import type { EventSet } from '../series.ts';
import { readText } from './read-scalar.ts';
import type { Reading } from './reading.ts';
import type { ScalarNode, SourceNode } from './source.ts';
import { nearestNames } from './suggest-name.ts';

export function readEvents(node: SourceNode, reading: Reading): EventSet | undefined {
  if (node.kind === 'scalar' && node.raw === 'any') return { kind: 'any' };
  if (node.kind === 'scalar' && MADE.test(node.raw)) return readMade(node, reading);
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

/** What is no tracked event: a change of a trait, or the opening of a signal. */
const MADE = /^(account|user|signal)\./;

function readMade(node: ScalarNode, reading: Reading): EventSet | undefined {
  const dot = node.raw.indexOf('.');
  const [family, name] = [node.raw.slice(0, dot), node.raw.slice(dot + 1)];
  if (name === '') {
    reading.problems.add(
      'T015',
      node.span,
      `"${node.raw}" needs a name`,
      'such as account.plan or signal.RULE',
    );
    return undefined;
  }
  if (family === 'signal')
    return reading.useOf('signal', name, node.span) ? { kind: 'signal', rule: name } : undefined;
  reading.traitUses.add(family === 'user' ? 'user' : 'account', name, node.span);
  return { kind: family === 'user' ? 'user_trait' : 'account_trait', trait: name };
}

/** The name of an event that is tracked. */
export function readEventName(node: SourceNode, reading: Reading, what: string): string | undefined {
  const name = readText(node, reading, what);
  if (name === undefined) return undefined;
  if (!MADE.test(name)) {
    lintUnseen(name, node, reading);
    return name;
  }
  reading.problems.add(
    'M004',
    node.span,
    `"${name}" cannot stand here: it is no event that is tracked`,
    'changes of traits and openings of signals stand alone, such as {count: account.plan, window: 30d}',
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
