// One entry under `expect`: a day, an account, and what must hold of them at that day's close.
import type { Outcome } from '../../model/signal.ts';
import { readScalar } from '../read/read-scalar.ts';
import { isNumeric, readSubject } from '../read/read-subject.ts';
import type { Reading } from '../read/reading.ts';
import { type MapEntry, type MapNode, positionOf, type SourceNode, type Span } from '../read/source.ts';
import { nearestName } from '../read/suggest-name.ts';
import type { ExpectationPlace } from './expectation-place.ts';
import { readDay } from './read-moment.ts';
import { readSignalCheck } from './read-signal-check.ts';
import { readWanted } from './read-wanted.ts';
import type { Check, Expectation, ValueCheck } from './rule-test.ts';

const OWN_KEYS = ['day', 'account', 'champion'];

/** Undefined after a problem was reported. */
export function readExpectation(node: SourceNode, place: ExpectationPlace): Expectation | undefined {
  const { reading } = place;
  if (node.kind !== 'map') {
    if (node.kind !== 'invalid')
      reading.problems.add('T011', node.span, 'an expectation must be a map', EXPECTATION_HINT);
    return undefined;
  }
  const own = new Map(node.entries.map((entry) => [entry.key, entry]));
  const day = readExpectedDay(own.get('day'), node, reading);
  const account = readExpectedAccount(own.get('account'), node, place);
  const checks = node.entries
    .filter(({ key }) => key !== 'day' && key !== 'account')
    .map((entry) => readCheck(entry, place));
  if (checks.length === 0) reading.problems.add('X005', node.span, 'this expects nothing', EXPECTATION_HINT);
  const read = checks.filter((check) => check !== undefined);
  if (day === undefined || account === undefined || read.length < checks.length) return undefined;
  return { day, account, checks: read };
}

const EXPECTATION_HINT = 'such as {day: 2025-06-20, account: acme, RULE: open, METRIC: {gte: 50}}';

function readExpectedDay(entry: MapEntry | undefined, node: MapNode, reading: Reading) {
  if (entry === undefined) {
    reading.problems.add('T013', node.span, 'an expectation needs the key "day"', EXPECTATION_HINT);
    return undefined;
  }
  return readDay(entry.value, reading, '"day"');
}

function readExpectedAccount(entry: MapEntry | undefined, node: MapNode, place: ExpectationPlace) {
  const { reading, accounts } = place;
  if (accounts === undefined) return undefined;
  const [only] = accounts;
  if (entry === undefined) {
    if (accounts.length === 1) return only;
    const names = accounts.slice(0, 5).join(', ');
    reading.problems.add(
      'X004',
      node.span,
      accounts.length === 0 ? 'the test has no account' : 'the test has several accounts',
      accounts.length === 0 ? 'write accounts: {acme: {plan: free}}' : `write account: one of ${names}`,
    );
    return undefined;
  }
  const account = readScalar(entry.value, reading, '"account"')?.raw;
  if (account === undefined || accounts.includes(account)) return account;
  reportAccount(account, entry.value.span, { reading, accounts });
  return undefined;
}

export function reportAccount(
  account: string,
  span: Span,
  { reading, accounts }: { readonly reading: Reading; readonly accounts: readonly string[] },
): void {
  const near = nearestName(account, accounts);
  const hint = near === undefined ? `list it: accounts: {${account}: {}}` : `did you mean "${near}"?`;
  reading.problems.add('X004', span, `the test has no account "${account}"`, hint);
}

function readCheck(entry: MapEntry, place: ExpectationPlace): Check | undefined {
  const { reading, ruleset } = place;
  const { key, keySpan, value } = entry;
  if (ruleset.rules.has(key)) return readSignalCheck(entry, place);
  if (key === 'champion') return readValue({ key: 'champion.user_id', keySpan, value }, reading);
  if (key.startsWith('segment.')) return readSegment(entry, reading);
  if (key.startsWith('signal.')) {
    const name = key.slice('signal.'.length);
    const hint = ruleset.rules.has(name) ? `write ${name}: open` : undefined;
    reading.problems.add('X006', keySpan, 'a signal is expected by the name of its rule', hint);
    return undefined;
  }
  if (!key.includes('.') && !ruleset.metrics.has(key)) {
    reportUnknown(entry, place);
    return undefined;
  }
  return readValue(entry, reading);
}

function reportUnknown({ key, keySpan }: MapEntry, { reading, ruleset }: ExpectationPlace): void {
  const segment = ruleset.segments.has(key) ? `segment.${key}` : undefined;
  const score = ruleset.scores.has(key) ? `score.${key}` : undefined;
  const names = [...OWN_KEYS, ...ruleset.rules.keys(), ...ruleset.metrics.keys()];
  const near = segment ?? score ?? nearestName(key, names);
  reading.problems.add(
    'X006',
    keySpan,
    `no rule and no metric is called "${key}"`,
    near === undefined
      ? 'expected are RULE, METRIC, score.X, band.X, grade.X, segment.X, account.TRAIT, champion'
      : `did you mean "${near}"?`,
  );
}

function readSegment({ key, keySpan, value }: MapEntry, reading: Reading): Check | undefined {
  const segment = key.slice('segment.'.length);
  if (!reading.use('segments', segment, keySpan)) return undefined;
  const raw = readScalar(value, reading, `"${key}"`)?.raw;
  if (raw === undefined) return undefined;
  if (raw === 'true' || raw === 'false' || raw === 'unknown')
    return { kind: 'segment', segment, outcome: raw satisfies Outcome, position: positionOf(keySpan) };
  reading.problems.add('T014', value.span, `"${key}" cannot be "${raw}"`, 'one of: true, false, unknown');
  return undefined;
}

function readValue(entry: MapEntry, reading: Reading): ValueCheck | undefined {
  const of = readSubject(entry.key, entry.keySpan, reading);
  if (of === undefined) return undefined;
  const what = `"${entry.key}"`;
  const wanted = readWanted(entry, reading, { what, type: isNumeric(of) ? 'number' : 'any' });
  return wanted === undefined ? undefined : { kind: 'value', of, subject: entry.key, ...wanted };
}
