// Transitions written by hand, as an evaluator would have, for tests of deliveries.
import type { AccountId, EpisodeId, RuleName } from '../../src/model/ids.ts';
import type { Transition } from '../../src/model/signal.ts';
import type { Store } from '../../src/model/store.ts';
import {
  addDays,
  type Day,
  type EpochMicros,
  type EpochMillis,
  endOfDay,
  UTC,
} from '../../src/model/time.ts';
import { saveTransitions } from '../../src/store/evaluation/save-transitions.ts';

export const OPENED_ON = '2026-03-02' as Day;

/** Step n is taken at the close of the n-th day from 2 March 2026 on. */
function buildTransition(change: Partial<Transition> = {}): Transition {
  const step = change.step ?? 1;
  const day = addDays(OPENED_ON, step - 1);
  const at = endOfDay(day, UTC) as EpochMillis;
  const accountId = change.accountId ?? ('acme' as AccountId);
  return {
    accountId,
    rule: 'team_hits_2000_messages' as RuleName,
    step,
    openings: 1,
    episode: `${accountId}-1` as EpisodeId,
    from: 'none',
    to: 'open',
    at,
    day,
    since: day,
    missingSince: undefined,
    evaluatedAt: (at * 1000) as EpochMicros,
    reason: 'condition',
    severity: 'medium',
    kind: 'pql',
    sentence: `${accountId} has sent 2,000 messages`,
    evidence: { leaves: [], scores: {}, traits: {} },
    held: false,
    silent: false,
    ruleHash: 'r',
    rulesetHash: 's',
    ...change,
  };
}

let writers = 0;

const write = (store: Store, changes: readonly Partial<Transition>[], past: boolean): Promise<void> =>
  saveTransitions(store, {
    transitions: changes.map(buildTransition),
    tick: 1 as EpochMicros,
    writer: String(++writers),
    past,
  });

export const writeTransitions = (store: Store, ...changes: readonly Partial<Transition>[]): Promise<void> =>
  write(store, changes, false);

/** As `tidemark evaluate` would. */
export const writePastTransitions = (
  store: Store,
  ...changes: readonly Partial<Transition>[]
): Promise<void> => write(store, changes, true);
