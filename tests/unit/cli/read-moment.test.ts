import { describe, expect, it } from 'vitest';
import { readMoment } from '../../../src/cli/read-moment.ts';

describe('a moment to look at', () => {
  it('is a day, or an instant with its zone', () => {
    expect(readMoment(undefined)).toBeUndefined();
    expect(readMoment('2024-02-29')).toBe('2024-02-29');
    expect(readMoment('2026-03-01T09:30Z')).toBe(Date.UTC(2026, 2, 1, 9, 30));
    expect(readMoment('2026-03-01T09:30:00.5+02:00')).toBe(Date.UTC(2026, 2, 1, 7, 30, 0, 500));
  });

  it.each([
    '2026-02-30',
    '2026-02-30T10:00:00Z',
    '2026-13-01',
    '5',
    'yesterday',
    '2026-03-01T09:30:00',
    '2026-03-01T25:00Z',
  ])('is not %s', (text) => {
    expect(() => readMoment(text)).toThrow(`--at ${text}: write a day such as 2026-03-01`);
  });
});
