import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spanMonths } from '../../../../src/app/evaluate/span-months.ts';
import type { Day } from '../../../../src/model/time.ts';
import { nextMonth } from '../../../../src/model/time.ts';

const monthsFrom = (first: string, rows: readonly number[]) => {
  let month = first as Day;
  return rows.map((count) => {
    const here = { month, rows: count };
    month = nextMonth(month);
    return here;
  });
};

describe('spans of months', () => {
  it('take years of few events together, up to two years at once', () => {
    const spans = spanMonths(
      monthsFrom(
        '2011-04-01',
        Array.from({ length: 30 }, () => 500),
      ),
    );
    expect(spans.map(({ from, to }) => [from, to])).toEqual([
      ['2011-04-01', '2013-04-01'],
      ['2013-04-01', '2013-10-01'],
    ]);
  });

  it('leave a month of many events alone', () => {
    const spans = spanMonths(monthsFrom('2026-01-01', [100, 9_000_000, 100]));
    expect(spans.map(({ months }) => months.length)).toEqual([1, 1, 1]);
  });

  it('take a month of many events in slices of accounts', () => {
    const spans = spanMonths(monthsFrom('2026-01-01', [100, 9_000_000, 100]));
    expect(spans.map(({ slices }) => slices)).toEqual([1, 5, 1]);
  });

  it('hold each month once, in order, and never more than a span may', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 3_000_000 }), { maxLength: 80 }), (rows) => {
        const months = monthsFrom('2019-01-01', rows);
        const spans = spanMonths(months);
        expect(spans.flatMap((span) => span.months)).toEqual(months.map(({ month }) => month));
        for (const { from, to, months: held } of spans) {
          expect([from, to]).toEqual([held[0], nextMonth(held.at(-1) ?? from)]);
          const sum = months
            .filter(({ month }) => held.includes(month))
            .reduce((all, one) => all + one.rows, 0);
          expect(held.length).toBeLessThanOrEqual(24);
          expect(held.length === 1 || sum <= 2_000_000).toBe(true);
        }
      }),
    );
  });
});
