// The name of an account's trait that is a date, written `account.TRAIT`.
import type { Reading } from './reading.ts';
import type { SourceNode } from './source.ts';

export function readDateTrait(node: SourceNode, reading: Reading, what: string): string | undefined {
  const trait = node.kind === 'scalar' ? /^account\.(\S.*)$/.exec(node.raw)?.[1] : undefined;
  if (trait !== undefined && trait !== 'age_days') {
    reading.traitUses.add('account', trait, node.span);
    reading.traitType(trait, 'date', node.span);
    return trait;
  }
  if (node.kind !== 'invalid')
    reading.problems.add(
      'M006',
      node.span,
      `${what} needs a trait of the account that is a date`,
      'such as account.trial_ends_at; for events there are days_since_last and days_since_first',
    );
  return undefined;
}
