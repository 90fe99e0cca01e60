// A rule: every key has its reader here, and its default.
import type { RuleName } from '../../model/ids.ts';
import type { Rule } from '../rule.ts';
import { readCondition } from './read-condition.ts';
import { readDuration } from './read-duration.ts';
import { readEventName } from './read-events.ts';
import { readMap, requireKeys } from './read-map.ts';
import { readNotify } from './read-notify.ts';
import { readSay } from './read-say.ts';
import { readName, readNumber, readText, readWord } from './read-scalar.ts';
import { readSeverity } from './read-severity.ts';
import type { Definition, Reading } from './reading.ts';
import { type MapEntry, positionOf, type SourceNode } from './source.ts';

const RULE_KEYS = [
  'kind',
  'who',
  'when',
  'resolve_when',
  'for',
  'keep_open',
  'cooldown',
  'severity',
  'say',
  'notify',
  'mute_if',
  'if_missing',
  'stage',
  'outcome',
  'owner',
  'playbook',
  'note',
  'on_create',
  'max_new_per_day',
  'was',
];
/** Keys that `defaults` may give to all rules of its file. */
const DEFAULT_KEYS = ['if_missing', 'cooldown', 'keep_open', 'owner', 'stage', 'max_new_per_day'];

const IF_MISSING = ['hold', 'false', 'true'] as const;
const STAGES = ['live', 'shadow', 'draft'] as const;
const ON_CREATE = ['baseline', 'notify'] as const;
const MEDIUM: Rule['severity'] = [{ severity: 'medium', when: { kind: 'constant', value: true } }];

type Read<T> = (node: SourceNode, reading: Reading) => T | undefined;

const duration =
  (what: string): Read<number> =>
  (node, reading) =>
    readDuration(node, reading, { what, zero: true });
const condition =
  (what: string): Read<Rule['when']> =>
  (node, reading) =>
    readCondition(node, reading, `"${what}"`);
const text =
  (what: string): Read<string> =>
  (node, reading) =>
    readText(node, reading, `"${what}"`);
const word =
  <Word extends string>(what: string, words: readonly Word[]): Read<Word> =>
  (node, reading) =>
    readWord(node, reading, { what, words });

/** A rule without what only the finished ruleset can say. */
export type ReadRule = Omit<Rule, 'conditionHash'>;

/** Undefined when a key is faulty; problems are reported. */
export function readRule(
  definition: Definition,
  defaults: ReadonlyMap<string, MapEntry>,
  reading: Reading,
): ReadRule | undefined {
  const { name, value: node } = definition;
  const what = `rule "${name}"`;
  const own = readMap(node, reading, { what, keys: RULE_KEYS });
  if (own === undefined) return undefined;
  const keys = new KeyReader(new Map([...defaults, ...own]), reading);
  if (!requireKeys(node, own, reading, { what, keys: ['kind', 'when'] })) keys.sound = false;
  const kind = keys.read('kind', (value) => readName(value, reading, 'kind'));
  const who = keys.read('who', condition('who'));
  const when = keys.read('when', condition('when'));
  const rest = readRest(keys);
  if (!keys.sound || kind === undefined || when === undefined) return undefined;
  return { name: name as RuleName, kind, who, when, ...rest, position: positionOf(definition.keySpan) };
}

class KeyReader {
  readonly #entries: ReadonlyMap<string, MapEntry>;
  readonly #reading: Reading;
  /** False once a key was faulty. */
  sound = true;

  constructor(entries: ReadonlyMap<string, MapEntry>, reading: Reading) {
    this.#entries = entries;
    this.#reading = reading;
  }

  /** Undefined when the key is absent, or faulty, which is remembered. */
  read<T>(key: string, read: Read<T>): T | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const value = read(entry.value, this.#reading);
    if (value === undefined) this.sound = false;
    return value;
  }
}

function readRest(keys: KeyReader): Omit<ReadRule, 'name' | 'kind' | 'who' | 'when' | 'position'> {
  return {
    was: keys.read('was', (node, reading) => readName(node, reading, 'was')) as RuleName | undefined,
    resolveWhen: keys.read('resolve_when', condition('resolve_when')),
    forDays: keys.read('for', duration('for')) ?? 0,
    keepOpenDays: keys.read('keep_open', duration('keep_open')) ?? 0,
    cooldownDays: keys.read('cooldown', duration('cooldown')) ?? 0,
    severity: keys.read('severity', readSeverity) ?? MEDIUM,
    say: keys.read('say', readSay),
    notify: keys.read('notify', readNotify),
    muteIf: keys.read('mute_if', condition('mute_if')),
    ifMissing: keys.read('if_missing', word('if_missing', IF_MISSING)) ?? 'hold',
    stage: keys.read('stage', word('stage', STAGES)) ?? 'live',
    outcome: keys.read('outcome', readOutcome),
    owner: keys.read('owner', text('owner')),
    playbook: keys.read('playbook', readPlaybook),
    note: keys.read('note', text('note')),
    onCreate: keys.read('on_create', word('on_create', ON_CREATE)) ?? 'baseline',
    maxNewPerDay: keys.read('max_new_per_day', readMaxNew),
  };
}

function readOutcome(node: SourceNode, reading: Reading): Rule['outcome'] {
  const written = node.kind === 'scalar' ? node.raw : '…';
  const example = `outcome: {event: ${written}, within: 30d}`;
  const shape = { what: '"outcome"', keys: ['event', 'within'], example };
  const entries = readMap(node, reading, shape);
  if (entries === undefined || !requireKeys(node, entries, reading, shape)) return undefined;
  const [eventNode, withinNode] = [entries.get('event')?.value, entries.get('within')?.value];
  const event = eventNode && readEventName(eventNode, reading, '"event"');
  const withinDays = withinNode && readDuration(withinNode, reading, { what: 'within', zero: false });
  return event === undefined || withinDays === undefined ? undefined : { event, withinDays };
}

/** A text, or a list of steps, one a line. */
function readPlaybook(node: SourceNode, reading: Reading): string | undefined {
  if (node.kind !== 'list') return readText(node, reading, '"playbook"');
  if (node.items.length === 0) reading.problems.add('T010', node.span, '"playbook" is empty');
  const steps = node.items.map((item) => readText(item, reading, 'a step of "playbook"'));
  return steps.includes(undefined) || steps.length === 0 ? undefined : steps.join('\n');
}

function readMaxNew(node: SourceNode, reading: Reading): number | undefined {
  const most = readNumber(node, reading, { what: 'max_new_per_day', above: 0 });
  if (most === undefined || most < 1 || Number.isInteger(most)) return most;
  reading.problems.add(
    'V004',
    node.span,
    `max_new_per_day cannot be ${most}`,
    'a whole number of accounts, or a fraction below 1 of them',
  );
  return undefined;
}

/** Checked where they stand, so that a mistake in `defaults` is told even when no rule uses it. */
export function readDefaults(node: SourceNode, reading: Reading): ReadonlyMap<string, MapEntry> {
  const entries = readMap(node, reading, { what: '"defaults"', keys: DEFAULT_KEYS });
  if (entries === undefined) return new Map();
  readRest(new KeyReader(entries, reading));
  return entries;
}
