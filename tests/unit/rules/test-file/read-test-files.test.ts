// What a test file means, and what is said about one that means nothing.
import { describe, expect, test } from 'vitest';
import type { RuleTest, TestEvent } from '../../../../src/rules/test-file/rule-test.ts';
import { readTests, testOf } from './test-files.ts';

function readOne(text: string): RuleTest {
  const { tests, problems } = readTests(text);
  expect(problems.map(({ code, message }) => `${code} ${message}`)).toEqual([]);
  const [only] = tests;
  if (only === undefined || tests.length !== 1) throw new Error('one test was expected');
  return only;
}

const eventsOf = (...events: readonly string[]): readonly TestEvent[] => readOne(testOf(events)).events;

const codesOf = (text: string, sinks?: readonly string[]): readonly string[] =>
  readTests(text, sinks).problems.map(({ code, position: { line, column } }) => `${code} ${line}:${column}`);

const usage = (more: object) => ({
  kind: 'usage',
  account: 'acme',
  users: ['ann'],
  event: 'message_sent',
  properties: {},
  ...more,
});
const days = (from: string, to: string, times: number, per = 'day') => ({
  when: { kind: 'days', from, to, times, per },
});

describe('a line of events', () => {
  test.each([
    ['acme ann message_sent 100/day 2025-06-01..2025-06-20', days('2025-06-01', '2025-06-20', 100)],
    ['acme ann message_sent 3 2025-06-01', days('2025-06-01', '2025-06-01', 3)],
    ['acme ann message_sent 2025-06-01', days('2025-06-01', '2025-06-01', 1)],
    ['acme ann message_sent 2025-06-01..2025-06-03', days('2025-06-01', '2025-06-03', 1)],
    [
      'acme ann message_sent 5/weekday 2025-06-01..2025-06-09',
      days('2025-06-01', '2025-06-09', 5, 'weekday'),
    ],
    ['acme ann message_sent 1/week 2025-06-01..2025-06-29', days('2025-06-01', '2025-06-29', 1, 'week')],
    ['acme - message_sent 2025-06-01', { users: [], ...days('2025-06-01', '2025-06-01', 1) }],
    [
      'acme ann,bob message_sent 2025-06-01',
      { users: ['ann', 'bob'], ...days('2025-06-01', '2025-06-01', 1) },
    ],
    [
      'acme u8..u10 message_sent 2025-06-01',
      { users: ['u8', 'u9', 'u10'], ...days('2025-06-01', '2025-06-01', 1) },
    ],
    [
      'acme u08..u10 message_sent 2025-06-01',
      { users: ['u08', 'u09', 'u10'], ...days('2025-06-01', '2025-06-01', 1) },
    ],
    [
      `'acme ann "Message Sent" 2 2025-06-01'`,
      { event: 'Message Sent', ...days('2025-06-01', '2025-06-01', 2) },
    ],
  ])('%s', (line, meant) => {
    expect(eventsOf(line)).toEqual([usage(meant)]);
  });

  test.each([
    ['acme ann message_sent', 'X001 4:9'],
    ['acme ann message_sent often 2025-06-01', 'X001 4:31'],
    ['acme ann message_sent 0/day 2025-06-01', 'X001 4:31'],
    ['acme ann message_sent 10 2025-06-01..2025-06-02', 'X001 4:31'],
    ['acme u9..u1 message_sent 2025-06-01', 'X001 4:14'],
    ['acme ann message_sent 1/day 2025-06-01...2025-06-02', 'X002 4:37'],
    ['acme ann message_sent 1/day 2025-06-02..2025-06-01', 'X002 4:37'],
    ['acme ann message_sent 1/day 2025-02-30', 'X002 4:37'],
    ['acme ann message_sent 1/day 1901-02-03', 'X002 4:37'],
  ])('%s is told as %s', (line, told) => {
    expect(codesOf(testOf([line]))[0]).toBe(told);
  });
});

