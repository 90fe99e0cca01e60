import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JoinedIds, namePersons } from '../../../src/model/name-persons.ts';

const join = (userId: string, previousId: string): JoinedIds => ({ userId, previousId });

describe('namePersons', () => {
  it('goes by the id that is never a previous one, through any number of others', () => {
    const persons = namePersons([join('b', 'a'), join('c', 'b')]);
    expect([...persons].sort()).toEqual([
      ['a', 'c'],
      ['b', 'c'],
      ['c', 'c'],
    ]);
  });

  it('goes by the smallest where several are never previous, and where all are', () => {
    expect(namePersons([join('y', 'a'), join('x', 'a')]).get('y')).toBe('x');
    expect(namePersons([join('a', 'b'), join('b', 'c'), join('c', 'a')]).get('c')).toBe('a');
  });

  it('compares as UTF-8 does', () => {
    const [late, early] = ['\u{1f600}', '\uffee'];
    expect(namePersons([join(late, 'z'), join(early, 'z')]).get('z')).toBe(early);
    expect(namePersons([join('ab', 'z'), join('a', 'z')]).get('z')).toBe('a');
  });

  it('says the same in any order, and of aliases that come twice', () => {
    const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const aliases = fc.array(fc.record({ userId: ids, previousId: ids }), { maxLength: 8 });
    const shuffled = aliases.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 })),
    );
    fc.assert(
      fc.property(shuffled, ([all, again]) => {
        expect(new Map([...namePersons(again)].sort())).toEqual(new Map([...namePersons(all)].sort()));
      }),
    );
  });

  it('joins ids that are not named together, and no others', () => {
    const persons = namePersons([join('a', 'b'), join('c', 'd'), join('e', 'b')]);
    expect(persons.get('a')).toBe(persons.get('e'));
    expect(persons.get('a')).not.toBe(persons.get('c'));
    expect(persons.get('x')).toBeUndefined();
  });
});
