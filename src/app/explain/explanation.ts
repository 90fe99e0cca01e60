// What explain says of an account: for each rule why, or why not.
import type { Champion, Evidence, SignalState, TransitionReason } from '../../model/signal.ts';
import type { Day, EpochMillis } from '../../model/time.ts';
import type { EvidenceDifference } from '../../scoring/compare-evidence.ts';
import type { ExplainedLeaf, ExplainedNode } from '../../scoring/explain-condition.ts';

export interface Explanation {
  readonly account: string;
  readonly name: string | null;
  readonly at: EpochMillis;
  readonly day: Day;
  /** `close`: the day counts whole; `tick`: it is partly to come. */
  readonly kind: 'close' | 'tick';
  readonly timezone: string;
  readonly rules: readonly ExplainedRule[];
  readonly scores: Evidence['scores'];
  /** As of the last close; null while nobody stands out. */
  readonly champion: Champion | null;
}

export interface ExplainedRule {
  readonly rule: string;
  readonly kind: string;
  readonly stage: string;
  readonly state: SignalState;
  /** The latest transition, undefined where there never was one. */
  readonly since: Day | undefined;
  readonly severity: string | undefined;
  /** Of that transition, as are the values in it. */
  readonly sentence: string | undefined;
  /** Day of that transition. */
  readonly told: Day | undefined;
  readonly reason: TransitionReason | undefined;
  readonly held: boolean;
  readonly silent: boolean;
  readonly who: ExplainedNode | undefined;
  readonly when: ExplainedNode;
  readonly resolveWhen: ExplainedNode | undefined;
  /** Why the state is another than the condition says; undefined where it is not. */
  readonly standing: string | undefined;
  /** What keeps it from being true; undefined when it is. */
  readonly furthest: ExplainedLeaf | undefined;
  readonly verified: readonly VerifiedStep[] | undefined;
}

export interface VerifiedStep {
  readonly step: number;
  readonly day: Day;
  readonly outcome: 'reproduced' | 'different' | 'not_checked';
  readonly differences: readonly EvidenceDifference[];
  /** What was not compared: it rests on ranks among peers that are not kept any more, or is a tick's champion. */
  readonly unchecked: readonly string[];
  /** Why nothing could be checked. */
  readonly note: string | undefined;
}
