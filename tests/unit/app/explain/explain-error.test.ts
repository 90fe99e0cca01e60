import { describe, expect, it } from 'vitest';
import { noSuchRule } from '../../../../src/app/explain/explain-error.ts';

const NAMES = ['busy', 'champion_silent_14_days', 'usage_drops'];

describe('a rule that there is not', () => {
  it.each([
    ['bussy', 'did you mean "busy"?'],
    ['champion_silnt', 'did you mean "champion_silent_14_days"?'],
    ['usage', 'did you mean "usage_drops"?'],
    ['nonsense', 'there are: busy, champion_silent_14_days, usage_drops'],
  ])('is told with what %s may mean', (name, instead) => {
    expect(noSuchRule(name, NAMES).message).toBe(`no rule is called "${name}"; ${instead}`);
  });
});
