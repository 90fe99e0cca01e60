// What the doctor makes of facts: which of them are well, and what is to be done about the others.
import { describe, expect, test } from 'vitest';
import { judgeGroup, judgeTopic } from '../../../../src/app/doctor/examine-kafka.ts';
import { judgeDisk } from '../../../../src/app/doctor/examine-project.ts';
import { judgeRedis } from '../../../../src/app/doctor/examine-redis.ts';
import { describeAge, examineAll, judgeClock } from '../../../../src/app/doctor/finding.ts';
import { formatFindings } from '../../../../src/cli/format-findings.ts';

const GIB = 1024 ** 3;

describe('a clock', () => {
  const at = 1_000_000;

  test('is well within a second, also where the answer took long', () => {
    expect(judgeClock('Redis', { before: at, theirs: at + 900, after: at + 10 }).status).toBe('ok');
    expect(judgeClock('Redis', { before: at, theirs: at + 4000, after: at + 5000 }).status).toBe('ok');
  });

  test('is told to be ahead or behind, by how much', () => {
    expect(judgeClock('Redis', { before: at, theirs: at + 4200, after: at })).toMatchObject({
      check: 'Redis clock',
      status: 'warn',
      found: '4.2 s ahead of this machine',
    });
    expect(judgeClock('Redis', { before: at, theirs: at - 60_000, after: at + 9 }).found).toBe(
      '60.0 s behind this machine',
    );
  });
});

describe('a topic', () => {
  const partition = { partitionErrorCode: 0, partitionId: 0, leader: 1, replicas: [1, 2, 3], isr: [1, 2, 3] };
  const judge = (
    changes: Partial<typeof partition>,
    settings: Readonly<Record<string, string>> = {},
    brokers = 3,
  ) =>
    judgeTopic({
      topic: 't',
      metadata: { name: 't', partitions: [{ ...partition, ...changes }] },
      settings: new Map(Object.entries(settings)),
      brokers,
    });

  test('with all its replicas, kept for days, is well', () => {
    const finding = judge({}, { 'retention.ms': '604800000', 'max.message.bytes': '1048588' });
    expect(finding).toEqual({
      check: 'topic t',
      status: 'ok',
      found: '1 partition, 3 replicas, kept for 7 days',
    });
    expect(judge({ replicas: [1], isr: [1] }, { 'retention.ms': '-1' }, 1).found).toMatch(/kept for ever$/);
  });

  test.each([
    ['without a leader', judge({ leader: -1 }), /no leader/],
    ['with a replica that is away', judge({ isr: [1] }), /lack replicas/],
    ['on one of several brokers', judge({ replicas: [1], isr: [1] }), /the only copy/],
    ['that is compacted', judge({}, { 'cleanup.policy': 'compact,delete' }), /compacted/],
  ])('%s is not', (_, finding, found) => {
    expect(finding.status).toBe('warn');
    expect(finding.found).toMatch(found);
    expect(finding.todo).toBeDefined();
  });
});

describe('a consumer group', () => {
  const judge = (changes: object) =>
    judgeGroup({ group: 'g', state: 'Stable', members: 2, lag: 100, lost: 0, ...changes }).map(
      ({ status }) => status,
    );

  test('is well while it has members and little waits', () => {
    expect(judge({})).toEqual(['ok']);
    expect(judge({ lag: 1_000_000 })).toEqual(['warn']);
    expect(judge({ state: 'PreparingRebalance' })).toEqual(['warn']);
  });

  test('without members fails only when something waits', () => {
    expect(judge({ members: 0, state: 'Empty', lag: 0 })).toEqual(['warn']);
    expect(judge({ members: 0, state: 'Empty' })).toEqual(['fail']);
  });

  test('that lost messages to retention fails, whatever it does now', () => {
    expect(judge({ lost: 7 })).toEqual(['fail', 'ok']);
  });
});

test('Redis is to keep what it is given', () => {
  const info = (policy: string) => `redis_version:7.2.4\r\nmaxmemory_policy:${policy}\r\n`;
  expect(judgeRedis(info('noeviction'))).toEqual({
    check: 'Redis',
    status: 'ok',
    found: 'answers, version 7.2.4',
  });
  expect(judgeRedis(info('allkeys-lru')).todo).toContain('noeviction');
});

test('a disk is well with room to merge', () => {
  expect(judgeDisk('/d', { free: 50 * GIB, total: 100 * GIB }).status).toBe('ok');
  expect(judgeDisk('/d', { free: 6 * GIB, total: 1000 * GIB }).status).toBe('warn');
  expect(judgeDisk('/d', { free: 4 * GIB, total: 20 * GIB }).status).toBe('warn');
  expect(judgeDisk('/d', { free: GIB / 2, total: 20 * GIB }).status).toBe('fail');
});

test('a part that fails or is silent is a failure of its own, and the others are told in their order', async () => {
  const findings = await examineAll(
    [
      { check: 'silent', examine: () => new Promise(() => undefined), todo: 'wait' },
      { check: 'broken', examine: () => Promise.reject(new Error('connect ECONNREFUSED')), todo: 'start it' },
      { check: 'well', examine: async () => [{ check: 'well', status: 'ok', found: 'yes' }], todo: '' },
    ],
    20,
  );
  expect(findings).toEqual([
    { check: 'silent', status: 'fail', found: 'no answer within 0.02 seconds', todo: 'wait' },
    { check: 'broken', status: 'fail', found: 'connect ECONNREFUSED', todo: 'start it' },
    { check: 'well', status: 'ok', found: 'yes' },
  ]);
});

test('ages are said as people say them', () => {
  const seconds = [0, 89, 91, 7200, 200_000];
  expect(seconds.map((each) => describeAge(each * 1_000_000))).toEqual([
    '0 s',
    '89 s',
    '2 min',
    '2 h',
    '2 days',
  ]);
});

test('findings are lines in columns, with what to do under them, wrapped for a terminal', () => {
  const findings = [
    { check: 'Kafka', status: 'ok', found: '3 brokers' },
    {
      check: 'Redis clock',
      status: 'warn',
      found: '4.2 s behind\nthis machine',
      todo: 'let both follow NTP, as ever before',
    },
  ] as const;
  expect(formatFindings(findings)).toBe(`ok    Kafka        3 brokers
warn  Redis clock  4.2 s behind this machine
                   → let both follow NTP, as ever before

1 ok, 1 warning, 0 failures
`);
  expect(formatFindings(findings, 50)).toContain(
    '\n                   → let both follow NTP, as ever\n                   before\n',
  );
  expect(formatFindings(findings.slice(0, 1))).toMatch(/All is well\.\n$/);
});
