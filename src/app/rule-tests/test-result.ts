// What came of the tests of a run.
import type { SourcePosition } from '../../model/problem.ts';
import type { Evidence, ScoreEvidence, SignalState, TransitionReason } from '../../model/signal.ts';
import type { Day } from '../../model/time.ts';
import type { RuleTest } from '../../rules/test-file/rule-test.ts';

export interface TestResult {
  readonly test: RuleTest;
  /** Empty when it passed. */
  readonly failures: readonly CheckFailure[];
  /** Of this test alone: events and evaluation are shared by all. */
  readonly milliseconds: number;
}

/** Ids in it are those of the test file. */
export interface CheckFailure {
  readonly position: SourcePosition;
  readonly day: Day;
  readonly account: string;
  /** What was expected of: a rule, `RULE severity`, a metric. */
  readonly what: string;
  readonly expected: string;
  readonly got: string;
  /** Of the rule at the close of `leavesDay`; empty where nothing was evaluated. */
  readonly leaves: Evidence['leaves'];
  /** The expected day; for `because` and `say` that of the signal's latest transition. */
  readonly leavesDay: Day;
  /** Of the rule in the test up to that close. */
  readonly history: readonly HistoryStep[];
  /** The parts of a score that was expected. */
  readonly score: ScoreEvidence | undefined;
}

interface HistoryStep {
  readonly day: Day;
  readonly from: SignalState;
  readonly to: SignalState;
  readonly reason: TransitionReason;
}

export interface RunReport {
  readonly results: readonly TestResult[];
  /** Names of the test files, those without a test too. */
  readonly files: number;
  /** Of the whole run, its engine's start included. */
  readonly milliseconds: number;
}
