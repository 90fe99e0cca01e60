import { describe, expect, it } from 'vitest';
import { explainStanding, type Standing } from '../../../src/scoring/explain-standing.ts';

const explain = (
  standing: Partial<Standing>,
  rule: Partial<Parameters<typeof explainStanding>[0]> = {},
): string | undefined =>
  explainStanding(
    { forDays: 0, keepOpenDays: 0, cooldownDays: 0, ifMissing: 'hold', ...rule },
    { state: 'none', who: 'true', when: 'true', resolveWhen: undefined, kind: 'close', ...standing },
  );

describe('why a signal stands where it does', () => {
  it('is plain where the state follows from the condition', () => {
    expect(explain({ state: 'open' })).toBeUndefined();
    expect(explain({ when: 'false' })).toBeUndefined();
    expect(explain({ state: 'resolved', when: 'unknown' })).toBeUndefined();
    expect(explain({ who: 'false' })).toBeUndefined();
  });

  it.each([
    [{ state: 'resolved' }, { cooldownDays: 90 }, 'only 90 days after it was resolved (cooldown)'],
    [{ state: 'resolved' }, {}, 'the next close opens it'],
    [{ state: 'pending' }, { forDays: 1 }, 'opens once it has held for 1 day'],
    [{ kind: 'tick' }, {}, 'it holds, but the close of the day decides'],
    [{}, {}, 'did not when the day was closed'],
    [{ when: 'unknown' }, { ifMissing: 'true' }, 'it holds, but'],
  ] as const)('tells why what holds is not open: %o', (standing, rule, told) => {
    expect(explain(standing, rule)).toContain(told);
  });

  it.each([
    [{ who: 'false' }, {}, 'not meant any more'],
    [{ who: 'unknown' }, {}, 'unknown whether the account is meant'],
    [{ when: 'unknown' }, {}, 'while values are missing (if_missing: hold)'],
    [{ when: 'unknown' }, { ifMissing: 'false' }, 'the next close ends it'],
    [{ when: 'false', resolveWhen: 'false' }, {}, 'stays open: resolve_when does not hold'],
    [{ when: 'false', resolveWhen: 'unknown' }, {}, 'stays open: resolve_when is unknown'],
    [{ when: 'false', state: 'recovering' }, { keepOpenDays: 3 }, 'so for 3 days (keep_open)'],
    [{ when: 'false' }, {}, 'the next close ends it'],
  ] as const)('tells why what does not hold is open: %o', (standing, rule, told) => {
    expect(explain({ state: 'open', ...standing }, rule)).toContain(told);
  });
});
