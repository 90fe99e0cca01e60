// Computes the evidence of every open signal again: an audit of what people were told.
import type { Clock } from '../../model/clock.ts';
import type { Store } from '../../model/store.ts';
import type { TimeZone } from '../../model/time.ts';
import { findRule, presentName } from '../../rules/find-rule.ts';
import { namesOfRule } from '../../rules/names-of-rule.ts';
import type { Ruleset } from '../../rules/ruleset.ts';
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
  /** By a name that it has or had; undefined: of every rule. */
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
  const ruleset = await loadAppliedRules(store);
  const rules = rule === undefined ? undefined : namesLike(ruleset, rule);
  const total = await countOpenSignals(store, rules);
  if (rule !== undefined && total === 0) checkRule(ruleset, rule);
  for (let after = ''; ; ) {
    const transitions = await readOpenEpisodes(store, { after, accounts: page, rules });
    const last = transitions.at(-1);
    if (last === undefined) return signals;
    const ofPage = new Set(transitions.map(keyOf)).size;
    const onShare = (share: number) =>
      onProgress({ done: Math.floor(signals.length + share * ofPage), total });
    const steps = await verifyTransitions({ store, timezone, tick: clock.now(), onShare }, transitions);
    signals.push(...groupBySignal(ruleset, transitions, steps));
    after = last.accountId;
  }
}

/** All that the rule is or was called; also one that is gone may have signals open until the next close. */
function namesLike(ruleset: Ruleset | undefined, name: string): readonly string[] {
  const rule = findRule(ruleset, name);
  return rule === undefined ? [name] : namesOfRule(rule);
}

/** Nothing is open of a rule whose name was mistyped either. */
function checkRule(ruleset: Ruleset | undefined, name: string): void {
  if (ruleset !== undefined && findRule(ruleset, name) === undefined)
    throw noSuchRule(name, [...ruleset.rules.keys()]);
}

const keyOf = ({ accountId, episode }: DecidedTransition): string => JSON.stringify([accountId, episode]);

/** In the order of steps: the last one is of the name that the signal stands under. */
function groupBySignal(
  ruleset: Ruleset | undefined,
  transitions: readonly DecidedTransition[],
  steps: readonly VerifiedStep[],
): readonly VerifiedSignal[] {
  const signals = new Map<string, VerifiedSignal>();
  for (const [index, transition] of transitions.entries()) {
    const step = steps[index];
    if (step === undefined) continue;
    const key = keyOf(transition);
    const rule = presentName(ruleset, transition.rule);
    const before = signals.get(key)?.steps ?? [];
    signals.set(key, { account: transition.accountId, rule, steps: [...before, step] });
  }
  return [...signals.values()];
}
