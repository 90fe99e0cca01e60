// What a test expected against what came of it: each difference with the evidence and the history of its signal.
import type { AccountId, SinkName } from '../../model/ids.ts';
import type { SourcePosition } from '../../model/problem.ts';
import type { Evidence, Outcome, ScoreEvidence, Transition } from '../../model/signal.ts';
import { type Day, dayNumber } from '../../model/time.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import type {
  Check,
  Expectation,
  RuleTest,
  SegmentCheck,
  SignalCheck,
  ValueCheck,
  Wanted,
} from '../../rules/test-file/rule-test.ts';
import { buildEvidence, type ResultArrays, readValue } from '../../scoring/read-facts.ts';
import { writeSentence } from '../../scoring/write-sentence.ts';
import type { CloseRows } from './evaluate-closes.ts';
import { holdsTests, type TestedValue } from './holds-test.ts';
import { notifySinks } from './notify-sinks.ts';
import { segmentRule, type ValuePlace } from './plan-strata.ts';
import { testPrefix, withoutPrefix } from './test-prefix.ts';
import type { CheckFailure } from './test-result.ts';

/** What one stratum came to. */
export interface DecidedStratum {
  readonly plan: EvaluationPlan;
  readonly rows: CloseRows;
}

export interface CompareTest {
  readonly test: RuleTest;
  /** In the prefix of its ids. */
  readonly number: number;
  readonly strata: readonly DecidedStratum[];
  readonly transitions: readonly Transition[];
  readonly values: ReadonlyMap<string, ValuePlace>;
  readonly routes: ReadonlyMap<string, readonly SinkName[]>;
}

export function compareTest(options: CompareTest): readonly CheckFailure[] {
  return options.test.expectations.flatMap((expectation) =>
    expectation.checks.flatMap((check) => compareCheck(options, expectation, check)),
  );
}

function compareCheck(options: CompareTest, expectation: Expectation, check: Check): readonly CheckFailure[] {
  const place = new ComparedPlace(options, expectation);
  switch (check.kind) {
    case 'signal':
      return compareSignal(place, check);
    case 'value':
      return compareValue(place, check);
    case 'segment':
      return compareSegment(place, check);
  }
}

/** One account at one close of a test. */
class ComparedPlace {
  readonly options: CompareTest;
  readonly day: Day;
  readonly account: string;
  readonly accountId: AccountId;
  readonly prefix: string;

  constructor(options: CompareTest, { day, account }: Expectation) {
    this.options = options;
    this.day = day;
    this.account = account;
    this.prefix = testPrefix(options.number);
    this.accountId = `${this.prefix}${account}` as AccountId;
  }

  /** The stratum that decides a rule, with the account's row; no row before the account was there. */
  rowOf(rule: string): { readonly plan: EvaluationPlan; readonly row: ResultArrays | undefined } | undefined {
    const stratum = this.options.strata.find(({ plan }) => plan.layout.rules.has(rule));
    if (stratum === undefined) return undefined;
    const row = stratum.rows.get(this.accountId)?.get(dayNumber(this.day));
    return { plan: stratum.plan, row };
  }

  transitionsOf(rule: string): readonly Transition[] {
    return this.options.transitions.filter(
      (transition) => transition.rule === rule && transition.accountId === this.accountId,
    );
  }

  own<Value extends TestedValue>(value: Value): Value | string {
    return typeof value === 'string' ? withoutPrefix(value, this.prefix) : value;
  }

  holds(value: TestedValue, { tests }: Wanted): boolean {
    return holdsTests(this.own(value), tests, this.options.test.timezone);
  }

  fail(
    what: string,
    { position, expected, got }: { position: SourcePosition; expected: string; got: string },
    context: Partial<Pick<CheckFailure, 'leaves' | 'history' | 'score'>> = {},
  ): CheckFailure {
    const { day, account } = this;
    const shown = { position, day, account, what, expected, got: withoutPrefix(got, this.prefix) };
    return { ...shown, leaves: [], leavesDay: day, history: [], score: undefined, ...context };
  }
}

