// Why a signal is in a state that its condition alone does not explain: it waits, rests, or something holds it open.
import type { Outcome, SignalState } from '../model/signal.ts';
import type { Rule } from '../rules/rule.ts';

export interface Standing {
  readonly state: SignalState;
  /** True without a `who`. */
  readonly who: Outcome;
  readonly when: Outcome;
  readonly resolveWhen: Outcome | undefined;
  readonly kind: 'close' | 'tick';
}

type StandingRule = Pick<Rule, 'forDays' | 'keepOpenDays' | 'cooldownDays' | 'ifMissing'>;

/** A sentence without its end; undefined where the state follows from the condition as it is shown. */
export function explainStanding(rule: StandingRule, standing: Standing): string | undefined {
  const when = standing.when === 'unknown' && rule.ifMissing !== 'hold' ? rule.ifMissing : standing.when;
  const holds = standing.who === 'true' && when === 'true';
  switch (standing.state) {
    case 'none':
      return holds ? `it holds, but ${notYetOpen(standing)}` : undefined;
    case 'pending':
      return holds ? `opens once it has held for ${days(rule.forDays)}` : undefined;
    case 'resolved':
      if (!holds) return undefined;
      return rule.cooldownDays === 0
        ? 'it holds again: the next close opens it'
        : `it holds, but may open again only ${days(rule.cooldownDays)} after it was resolved (cooldown)`;
    case 'open':
    case 'recovering':
      return holds ? undefined : describeStay(rule, { ...standing, when });
  }
}

const notYetOpen = ({ kind }: Standing): string =>
  kind === 'tick'
    ? 'the close of the day decides'
    : 'did not when the day was closed: events came later, or the rule did; the next close opens it';

function describeStay(rule: StandingRule, { state, who, when, resolveWhen }: Standing): string {
  if (who === 'false') return 'the account is not meant any more: the next close resolves it';
  if (who === 'unknown') return 'stays open while it is unknown whether the account is meant';
  if (when === 'unknown') return 'stays open while values are missing (if_missing: hold)';
  if (resolveWhen !== undefined && resolveWhen !== 'true')
    return `stays open: resolve_when ${resolveWhen === 'false' ? 'does not hold' : 'is unknown'}`;
  if (state === 'recovering')
    return `resolves once it has been so for ${days(rule.keepOpenDays)} (keep_open)`;
  return 'it holds no more: the next close ends it';
}

const days = (count: number): string => (count === 1 ? '1 day' : `${count} days`);
