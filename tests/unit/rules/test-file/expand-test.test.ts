// What a test puts into the event log: who is there, since when, and every single event.
import { describe, expect, test } from 'vitest';
import { expandTest, type TestMessage } from '../../../../src/rules/test-file/expand-test.ts';
import { readTests, testOf } from './test-files.ts';

function messagesOf(...written: Parameters<typeof testOf>): readonly TestMessage[] {
  const { tests, problems } = readTests(testOf(...written));
  const [only] = tests;
  if (only === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return [...expandTest(only, { own: '‹7›', users: '‹7›' })];
}

const tracks = (messages: readonly TestMessage[]) => messages.filter(({ type }) => type === 'track');
const said = (messages: readonly TestMessage[]) =>
  messages.flatMap((message) =>
    message.type === 'track'
      ? []
      : [
          [
            message.type,
            'account_id' in message ? message.account_id : '',
            'user_id' in message ? message.user_id : '',
            new Date(message.timestamp).toISOString().slice(0, 10),
            message.traits,
          ],
        ],
  );
const DAY: readonly string[] = ['{day: 2025-06-30, busy: none}'];

describe('events', () => {
  test('carry the prefix in every id, and each an id of its own', () => {
    const messages = messagesOf(['acme ann,bob message_sent 2/day 2025-06-01..2025-06-03']);
    expect(tracks(messages)).toHaveLength(12);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
    for (const message of messages) {
      expect(message.id).toMatch(/^‹7›/);
      if ('account_id' in message) expect(message.account_id).toBe('‹7›acme');
      if ('user_id' in message) expect(message.user_id).toMatch(/^‹7›(ann|bob)$/);
    }
  });

  test('of a day lie between nine and five of the time zone, in the order written', () => {
    const messages = messagesOf(
      ['acme ann first 4 2025-06-02', 'acme ann second 2025-06-02'],
      DAY,
      '    timezone: America/New_York\n',
    );
    const times = tracks(messages).map(({ timestamp }) => new Date(timestamp).toISOString());
    expect(times[0]).toBe('2025-06-02T13:00:00.000Z');
    expect(times.every((time) => time < '2025-06-02T21:00:00.000Z')).toBe(true);
    const [first, second] = [tracks(messages)[0], tracks(messages).at(-1)];
    expect(second?.timestamp).toBeGreaterThan(first?.timestamp ?? 0);
  });

  test('of weekdays leave out the weekend, those of weeks come every seventh day', () => {
    const daysOf = (line: string) =>
      tracks(messagesOf([line])).map(({ timestamp }) => new Date(timestamp).toISOString().slice(8, 10));
    expect(daysOf('acme ann x 1/weekday 2025-06-05..2025-06-10')).toEqual(['05', '06', '09', '10']);
    expect(daysOf('acme ann x 1/week 2025-06-05..2025-06-20')).toEqual(['05', '12', '19']);
  });
});

describe('accounts and users', () => {
  test('are there from created_at, or from their first event', () => {
    const messages = messagesOf(
      ['acme ann x 2025-06-05', 'beta bob x 2025-06-07'],
      ['{day: 2025-06-30, account: acme, busy: none}'],
      '    accounts: {acme: {plan: free, created_at: 2025-01-01}, beta: {seats: 2}}\n    users: {ann: {role: owner}}\n',
    );
    expect(said(messages)).toEqual([
      ['group', '‹7›acme', '', '2025-01-01', { plan: 'free', created_at: '2025-01-01' }],
      ['group', '‹7›beta', '', '2025-06-07', { seats: 2 }],
      ['identify', '', '‹7›ann', '2025-01-01', { role: 'owner' }],
      ['group', '‹7›acme', '‹7›ann', '2025-06-05', {}],
      ['group', '‹7›beta', '‹7›bob', '2025-06-07', {}],
    ]);
  });

  test('are there from first_seen where it is given, whatever created_at and events say', () => {
    const messages = messagesOf(
      ['acme ann x 2025-06-05'],
      DAY,
      '    accounts: {acme: {created_at: 2025-01-01, first_seen: 2025-05-01}}\n    users: {ann: {role: owner}, bob: {}}\n',
    );
    expect(said(messages)).toEqual([
      ['group', '‹7›acme', '', '2025-05-01', { created_at: '2025-01-01' }],
      ['identify', '', '‹7›ann', '2025-05-01', { role: 'owner' }],
      ['identify', '', '‹7›bob', '2025-05-01', {}],
      ['group', '‹7›acme', '‹7›ann', '2025-06-05', {}],
      ['group', '‹7›acme', '‹7›bob', '2025-05-01', {}],
    ]);
  });

  test('a listed user who does nothing belongs to the only account', () => {
    const more = '    accounts: {acme: {created_at: 2025-05-01}}\n    users: {ann: {role: owner}, bob: {}}\n';
    const messages = messagesOf(['acme bob x 2025-06-05'], DAY, more);
    expect(said(messages).slice(-2)).toEqual([
      ['group', '‹7›acme', '‹7›bob', '2025-06-05', {}],
      ['group', '‹7›acme', '‹7›ann', '2025-05-01', {}],
    ]);
  });

  test('an entry that says when a user joins is taken at its word', () => {
    const messages = messagesOf(['acme bob x 2025-06-05', '{account: acme, user: bob, at: 2025-06-08}']);
    expect(said(messages)).toEqual([
      ['group', '‹7›acme', '', '2025-06-05', {}],
      ['group', '‹7›acme', '‹7›bob', '2025-06-08', {}],
    ]);
  });
});