describe('a map as an event', () => {
  const at = (text: string): number => Date.parse(text);

  test('is something done, with properties, at an instant', () => {
    const event =
      '{account: acme, user: ann, event: message_sent, at: 2025-06-03T10:00:00Z, properties: {a: {b: 1}}}';
    const when = { kind: 'instant', at: at('2025-06-03T10:00:00Z') };
    expect(eventsOf(event)).toEqual([usage({ properties: { a: { b: 1 } }, when })]);
  });

  test('repeats over days with "times"', () => {
    const event = '{account: acme, user: ann, event: message_sent, at: 2025-06-03..2025-06-05, times: 4}';
    expect(eventsOf(event)).toEqual([usage(days('2025-06-03', '2025-06-05', 4))]);
  });

  test('may lack the account, or the user', () => {
    const [loose, nobody] = eventsOf(
      '{user: ann, event: message_sent, at: 2025-06-03}',
      '{account: acme, event: message_sent, at: 2025-06-03}',
    );
    expect(loose).toMatchObject({ account: undefined, users: ['ann'] });
    expect(nobody).toMatchObject({ account: 'acme', users: [] });
  });

  test('sets and removes traits, and says who joins', () => {
    const instant = at('2025-06-03T00:00:00Z');
    expect(
      eventsOf(
        '{account: acme, traits: {plan: team}, remove: [seats], at: 2025-06-03}',
        '{user: ann, traits: {role: owner}, at: 2025-06-03}',
        '{account: acme, user: bob, at: 2025-06-03}',
        '{account: acme, user: cid, traits: {seats: 3}, at: 2025-06-03}',
      ),
    ).toEqual([
      { kind: 'account_traits', account: 'acme', traits: { seats: null, plan: 'team' }, at: instant },
      { kind: 'user_traits', user: 'ann', traits: { role: 'owner' }, at: instant },
      { kind: 'joins', account: 'acme', user: 'bob', at: instant },
      { kind: 'account_traits', account: 'acme', traits: { seats: 3 }, at: instant },
      { kind: 'joins', account: 'acme', user: 'cid', at: instant },
    ]);
  });

  test('without an offset is of the time zone of the test', () => {
    const text = testOf(
      ['{account: acme, traits: {plan: team}, at: 2025-06-03T10:00}'],
      undefined,
      '    timezone: Europe/Berlin\n',
    );
    expect(readOne(text).events).toMatchObject([{ at: at('2025-06-03T08:00:00Z') }]);
  });

  test.each([
    ['{account: acme, at: 2025-06-03}', 'X003 4:9'],
    ['{account: acme, event: x, at: 2025-06-03, traits: {a: 1}}', 'X003 4:51'],
    ['{account: acme, traits: {a: 1}, times: 2, at: 2025-06-03}', 'X003 4:41'],
    ['{account: acme, event: x, at: 2025-06-03T10:00:00Z, times: 2}', 'X003 4:68'],
    ['{account: acme, event: x}', 'T013 4:9'],
    ['{event: x, at: 2025-06-03}', 'T013 4:9'],
    ['{account: acme, event: x, at: soon}', 'X002 4:39'],
    ['{account: acme, event: x, at: 2025-06-03, times: 1.5}', 'V004 4:58'],
    ['{account: acme, evnt: x, at: 2025-06-03}', 'T012 4:25'],
    ['{account: acme, traits: {beta: {parts: [yes]}}, at: 2025-06-03}', 'C003 4:49'],
    ['[acme]', 'T011 4:9'],
  ])('%s is told as %s', (event, told) => {
    expect(codesOf(testOf([event]))[0]).toBe(told);
  });

  test('without "at" is told when it could have been', () => {
    const [problem] = readTests(testOf(['{account: acme, event: x}'])).problems;
    expect(problem?.hint).toBe('the day or instant, such as at: 2025-06-03');
  });
});

