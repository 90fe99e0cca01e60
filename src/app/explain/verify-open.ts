// Computes the evidence of every open signal again: an audit of what people were told.
import type { Clock } from '../../model/clock.ts';
import type { Store } from '../../model/store.ts';
import type { TimeZone } from '../../model/time.ts';
import { countOpenSignals } from '../../store/read/count-open-signals.ts';
import { type DecidedTransition, readOpenEpisodes } from '../../store/read/read-decided-transitions.ts';
import { loadAppliedRules } from '../apply-rules.ts';
import { noSuchRule } from './explain-error.ts';
import type { VerifiedStep } from './explanation.ts';
import { verifyTransitions } from './verify-transitions.ts';

export interface VerifiedSignal {
  readonly account: string;
  readonly rule: string;
  readonly steps: readonly VerifiedStep[];
}

export interface VerifyOpen {
  readonly store: Store;
  readonly clock: Clock;
  readonly timezone: TimeZone;
  /** Undefined: of every rule. */
  readonly rule: string | undefined;
  /** Accounts at once. */
  readonly page?: number;
  /** Told of open signals. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** Accounts whose evidence is held at once: as many as the statements of an evaluation take in a few pieces. */
const PAGE = 2_000;

/** Page by page of accounts, in their order. @throws ExplainError for a rule that there is not. */
export async function verifyOpen({
  store,
  clock,
  timezone,
  rule,
  page = PAGE,
  onProgress = () => undefined,
}: VerifyOpen): Promise<readonly VerifiedSignal[]> {
  const signals: VerifiedSignal[] = [];
  const total = await countOpenSignals(store, rule);
  if (rule !== undefined && total === 0) await findRuleOf(store, rule);
  for (let after = ''; ; ) {
    const transitions = await readOpenEpisodes(store, { after, accounts: page, rule });
    const last = transitions.at(-1);
    if (last === undefined) return signals;
    const ofPage = new Set(transitions.map((one) => JSON.stringify([one.accountId, one.rule]))).size;
    const onShare = (share: number) =>
      onProgress({ done: Math.floor(signals.length + share * ofPage), total });
    const steps = await verifyTransitions({ store, timezone, tick: clock.now(), onShare }, transitions);
    signals.push(...groupBySignal(transitions, steps));
    after = last.accountId;
  }
}

/** Nothing is open of a rule whose name was mistyped either. */
async function findRuleOf(store: Store, rule: string): Promise<void> {
  const rules = (await loadAppliedRules(store))?.rules;
  if (rules !== undefined && !rules.has(rule)) throw noSuchRule(rule, [...rules.keys()]);
}

function groupBySignal(
  transitions: readonly DecidedTransition[],
  steps: readonly VerifiedStep[],
): readonly VerifiedSignal[] {
  const signals = new Map<string, VerifiedSignal & { readonly steps: VerifiedStep[] }>();
  for (const [index, transition] of transitions.entries()) {
    const step = steps[index];
    if (step === undefined) continue;
    const key = JSON.stringify([transition.accountId, transition.rule]);
    const known = signals.get(key) ?? { account: transition.accountId, rule: transition.rule, steps: [] };
    known.steps.push(step);
    signals.set(key, known);
  }
  return [...signals.values()];
}
