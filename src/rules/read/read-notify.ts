// Who hears of a signal: names of sinks, or maps that narrow what is sent.
import type { SignalState } from '../../model/signal.ts';
import type { Notify } from '../rule.ts';
import { readDuration } from './read-duration.ts';
import { readMap, requireKeys } from './read-map.ts';
import { readName, readWord } from './read-scalar.ts';
import type { Reading } from './reading.ts';
import type { SourceNode } from './source.ts';
import { suggestName } from './suggest-name.ts';

const STATES = ['open', 'recovering', 'resolved'] as const satisfies readonly SignalState[];
const SHAPE = { what: '"notify"', keys: ['sink', 'repeat', 'states'] };

export function readNotify(node: SourceNode, reading: Reading): readonly Notify[] | undefined {
  if (node.kind === 'invalid') return undefined;
  const items = node.kind === 'list' ? node.items : [node];
  const notices = items.map((item) => readOne(item, reading));
  const read = notices.filter((notice) => notice !== undefined);
  if (read.length < notices.length) return undefined;
  const seen = new Set<string>();
  for (const { sink } of read) {
    if (seen.has(sink))
      reading.problems.add('Y003', node.span, `sink "${sink}" stands twice in "notify"`, 'remove one');
    seen.add(sink);
  }
  return read;
}

function readOne(node: SourceNode, reading: Reading): Notify | undefined {
  if (node.kind === 'scalar') {
    const sink = readSink(node, reading);
    return sink === undefined ? undefined : { sink, states: undefined, repeatDays: undefined };
  }
  const entries = readMap(node, reading, SHAPE);
  if (entries === undefined || !requireKeys(node, entries, reading, { what: '"notify"', keys: ['sink'] }))
    return undefined;
  const [sinkNode, repeatNode, statesNode] = ['sink', 'repeat', 'states'].map(
    (key) => entries.get(key)?.value,
  );
  const sink = sinkNode && readSink(sinkNode, reading);
  const repeatDays = repeatNode && readDuration(repeatNode, reading, { what: 'repeat', zero: false });
  const states = statesNode && readStates(statesNode, reading);
  if (sink === undefined) return undefined;
  if (
    (repeatNode !== undefined && repeatDays === undefined) ||
    (statesNode !== undefined && states === undefined)
  )
    return undefined;
  return { sink, states, repeatDays };
}

function readSink(node: SourceNode, reading: Reading): string | undefined {
  const sink = readName(node, reading, 'sink');
  if (sink === undefined || reading.sinks === undefined || reading.sinks.includes(sink)) return sink;
  const known = reading.sinks.length === 0 ? 'no sink is configured' : `sinks: ${reading.sinks.join(', ')}`;
  reading.problems.add(
    'R004',
    node.span,
    `no sink is called "${sink}"`,
    suggestName(sink, reading.sinks) ?? known,
  );
  return undefined;
}

function readStates(node: SourceNode, reading: Reading): readonly SignalState[] | undefined {
  const items = node.kind === 'list' ? node.items : [node];
  const states = items.map((item) => readWord(item, reading, { what: 'states', words: STATES }));
  const read = states.filter((state) => state !== undefined);
  return read.length === states.length ? read : undefined;
}