describe('an expectation', () => {
  const EVENTS = ['acme ann message_sent 2025-06-01'];
  const checksOf = (expected: string) => readOne(testOf(EVENTS, [expected])).expectations[0]?.checks;

  test('is a state, or a map of what is compared', () => {
    const [state, details] = readOne(
      testOf(EVENTS, [
        '{day: 2025-06-01, busy: none}',
        '{day: 2025-06-02, account: acme, busy: {state: open, severity: high, because: {messages: {gte: 5}, account.plan: free}, say: {contains: sent}, notified: [crm]}}',
      ]),
    ).expectations;
    expect(state).toMatchObject({
      day: '2025-06-01',
      account: 'acme',
      checks: [{ kind: 'signal', rule: 'busy', state: 'none', because: [], notified: undefined }],
    });
    expect(details?.checks).toMatchObject([
      {
        state: 'open',
        severity: 'high',
        because: [
          { subject: 'messages', text: 'gte 5' },
          { subject: 'account.plan', text: 'free' },
        ],
        say: { text: 'contains sent' },
        notified: ['crm'],
      },
    ]);
  });

  test('is a value of a metric, a score, a band, a trait, or that it is missing', () => {
    expect(
      checksOf(
        '{day: 2025-06-01, messages: 1, share: missing, score.use: {gte: 1}, band.use: poor, account.plan: free}',
      ),
    ).toMatchObject([
      { kind: 'value', subject: 'messages', text: '1' },
      { kind: 'value', subject: 'share', tests: [{ op: 'exists', value: false }] },
      { kind: 'value', subject: 'score.use', text: 'gte 1' },
      { kind: 'value', subject: 'band.use', text: 'poor' },
      { kind: 'value', subject: 'account.plan', text: 'free' },
    ]);
  });

  test('is a segment with any of the three outcomes, or the champion', () => {
    expect(checksOf('{day: 2025-06-01, segment.free: unknown, champion: ann}')).toMatchObject([
      { kind: 'segment', segment: 'free', outcome: 'unknown' },
      { kind: 'value', subject: 'champion.user_id', text: 'ann' },
    ]);
  });

  test.each([
    ['{day: 2025-06-01}', 'X005 6:9'],
    ['{busy: open}', 'T013 6:9'],
    ['{day: 2025-06-01, account: acne, busy: open}', 'X004 6:36'],
    ['{day: 2025-06-01, bussy: open}', 'X006 6:27'],
    ['{day: 2025-06-01, use: 5}', 'X006 6:27'],
    ['{day: 2025-06-01, signal.busy: open}', 'X006 6:27'],
    ['{day: 2025-06-01, segment.fre: true}', 'T018 6:27'],
    ['{day: 2025-06-01, segment.free: perhaps}', 'T014 6:41'],
    ['{day: 2025-06-01, quiet: none}', 'X007 6:27'],
    ['{day: 2025-06-01, busy: opened}', 'T014 6:33'],
    ['{day: 2025-06-01, busy: {stat: open}}', 'T012 6:34'],
    ['{day: 2025-06-01, busy: {}}', 'X005 6:33'],
    ['{day: 2025-06-01, busy: {because: {share: 1}}}', 'X008 6:44'],
    ['{day: 2025-06-01, busy: {notified: [crn]}}', 'R004 6:45'],
    ['{day: 2025-06-01, messages: [1]}', 'C004 6:37'],
    ['{day: 2025-06-01, messages: many}', 'C003 6:37'],
    ['{day: 2025-06-01, account.seats: <5}', 'C003 6:42'],
    ['{day: 2024-06-01, busy: none}', 'X010 6:9'],
    ['{day: 2095-06-01, busy: none}', 'X011 6:9'],
    ['busy is open', 'T011 6:9'],
  ])('%s is told as %s', (expected, told) => {
    expect(codesOf(testOf(EVENTS, [expected]), ['crm'])[0]).toBe(told);
  });

  test('of a day before the first event is told so, though the account was created long before', () => {
    const accounts = '    accounts: {acme: {created_at: 2025-01-01}}\n';
    expect(readTests(testOf(EVENTS, ['{day: 2025-03-01, busy: none}'], accounts)).problems).toMatchObject([
      {
        code: 'X010',
        message: 'the test does not close 2025-03-01',
        hint: expect.stringMatching(/^it closes days from its first event on: expect 2025-06-01 or later/),
      },
    ]);
  });

  test('needs an account where the test has several', () => {
    const more = '    accounts: {acme: {}, beta: {}}\n';
    expect(codesOf(testOf([], ['{day: 2025-06-01, busy: none}'], more).replace('    events:\n', ''))).toEqual(
      ['X004 5:9'],
    );
  });
});

