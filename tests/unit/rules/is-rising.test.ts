import { expect, test } from 'vitest';
import { isRising } from '../../../src/rules/is-rising.ts';
import { busyRule } from './rule-files.ts';

const rises = (lines: string) => {
  const { rule, ruleset } = busyRule(lines);
  return isRising(rule, ruleset);
};

test.each([
  'when: {messages: {gte: 5}}',
  'when: {all_time: {gt: 5}, active_users: {gte: 3}}',
  'when: {any: [{messages: {gte: 5}}, {segment: heavy}]}',
  'when: {at_least: {n: 1, of: [{messages: {gte: 5}}, {account.plan: team}]}}',
  'when: {per_seat: {gte: 0.8}}',
  'when: {messages: {gte: 5}}\nwho: {segment: paying, account.age_days: {gte: 45}}',
  'when: {messages: {gte: 5}}\nwho: {none: [{account.plan: free}, {segment: paying}]}',
  'when: {messages: {gte: 5}, account.seats: {lt: 10}}',
  'when: true',
  'when: {messages: {gte: 5}}\nif_missing: true',
])('a tick may open early: %s', (lines) => {
  expect(rises(lines)).toBe(true);
});

test.each([
  'when: {messages: {lt: 5}}',
  'when: {messages: 5}',
  'when: {messages: {gte: 5, lt: 50}}',
  'when: {messages: {gte: 5}}\nfor: 1d',
  'when: {messages: {gte: 5}}\nwho: {account.age_days: {lte: 14}}',
  'when: {messages: {gte: 0}}',
  'when: {paid: {gte: 100}}',
  'when: {idle_days: {gte: 14}}',
  'when: {known_days: {gte: 14}}',
  'when: {rise: {gte: 0.5}}',
  'when: {per_user: {gte: 5}}',
  'when: {score.health: {gte: 50}}',
  'when: {band.health: good}',
  'when: {none: [{messages: {lt: 5}}]}',
  'when: {none: [{segment: heavy}]}',
  'when: {any: [{messages: {gte: 5}}, {rise: {gte: 0.5}}]}',
  // What is missing holds, until a first value says that it does not.
  'when: {per_seat: {gte: 0.8}}\nif_missing: true',
])('the close decides: %s', (lines) => {
  expect(rises(lines)).toBe(false);
});
