import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTimestamp } from '../../../src/ingest/parse-timestamp.ts';

describe('parseTimestamp', () => {
  it('reads what JavaScript writes', () => {
    const date = fc.date({ min: new Date('1970-01-01'), max: new Date('2200-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(date, (instant) => {
        expect(parseTimestamp(instant.toISOString())).toBe(instant.getTime());
      }),
    );
  });

  it.each([
    ['2026-03-01T09:30Z', '2026-03-01T09:30:00Z'],
    ['2026-03-01 09:30:00', '2026-03-01T09:30:00Z'],
    ['2026-03-01T09:30:00', '2026-03-01T09:30:00Z'],
    ['2026-03-01T09:30:00.1Z', '2026-03-01T09:30:00.100Z'],
    ['2026-03-01T09:30:00.123456789Z', '2026-03-01T09:30:00.123Z'],
    ['2026-03-01t09:30:00z', '2026-03-01T09:30:00Z'],
    ['2026-03-01T00:30:00+0530', '2026-02-28T19:00:00Z'],
    ['2026-03-01T23:30:00-01', '2026-03-02T00:30:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
    ['2000-02-29', '2000-02-29T00:00:00Z'],
  ])('reads %s as %s', (text, same) => {
    expect(parseTimestamp(text)).toBe(Date.parse(same));
  });

  it.each([
    '',
    '2026',
    '2026-03',
    '2026-3-1',
    '2026-02-29',
    '2100-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-03-01T',
    '2026-03-01T24:00:00Z',
    '2026-03-01T09:60Z',
    '2026-03-01T09:30:60Z',
    '2026-03-01T09:30:00.Z',
    '2026-03-01T09:30:00ZZ',
    '2026-03-01T09:30:00+1',
    '2026-03-01T09:30:00+01:0',
    '2026-03-01T09:30:00 UTC',
    '2026-03-01X09:30',
    '+012026-01-01',
    '0072-01-01',
    'Tue Mar 01 2026',
    '1772357400120',
  ])('refuses "%s"', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });
});