describe('first_seen of an account', () => {
  const EVENTS = ['acme ann message_sent 2025-06-05', '{account: acme, user: bob, at: 2025-06-03}'];
  const seen = (written: string): string =>
    testOf(EVENTS, undefined, `    accounts: {acme: {plan: free, first_seen: ${written}}}\n`);

  test('is no trait, and may be any day up to that of the first event', () => {
    for (const day of ['2020-02-29', '2025-06-03'])
      expect(readOne(seen(day)).accounts.get('acme')).toEqual({ traits: { plan: 'free' }, firstSeen: day });
    expect(readOne(testOf(EVENTS)).accounts.get('acme')).toEqual({ traits: {}, firstSeen: undefined });
  });

  test('is a trait where an entry of events sets it', () => {
    const [first] = eventsOf('{account: acme, traits: {first_seen: 2025-05-01}, at: 2025-06-01}');
    expect(first).toMatchObject({ kind: 'account_traits', traits: { first_seen: '2025-05-01' } });
  });

  test('of a user is a trait as any other', () => {
    const users = '    users: {ann: {first_seen: last year}}\n';
    expect(readOne(testOf(EVENTS, undefined, users)).users.get('ann')).toEqual({ first_seen: 'last year' });
  });

  test.each([
    ['2025-06-04', 'X012 3:47'],
    ['2025-06-31', 'X002 3:47'],
    ['2025-06-03T10:00:00Z', 'X002 3:47'],
    ['{day: 2025-06-03}', 'T010 3:47'],
    ['', 'Y004 3:35'],
  ])('%s is told as %s', (written, told) => {
    expect(codesOf(seen(written))).toEqual([told]);
  });

  test('after its first event is told with the day of it', () => {
    expect(readTests(seen('2025-06-10')).problems).toMatchObject([
      {
        message: '"acme" is first seen on 2025-06-10, after its first event',
        hint: 'write 2025-06-03 or earlier, or leave it out',
      },
    ]);
  });

  test('is where closes begin in a test without events, though created_at is earlier', () => {
    const text = (day: string): string =>
      testOf(
        [],
        [`{day: ${day}, busy: none}`],
        '    accounts: {acme: {created_at: 2025-01-01, first_seen: 2025-05-01}}\n',
      ).replace('    events:\n', '');
    expect(codesOf(text('2025-05-01'))).toEqual([]);
    expect(codesOf(text('2025-04-30'))).toEqual(['X010 5:9']);
  });
});

describe('a test file', () => {
  test('tells all mistakes at once, in file order', () => {
    const text = testOf(
      ['acme ann', 'acme ann message_sent often 2025-06-01'],
      ['{day: 2025-06-01, bussy: open}'],
    );
    expect(codesOf(text)).toEqual(['X001 4:9', 'X001 5:31', 'X006 7:27']);
  });

  test('may list the accounts, and then events of others are slips', () => {
    const text = testOf(
      ['acne ann message_sent 2025-06-01'],
      undefined,
      '    accounts: {acme: {plan: free}}\n',
    );
    expect(readTests(text).problems[0]).toMatchObject({
      code: 'X004',
      hint: 'did you mean "acme"?',
      position: { line: 5, column: 9, length: 4 },
    });
  });

  test('has each name once', () => {
    const once = testOf(['acme ann message_sent 2025-06-01']);
    expect(codesOf(once + once.slice('tests:\n'.length))).toEqual(['X009 7:11']);
  });

  test.each([
    ['', []],
    ['tests: 5', ['T011 1:8']],
    ['test: []', ['T012 1:1']],
    ['tests:\n  - name: it\n    expect: []', ['X005 3:13']],
    ['tests:\n  - name: it', ['T013 2:5']],
    [
      'tests:\n  - {name: it, timezone: Mars/Olympus, expect: [{day: 2025-06-01, busy: none}]}',
      ['T014 2:26'],
    ],
    ['tests:\n  - {name: it, accounts: [acme], expect: [{day: 2025-06-01, busy: none}]}', ['T011 2:26']],
  ])('%j', (text, told) => {
    expect(codesOf(text)).toEqual(told);
  });

  test('has no more events than a test needs', () => {
    expect(codesOf(testOf(['acme u1..u10000 message_sent 100000/day 2025-01-01..2025-06-30']))[0]).toBe(
      'X011 2:5',
    );
  });
});
