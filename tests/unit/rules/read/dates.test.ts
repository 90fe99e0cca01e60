// What is said of a date that is compared with something else: days are asked for elsewhere, an instant has its day.
import { describe, expect, test } from 'vitest';
import { readRuleset } from '../../../../src/rules/read-ruleset.ts';

function said(condition: string): readonly string[] {
  const { problems } = readRuleset({ 'a.yaml': `segments:\n  it: {${condition}}\n` }, {});
  return problems.map(({ code, message, hint }) => `${code} ${message}: ${hint}`);
}

const DATE = 'a date is written YYYY-MM-DD';

describe('created_at', () => {
  test.each([
    ['{gt: 45}', '45 is a number', '{gt: 45}'],
    ['{lt: 30d}', '"30d" is none', '{lt: 30}'],
    ['{lt: 30 days}', '"30 days" is none', '{lt: 30}'],
    ['{lt: 1 day ago}', '"1 day ago" is none', '{gt: 1}'],
    ['{gte: today}', '"today" is none', '{lte: 0}'],
    ['{lt: now}', '"now" is none', '{gt: 0}'],
    ['45', '45 is a number', '45'],
    ['30d', '"30d" is none', '30'],
    ['{in: [45]}', '45 is a number', '{in: [45]}'],
    ['{not: 45}', '45 is a number', '45'],
  ])('%s asks for days', (tests, fault, days) => {
    expect(said(`account.created_at: ${tests}`)).toEqual([
      `C003 "account.created_at" is a date, and ${fault}: for its age in days write account.age_days: ${days}; ${DATE}`,
    ]);
  });

  test.each([
    ['{gt: "2025-01-01T00:00:00Z"}', '"2025-01-01T00:00:00Z" is none'],
    ['{gt: 2025-01-01T10:30:00+02:00}', '"2025-01-01T10:30:00+02:00" is none'],
    ['{gt: 2025-01-01 10:30}', '"2025-01-01 10:30" is none'],
    ['{gt: 1735689600}', '1735689600 is a number'],
    ['{gt: 1735689600000}', '1735689600000 is a number'],
    ['1735689600', '1735689600 is a number'],
  ])('%s is an instant', (tests, fault) => {
    expect(said(`account.created_at: ${tests}`)).toEqual([
      `C003 "account.created_at" is a date, and ${fault}: write its day: 2025-01-01`,
    ]);
  });

  test.each(['{gt: soon}', '{gt: 2w}', '{gt: 3/1/2025}', '{gt: 1e9}', '{gt: 2025-99-99T00:00:00Z}'])(
    '%s is neither',
    (tests) => {
      const [only, ...more] = said(`account.created_at: ${tests}`);
      expect(more).toEqual([]);
      expect(only).toMatch(/^C003 .*: a date is written YYYY-MM-DD$/);
    },
  );

  test.each(['{gt: 2025-01-01}', '2025-01-01', '{in: [2025-01-01]}', '{exists: false}'])(
    '%s is right',
    (tests) => expect(said(`account.created_at: ${tests}`)).toEqual([]),
  );
});

describe('a trait that is called like a date', () => {
  test.each([
    ['account.trial_ends_at: {lte: 7}', '{days_until: account.trial_ends_at} with {lte: 7}'],
    ['account.trial_ends_at: 7', '{days_until: account.trial_ends_at} with 7'],
    ['account.last_login_at: {in: [7]}', '{days_since: account.last_login_at} with {in: [7]}'],
  ])('%s may be a number', (condition, metric) => {
    const [name] = condition.split(':');
    expect(said(condition)).toEqual([
      `L012 "${name}" is called like a date, and 7 is a number: for days test a metric ${metric}; ${DATE}`,
    ]);
  });

  test.each([
    ['{lt: 30 days ago}', '"30 days ago" is none', '{lt: -30}'],
    ['{lt: today}', '"today" is none', '{lt: 0}'],
  ])('%s counts to it', (tests, fault, days) => {
    expect(said(`account.renewal_date: ${tests}`)).toEqual([
      `C003 "account.renewal_date" is called like a date, and ${fault}: for days test a metric {days_until: account.renewal_date} with ${days}; ${DATE}`,
    ]);
  });

  test('with an instant is told its day', () => {
    expect(said('account.trial_ends_at: {lte: "2025-01-01T00:00:00Z"}')).toEqual([
      'C003 "account.trial_ends_at" is called like a date, and "2025-01-01T00:00:00Z" is none: write its day: 2025-01-01',
    ]);
  });

  test('may be a text', () => expect(said('account.trial_ends_at: never')).toEqual([]));
});