function compareSignal(place: ComparedPlace, check: SignalCheck): readonly CheckFailure[] {
  const { rule, position } = check;
  const all = place.transitionsOf(rule);
  const past = all.filter(({ day }) => day <= place.day);
  const latest = past.at(-1);
  const today = evidenceOf(place, rule);
  const history = past.map(({ day, from, to, reason }) => ({ day, from, to, reason }));
  const context = { leaves: ownLeaves(place, today?.evidence), history };
  const told = latest ?? today;
  const toldContext = {
    leaves: ownLeaves(place, told?.evidence),
    leavesDay: latest?.day ?? place.day,
    history,
  };
  const differ = (what: string, expected: string | undefined, got: string): readonly CheckFailure[] =>
    expected === undefined || expected === got
      ? []
      : [place.fail(what, { position, expected, got: today === undefined ? NOT_THERE : got }, context)];
  const notified = check.notified === undefined ? undefined : notifiedAt(place, rule, all);
  return [
    ...differ(rule, check.state, latest?.to ?? 'none'),
    ...differ(`${rule} severity`, check.severity, latest?.severity ?? 'none, it never opened'),
    ...compareTold(place, check, told).map((failure) => ({ ...failure, ...toldContext })),
    ...differ(`${rule} notified`, check.notified && listed(check.notified), listed(notified ?? [])),
  ];
}

const NOT_THERE = 'nothing, the account is not there yet';

/** Evidence and sentence of the signal's latest transition; of this close where it never moved. */
function compareTold(
  place: ComparedPlace,
  { rule, because, say }: SignalCheck,
  told: { readonly evidence: Evidence; readonly sentence: string } | undefined,
): readonly CheckFailure[] {
  const failures = because.flatMap((wanted) => {
    const value = told?.evidence.leaves.find(({ subject }) => subject === wanted.subject)?.value ?? null;
    const details = { position: wanted.position, expected: wanted.text, got: formatGot(value) };
    return place.holds(value, wanted) ? [] : [place.fail(`${rule} because ${wanted.subject}`, details)];
  });
  const sentence = told?.sentence ?? null;
  if (say === undefined || place.holds(sentence, say)) return failures;
  const details = { position: say.position, expected: say.text, got: sentence ?? NOT_THERE };
  return [...failures, place.fail(`${rule} say`, details)];
}

/** In one order, since nobody minds it. */
const listed = (sinks: readonly string[]): string =>
  sinks.length === 0 ? 'nobody' : [...sinks].sort().join(', ');

function notifiedAt(place: ComparedPlace, name: string, transitions: readonly Transition[]) {
  const { test, routes } = place.options;
  const rule = place.rowOf(name)?.plan.ruleset.rules.get(name);
  if (rule === undefined) return [];
  const told = notifySinks({ rule, transitions, routes, timezone: test.timezone, to: place.day });
  return told.get(place.day) ?? [];
}

/** Of the rule at this close; undefined before the account was there. */
function evidenceOf(place: ComparedPlace, name: string) {
  const { plan, row } = place.rowOf(name) ?? {};
  const layout = plan?.layout.rules.get(name);
  const rule = plan?.ruleset.rules.get(name);
  if (plan === undefined || row === undefined || layout === undefined || rule === undefined) return undefined;
  return {
    evidence: buildEvidence(plan, row, layout),
    sentence: writeSentence(plan, { rule, accountId: place.accountId, row }),
  };
}

const ownLeaves = (place: ComparedPlace, evidence: Evidence | undefined): Evidence['leaves'] =>
  (evidence?.leaves ?? []).map((leaf) => ({ ...leaf, value: place.own(leaf.value) }));

function compareValue(place: ComparedPlace, check: ValueCheck): readonly CheckFailure[] {
  const { rule = '', leaf = 0 } = place.options.values.get(check.subject) ?? {};
  const { plan, row } = place.rowOf(rule) ?? {};
  const slot = plan?.layout.rules.get(rule)?.leaves[leaf]?.value;
  const value = row === undefined || slot === undefined ? null : readValue(row, slot);
  if (place.holds(value, check)) return [];
  const got = row === undefined ? NOT_THERE : formatGot(place.own(value));
  const details = { position: check.position, expected: check.text, got };
  return [place.fail(check.subject, details, { score: scoreOf(place, rule, check) })];
}

const formatGot = (value: TestedValue): string => (value === null ? 'missing' : String(value));

function scoreOf(place: ComparedPlace, rule: string, { of }: ValueCheck): ScoreEvidence | undefined {
  if (of.kind !== 'score' && of.kind !== 'band') return undefined;
  return evidenceOf(place, rule)?.evidence.scores[of.name];
}

function compareSegment(place: ComparedPlace, check: SegmentCheck): readonly CheckFailure[] {
  const name = segmentRule(check.segment);
  const { plan, row } = place.rowOf(name) ?? {};
  const layout = plan?.layout.rules.get(name);
  const got: Outcome = (layout && row?.outcomes[layout.when]) ?? 'unknown';
  if (got === check.outcome) return [];
  const leaves = ownLeaves(place, evidenceOf(place, name)?.evidence);
  const details = { position: check.position, expected: check.outcome, got };
  return [place.fail(`segment.${check.segment}`, details, { leaves })];
}
