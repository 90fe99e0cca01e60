// One close of a local day: take new batches ▶ refresh series ▶ evaluate everyone ▶ advance signals ▶ save scores.
import type { Corrections } from '../../model/corrections.ts';
import { type Day, type EpochMicros, type EpochMillis, endOfDay } from '../../model/time.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { presentName } from '../../rules/find-rule.ts';
import { startBreaker } from '../../scoring/hold-openings.ts';
import { beginEvaluation } from '../../store/evaluation/begin-evaluation.ts';
import { countOpenings } from '../../store/evaluation/count-openings.ts';
import { pruneBatches } from '../../store/evaluation/prune-batches.ts';
import { readCandidates } from '../../store/evaluation/read-candidates.ts';
import { readCorrections } from '../../store/evaluation/read-corrections.ts';
import { readRuleAges } from '../../store/evaluation/read-rule-ages.ts';
import { readSlices } from '../../store/evaluation/read-slices.ts';
import { readVanished } from '../../store/evaluation/read-vanished.ts';
import { recordEvaluation } from '../../store/evaluation/record-evaluation.ts';
import { saveGrades } from '../../store/evaluation/save-grades.ts';
import { countResults, dropOldResults } from '../../store/evaluation/save-results.ts';
import { saveScores } from '../../store/evaluation/save-scores.ts';
import type { ChangedSignal } from '../../store/evaluation/save-transitions.ts';
import { type Advanced, type AdvancePage, advanceSignals } from './advance-signals.ts';
import { chooseDeciding } from './choose-deciding.ts';
import { chooseInput } from './choose-input.ts';
import { describeGrades } from './describe-grades.ts';
import { describeScores } from './describe-scores.ts';
import type { Evaluator } from './evaluator.ts';
import { passOverSlices } from './pass-over-slices.ts';
import { prepareValues } from './prepare-values.ts';
import { refreshChampions } from './refresh-champions.ts';
import { markSeries, refreshSeries, storedSeries } from './refresh-series.ts';
import { rememberPlans } from './remember-plans.ts';
import { timePart } from './time-part.ts';

export interface EvaluationReport {
  readonly day: Day;
  readonly tick: EpochMicros;
  readonly accounts: number;
  readonly rowsRead: number;
  readonly milliseconds: number;
  readonly transitions: number;
  readonly opened: number;
  readonly held: ReadonlyMap<string, number>;
  readonly changed: readonly ChangedSignal[];
}

const PAGE = 20_000;

export async function evaluateClose(evaluator: Evaluator, day: Day): Promise<EvaluationReport> {
  const { store, clock, timezone, ruleset } = evaluator;
  const startedAt = clock.now();
  const plan = (evaluator.plans ?? rememberPlans(timezone)).close(ruleset);
  const at = (endOfDay(day, timezone) - 1) as EpochMillis;
  const record = {
    kind: 'close' as const,
    at,
    day,
    rulesetHash: ruleset.hash,
    rules: [...plan.layout.rules.keys()],
  };
  const { tick, batches, contested } = await timePart(evaluator, ['close', 'begin'], () =>
    beginEvaluation({ ...evaluator, record }),
  );
  const corrections = await readCorrections(store);
  await timePart(evaluator, ['close', 'refresh'], () =>
    refreshSeries(evaluator, { plan, bound: tick, batches, corrections }),
  );
  const rowsRead = await timePart(evaluator, ['close', 'evaluate'], async () => {
    const slices = await readSlices(store, SLICE);
    const moment = { kind: 'close' as const, day, at, timezone, tick, corrections };
    const inputs = slices.map((slice) => chooseInput({ ...moment, slice }));
    for (const input of inputs) await refreshChampions(store, plan, input);
    await prepareValues(store, plan, inputs);
    return passOverSlices(store, plan, inputs);
  });
  const { accounts, ...advanced } = await timePart(evaluator, ['close', 'advance'], () =>
    advanceEveryone(evaluator, { plan, day, at, tick, corrections }),
  );
  const savingAt = clock.now();
  await saveScores(store, { tick, at, day, scores: describeScores(plan) });
  await saveGrades(store, { tick, at, day, grades: describeGrades(plan) });
  // Before the close is finished: from then on, a series that does not say so has missed this close's batches.
  if (batches > 0) await markSeries(evaluator, { bound: tick }, storedSeries(plan), 'ready');
  const milliseconds = Math.round((clock.now() - startedAt) / 1000);
  const finished = { ...record, tick, batches, accounts, rowsRead, milliseconds };
  await recordEvaluation(evaluator, { ...finished, phase: 'finished', applied: !contested });
  await dropOldResults(store, { tick, now: clock.now() });
  if (batches > 0) await pruneBatches(store, tick);
  evaluator.onPart?.('close', 'save', (clock.now() - savingAt) / 1_000_000);
  return { day, tick, accounts, rowsRead, milliseconds, ...advanced };
}

/** Accounts in one statement. */
const SLICE = 100_000;

interface Everyone {
  readonly plan: EvaluationPlan;
  readonly day: Day;
  readonly at: EpochMillis;
  readonly tick: EpochMicros;
  readonly corrections: Corrections;
}

async function advanceEveryone(evaluator: Evaluator, { plan, day, at, tick, corrections }: Everyone) {
  const { store, clock } = evaluator;
  const deciding = chooseDeciding(plan);
  const [accounts, ruleAges] = await Promise.all([countResults(store, tick), readRuleAges(store, day)]);
  const held = new Map<string, number>();
  const moment = { kind: 'close' as const, day, at, evaluatedAt: clock.now() };
  const common = { plan, moment, tick, ruleAges, accounts, corrections };
  const changed: ChangedSignal[] = [];
  let [transitions, opened, after] = [0, 0, ''];
  for (;;) {
    const rows = await readCandidates(store, { tick, deciding, after, limit: PAGE });
    // Counted anew for each page: another evaluator may be opening signals of the same day.
    const breaker = startBreaker(
      await countOpenings(store, day, (rule) => presentName(evaluator.ruleset, rule)),
    );
    const page = await advanceSignals(evaluator, { ...common, breaker, rows });
    transitions += page.transitions.length;
    opened += page.transitions.filter(
      ({ from, to }) => to === 'open' && (from === 'none' || from === 'pending'),
    ).length;
    changed.push(...page.changed);
    for (const [rule, count] of breaker.held()) held.set(rule, (held.get(rule) ?? 0) + count);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) break;
    after = last.account_id;
  }
  if (corrections.retractions) {
    const left = await endVanished(evaluator, common);
    transitions += left.transitions.length;
    changed.push(...left.changed);
  }
  return { accounts, transitions, opened, held, changed };
}

/** An account of which everything was taken back has no row: nobody is told of it again. */
async function endVanished(
  evaluator: Evaluator,
  page: Omit<AdvancePage, 'rows' | 'breaker'>,
): Promise<Advanced> {
  const gone = await readVanished(evaluator.store, page.tick);
  return advanceSignals(evaluator, { ...page, breaker: startBreaker(new Map()), rows: [], gone });
}
