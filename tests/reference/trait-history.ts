// Traits of accounts and users over time: the value in force at an instant is the latest by (valid_from, message_id).
import type { Corrections } from './corrections.ts';
import type { Envelope, Plain } from './plain.ts';

interface TraitValue {
  readonly at: number;
  readonly id: string;
  /** Text as people see it: strings as they are, other JSON as it stands; null when taken away. */
  readonly text: string | null;
}

/** By owner and trait; values sorted, oldest first. */
export type TraitHistory = ReadonlyMap<string, ReadonlyMap<string, readonly TraitValue[]>>;

export const textOf = (value: Plain | undefined): string | null =>
  value === undefined || value === null ? null : typeof value === 'string' ? value : JSON.stringify(value);

/** Of one (owner, trait, time, message) the first received counts. */
export function traitHistory(
  envelopes: readonly Envelope[],
  of: 'account' | 'user',
  corrections: Corrections,
): TraitHistory {
  const history = new Map<string, Map<string, TraitValue[]>>();
  for (const envelope of envelopes) {
    const owner = ownerOf(envelope, of, corrections);
    if (owner === undefined) continue;
    const at = Date.parse(envelope.timestamp);
    const traits = history.get(owner) ?? new Map<string, TraitValue[]>();
    history.set(owner, traits);
    for (const [trait, value] of Object.entries(traitsOf(envelope))) {
      const values = traits.get(trait) ?? [];
      traits.set(trait, values);
      if (values.some((known) => known.at === at && known.id === envelope.id)) continue;
      values.push({ at, id: envelope.id, text: textOf(value) });
    }
  }
  for (const traits of history.values()) for (const values of traits.values()) values.sort(byTime);
  return history;
}

/** Undefined where the envelope says nothing of such an owner, or nothing any more. */
function ownerOf(
  envelope: Envelope,
  of: 'account' | 'user',
  { personOf, isStatementTakenBack }: Corrections,
): string | undefined {
  const { type, account_id = '', user_id = '' } = envelope;
  if (of === 'user') return type === 'identify' ? personOf(user_id) : undefined;
  return type === 'group' && !isStatementTakenBack(envelope, 'traits') ? account_id : undefined;
}

/** A group call that says nothing still says that the account exists: its own id is kept as a trait. */
function traitsOf({ type, traits = {}, user_id, account_id = '' }: Envelope) {
  const bare = type === 'group' && user_id === undefined && Object.keys(traits).length === 0;
  return bare ? { id: account_id } : traits;
}

const byTime = (a: TraitValue, b: TraitValue): number => a.at - b.at || (a.id < b.id ? -1 : 1);

export interface TraitChange {
  readonly at: number;
  readonly id: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** The first value ever is no change (missing is no value); taking a value away and giving one again are. */
export function traitChanges(history: TraitHistory, owner: string, trait: string): readonly TraitChange[] {
  const values = history.get(owner)?.get(trait) ?? [];
  return values.flatMap(({ at, id, text }, index) => {
    const before = values[index - 1];
    const had = values.slice(0, index).some((earlier) => earlier.text !== null);
    return before === undefined || !had || before.text === text
      ? []
      : [{ at, id, from: before.text, to: text }];
  });
}
