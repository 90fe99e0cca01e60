// Why a user stands out, in words.
import { expect, it } from 'vitest';
import { describePerson, type PersonFacts } from '../../../src/scoring/describe-person.ts';

const facts = (change: Partial<PersonFacts> = {}): PersonFacts => ({
  activeDays: 0,
  used: 0,
  names: 6,
  invitations: 0,
  role: null,
  roleCounts: false,
  idleDays: 0,
  ...change,
});

it.each<[string, Partial<PersonFacts>, readonly string[]]>([
  [
    'everything that gives points',
    { activeDays: 20, used: 5, invitations: 3, role: 'Admin', roleCounts: true },
    ['active on 20 of 28 days', 'uses 5 of 6 features', 'admin', 'sent 3 invitations'],
  ],
  ['one invitation', { invitations: 1 }, ['sent 1 invitation']],
  ['no role that does not count', { activeDays: 1, role: 'guest' }, ['active on 1 of 28 days']],
  ['no silence of six days', { activeDays: 1, idleDays: 6 }, ['active on 1 of 28 days']],
  ['a silence of a week', { activeDays: 1, idleDays: 7 }, ['active on 1 of 28 days', 'silent for 7 days']],
  ['only the silence, where nothing gives points', { idleDays: 40 }, ['silent for 40 days']],
  ['an owner who never came', { role: 'owner', roleCounts: true, idleDays: null }, ['owner', 'never active']],
])('tells %s', (_, change, expected) => {
  expect(describePerson(facts(change))).toEqual(expected);
});
