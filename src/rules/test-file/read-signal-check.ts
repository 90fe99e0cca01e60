// What is expected of one rule's signal: its state alone, or a map of state, severity, evidence, sentence and sinks.
import { SEVERITIES, type SignalState } from '../../model/signal.ts';
import { leavesOf } from '../check/leaves-of.ts';
import { readMap } from '../read/read-map.ts';
import { readScalar, readWord } from '../read/read-scalar.ts';
import type { Reading } from '../read/reading.ts';
import { type MapEntry, positionOf, type SourceNode } from '../read/source.ts';
import { suggestName } from '../read/suggest-name.ts';
import type { Rule } from '../rule.ts';
import type { Ruleset } from '../ruleset.ts';
import type { ExpectationPlace } from './expectation-place.ts';
import { readWanted } from './read-wanted.ts';
import type { SignalCheck, WantedValue } from './rule-test.ts';

const STATES = ['none', 'pending', 'open', 'recovering', 'resolved'] as const satisfies SignalState[];
const KEYS = ['state', 'severity', 'because', 'say', 'notified'];

/** Undefined after a problem was reported. */
export function readSignalCheck(entry: MapEntry, place: ExpectationPlace): SignalCheck | undefined {
  const { reading, ruleset } = place;
  const rule = ruleset.rules.get(entry.key);
  if (rule === undefined) return undefined;
  const position = positionOf(entry.keySpan);
  const nothing = { severity: undefined, because: [], say: undefined, notified: undefined };
  if (rule.stage === 'draft') {
    const hint = 'a draft is checked and not evaluated; write stage: shadow or live';
    reading.problems.add('X007', entry.keySpan, `rule "${rule.name}" is a draft`, hint);
    return undefined;
  }
  if (entry.value.kind !== 'map') {
    const state = readWord(entry.value, reading, { what: `the state of "${rule.name}"`, words: STATES });
    return state && { kind: 'signal', rule: rule.name, position, state, ...nothing };
  }
  return readDetails(entry.value, rule, place, position);
}

function readDetails(
  node: SourceNode,
  rule: Rule,
  { reading, ruleset }: ExpectationPlace,
  position: SignalCheck['position'],
): SignalCheck | undefined {
  const what = `what is expected of "${rule.name}"`;
  const entries = readMap(node, reading, { what, keys: KEYS, later: ['users'] });
  if (entries === undefined) return undefined;
  if (entries.size === 0) {
    if (node.kind === 'map' && node.entries.length === 0)
      reading.problems.add('X005', node.span, `${what} is empty`, `keys: ${KEYS.join(', ')}`);
    return undefined;
  }
  let sound = true;
  const read = <T>(key: string, of: (entry: MapEntry) => T | undefined): T | undefined => {
    const entry = entries.get(key);
    const found = entry && of(entry);
    if (entry !== undefined && found === undefined) sound = false;
    return found;
  };
  const state = read('state', ({ value }) => readWord(value, reading, { what: 'state', words: STATES }));
  const severity = read('severity', ({ value }) =>
    readWord(value, reading, { what: 'severity', words: SEVERITIES }),
  );
  const because = read('because', ({ value }) => readBecause(value, rule, { reading, ruleset })) ?? [];
  const say = read('say', (entry) => readWanted(entry, reading, { what: '"say"', type: 'any' }));
  const notified = read('notified', ({ value }) => readSinks(value, reading));
  if (!sound) return undefined;
  return { kind: 'signal', rule: rule.name, position, state, severity, because, say, notified };
}

/** By subject as the rule writes it: evidence has the leaves of who, when and resolve_when. */
function readBecause(
  node: SourceNode,
  rule: Rule,
  { reading, ruleset }: Pick<ExpectationPlace, 'reading' | 'ruleset'>,
): readonly WantedValue[] | undefined {
  const subjects = evidenceSubjects(rule, ruleset);
  if (node.kind !== 'map') {
    if (node.kind !== 'invalid')
      reading.problems.add('T011', node.span, '"because" must be a map', `keys: ${subjects.join(', ')}`);
    return undefined;
  }
  const wanted = node.entries.map((entry): WantedValue | undefined => {
    if (!subjects.includes(entry.key)) {
      const hint = suggestName(entry.key, subjects) ?? `its evidence: ${subjects.join(', ')}`;
      const message = `rule "${rule.name}" does not look at "${entry.key}"`;
      reading.problems.add('X008', entry.keySpan, message, hint);
      return undefined;
    }
    const read = readWanted(entry, reading, { what: `"${entry.key}"`, type: 'any' });
    return read && { ...read, subject: entry.key };
  });
  const read = wanted.filter((value) => value !== undefined);
  return read.length === wanted.length ? read : undefined;
}

function evidenceSubjects(rule: Rule, { segments }: Ruleset): readonly string[] {
  const conditions = [rule.who, rule.when, rule.resolveWhen].filter((condition) => condition !== undefined);
  return [
    ...new Set(
      conditions.flatMap((condition) => leavesOf(condition, segments)).map(({ text }) => text.subject),
    ),
  ];
}

function readSinks(node: SourceNode, reading: Reading): readonly string[] | undefined {
  const items = node.kind === 'list' ? node.items : [node];
  const names = items.map((item) => readSink(item, reading));
  const read = names.filter((name) => name !== undefined);
  return read.length === names.length ? read : undefined;
}

function readSink(node: SourceNode, reading: Reading): string | undefined {
  const sink = readScalar(node, reading, 'sink')?.raw;
  if (sink === undefined || reading.sinks === undefined || reading.sinks.includes(sink)) return sink;
  const known = reading.sinks.length === 0 ? 'no sink is configured' : `sinks: ${reading.sinks.join(', ')}`;
  const hint = suggestName(sink, reading.sinks) ?? known;
  reading.problems.add('R004', node.span, `no sink is called "${sink}"`, hint);
  return undefined;
}
