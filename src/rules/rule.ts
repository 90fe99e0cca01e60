// A rule: who it is about, what opens and ends its signal, and who hears of it.

import type { RuleName } from '../model/ids.ts';
import type { SourcePosition } from '../model/problem.ts';
import type { Severity, SignalState } from '../model/signal.ts';
import type { Condition } from './condition.ts';
import type { SayPart } from './say.ts';

export interface Notify {
  readonly sink: string;
  /** Only these states are sent; undefined sends all. */
  readonly states: readonly SignalState[] | undefined;
  /** A new notice after so many days while open; undefined for none. */
  readonly repeatDays: number | undefined;
}

export interface Rule {
  readonly name: RuleName;
  readonly was: RuleName | undefined;
  /** What it was called before `was`, newest first: only rulesets of former times can tell. */
  readonly wasBefore?: readonly RuleName[];
  readonly kind: string;
  readonly who: Condition | undefined;
  readonly when: Condition;
  readonly resolveWhen: Condition | undefined;
  readonly forDays: number;
  readonly keepOpenDays: number;
  readonly cooldownDays: number;
  /** Most severe first; medium when none is true. */
  readonly severity: readonly { readonly severity: Severity; readonly when: Condition }[];
  /** Undefined: a sentence made from the condition. */
  readonly say: readonly SayPart[] | undefined;
  /** Undefined: the route of its kind. */
  readonly notify: readonly Notify[] | undefined;
  readonly muteIf: Condition | undefined;
  readonly ifMissing: 'hold' | 'false' | 'true';
  readonly stage: 'live' | 'shadow' | 'draft';
  readonly outcome: { readonly event: string; readonly withinDays: number } | undefined;
  readonly owner: string | undefined;
  readonly playbook: string | undefined;
  readonly note: string | undefined;
  readonly onCreate: 'baseline' | 'notify';
  /** Undefined: the larger of 50 and 0.02 of the accounts. A fraction is below 1. */
  readonly maxNewPerDay: number | undefined;
  readonly position: SourcePosition;
  /** Hash of what decides: who, when, resolve_when, for, keep_open, if_missing and all metrics behind them. */
  readonly conditionHash: string;
}
