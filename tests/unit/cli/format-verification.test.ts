import { describe, expect, it } from 'vitest';
import type { VerifiedStep } from '../../../src/app/explain/explanation.ts';
import type { VerifiedSignal } from '../../../src/app/explain/verify-open.ts';
import { formatVerification } from '../../../src/cli/format-explanation.ts';
import type { Day } from '../../../src/model/time.ts';

const signal = (account: string, step: Partial<VerifiedStep> = {}): VerifiedSignal => ({
  account,
  rule: 'busy',
  steps: [
    {
      step: 1,
      day: '2026-05-03' as Day,
      outcome: 'reproduced',
      differences: [],
      unchecked: [],
      note: undefined,
      ...step,
    },
  ],
});

describe('the verification of open signals as text', () => {
  it('is one line where all of it is reproduced', () => {
    expect(formatVerification([signal('acme'), signal('b')], 'text')).toBe(
      '2 open signals: the evidence of 2 is reproduced from raw events\n',
    );
  });

  it('tells what differs, what could not be checked and what was left out', () => {
    const differences = [{ what: 'messages gte 5', stored: '5 (true)', found: '6 (true)' }];
    const signals = [
      signal('acme', { unchecked: ['rank'] }),
      signal('b', { outcome: 'different', differences }),
      signal('c', { outcome: 'not_checked', note: 'the rule was gone by then' }),
    ];
    expect(formatVerification(signals, 'text')).toBe(`b busy
    step 1 of 2026-05-03: evidence NOT reproduced
      messages gte 5: stored 5 (true), found 6 (true)
c busy
    step 1 of 2026-05-03: evidence not checked: the rule was gone by then
3 open signals: the evidence of 1 is reproduced from raw events, of 1 it is NOT, 1 could not be checked
in 1 of them something was left out: rank (ranks are kept of the last close only, champions of ticks not at all)
`);
  });
});
