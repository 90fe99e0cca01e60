// Lets held things through, by a person's word: the signals of a rule, or a close.
import type { Clock } from '../model/clock.ts';
import type { Store } from '../model/store.ts';
import type { Day } from '../model/time.ts';
import { suggestName } from '../rules/read/suggest-name.ts';
import { recordRelease } from '../store/delivery/record-release.ts';
import { loadAppliedRules } from './apply-rules.ts';

interface ReleaseParts {
  readonly store: Store;
  readonly clock: Clock;
}

export type Released = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** Only for what is held now: what opens and is held later needs another release. */
export async function releaseRule({ store, clock }: ReleaseParts, rule: string): Promise<Released> {
  const rules = [...((await loadAppliedRules(store))?.rules.keys() ?? [])];
  if (!rules.some((name) => name === rule)) {
    const hint =
      suggestName(rule, rules) ??
      (rules.length === 0 ? 'no rules are applied' : `there are ${rules.join(', ')}`);
    return { ok: false, message: `there is no rule "${rule}" in force: ${hint}` };
  }
  await recordRelease(store, { kind: 'rule', subject: rule, at: clock.now() });
  return { ok: true };
}

export const releaseClose = ({ store, clock }: ReleaseParts, day: Day): Promise<void> =>
  recordRelease(store, { kind: 'close', subject: day, at: clock.now() });
