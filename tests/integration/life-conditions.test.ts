// The conditions of the language's page, §4, on the real engine, one line after the other: each test on a value of each
// type, what is unknown, segments, the age of an account, and the signals of other rules.
import { describe, expect, it } from 'vitest';
import { group, type Project, track } from './support/project.ts';
import { shareEngine } from './support/share-engine.ts';

const engine = shareEngine();

/** Name of each rule that opened, by account, sorted. */
async function opened(project: Project): Promise<Readonly<Record<string, readonly string[]>>> {
  const rows = await project.rows(
    `SELECT account_id, arraySort(groupArray(rule)) AS rules FROM transitions FINAL WHERE to = 'open' GROUP BY account_id`,
  );
  return Object.fromEntries(rows.map((row) => [row.account_id, row.rules as string[]]));
}

const rulesOf = (conditions: readonly string[], prefix: string): string =>
  conditions
    .map((condition, index) => `  ${prefix}_${index}: {kind: x, on_create: notify, when: ${condition}}\n`)
    .join('');

const TRUE = [
  '{account.plan: team}',
  '{account.plan: {not: free}}',
  '{account.plan: {not: {in: [free, trial]}}}',
  '{account.plan: {in: [free, team]}}',
  '{account.plan: {contains: ea}}',
  '{account.plan: {starts_with: te}}',
  '{account.plan: {ends_with: am}}',
  '{account.plan: {starts_with: t, ends_with: m}}',
  '{account.plan: {exists: true}}',
  '{account.nothing: {exists: false}}',
  '{account.seats: 12}',
  '{account.seats: {gte: 12, lte: 12}}',
  '{account.seats: {gt: 11, lt: 13}}',
  '{account.seats: {between: [12, 20]}}',
  '{account.seats: {between: [1, 12]}}',
  '{account.seats: {in: [1, 12]}}',
  '{account.seats: {not: {gt: 12}}}',
  // Nine is less than twelve as a number, and more as a text.
  '{account.seats: {gt: 9}}',
  '{account.code: "012"}',
  '{account.vip: true}',
  '{account.since: 2025-03-02}',
  '{account.since: {gt: 2025-03-01, lt: 2025-03-03}}',
  '{account.since: {between: [2025-03-02, 2025-03-09]}}',
  '{account.renews: {lte: 2025-03-01}}',
  '{account.age_days: 59}',
  '{segment: vip_team}',
  '{any: [{account.lacking: 1}, {account.vip: true}]}',
  '{none: [{account.plan: free}, {segment: small}]}',
  '{at_least: {n: 2, of: [{account.vip: true}, {account.lacking: 1}, {account.plan: team}]}}',
  '{messages: {gte: 1}, account.plan: team}',
];
const FALSE = [
  '{account.plan: Team}',
  '{account.plan: {not: team}}',
  '{account.plan: {not: {in: [team]}}}',
  '{account.plan: {contains: EA}}',
  '{account.plan: {starts_with: am}}',
  '{account.plan: {ends_with: te}}',
  '{account.plan: {starts_with: t, ends_with: t}}',
  '{account.plan: {exists: false}}',
  '{account.seats: {gt: 12}}',
  '{account.seats: {lt: 12}}',
  '{account.seats: {gte: 13}}',
  '{account.seats: {lte: 11}}',
  '{account.seats: {between: [13, 20]}}',
  '{account.seats: {gte: 1, lt: 12}}',
  '{account.code: "12"}',
  '{account.vip: false}',
  '{account.since: {lt: 2025-03-02}}',
  '{segment: small}',
  '{all: [{account.vip: true}, {account.plan: free}]}',
  '{messages: {gte: 1}, account.plan: free}',
  '{none: [{account.vip: true}]}',
  '{at_least: {n: 3, of: [{account.vip: true}, {account.lacking: 1}, {account.plan: free}]}}',
];
/** Neither true nor false: the value is missing, or is not of the kind that it is compared with. */
const UNKNOWN = [
  '{account.lacking: 1}',
  '{account.nothing: {not: free}}',
  '{account.nothing: {in: [a, b]}}',
  '{account.nothing: {contains: a}}',
  '{account.many: {gte: 1}}',
  '{account.maybe: true}',
  '{account.sometime: {gte: 2025-01-01}}',
  '{all: [{account.vip: true}, {account.lacking: 1}]}',
  '{any: [{account.plan: free}, {account.lacking: 1}]}',
  '{none: [{account.plan: free}, {account.lacking: 1}]}',
  '{at_least: {n: 2, of: [{account.vip: true}, {account.lacking: 1}]}}',
  '{segment: nowhere}',
];

const DEFINITIONS = `metrics:
  messages: {count: message_sent, window: ever}
segments:
  team: {account.plan: team}
  vip_team: {segment: team, account.vip: true, messages: {gte: 1}}
  small: {account.seats: {lt: 10}}
  nowhere: {account.nothing: x}
`;

describe('a condition', () => {
  it('is true, false or unknown as the page says, for every test and every type', async () => {
    const project = await engine.openProject('Europe/Berlin');
    await project.ingest([
      group(
        'acme',
        {
          plan: 'team',
          seats: 12,
          code: '012',
          vip: true,
          // An instant is its local day, which has begun in Berlin.
          since: '2025-03-01T23:30:00Z',
          renews: '2025-03-01',
          created_at: '2026-03-03',
          many: 'a lot',
          maybe: 'yes',
          sometime: 'soon',
        },
        '2026-04-20T08:00:00Z',
      ),
      track('acme', 'ann', 'message_sent', '2026-05-01T08:00:00Z'),
    ]);
    // What is unknown opens neither itself nor its opposite.
    const opposite = UNKNOWN.map((condition) => `{none: [${condition}]}`);
    await project.apply(
      `${DEFINITIONS}rules:\n${rulesOf(TRUE, 'yes')}${rulesOf(FALSE, 'no')}${rulesOf(
        FALSE.map((condition) => `{none: [${condition}]}`),
        'opposite',
      )}${rulesOf(UNKNOWN, 'unknown')}${rulesOf(opposite, 'unknown_too')}`,
    );
    await project.close('2026-05-01');
    const expected = [
      ...TRUE.map((_, index) => `yes_${index}`),
      ...FALSE.map((_, index) => `opposite_${index}`),
    ];
    expect((await opened(project)).acme).toEqual(expected.sort());
  });

  it('tells the age of an account from created_at, else from its first event', async () => {
    const project = await engine.openProject();
    await project.ingest([
      group('dated', { created_at: '2026-04-01' }, '2026-04-20T08:00:00Z'),
      track('seen', 'ann', 'message_sent', '2026-04-20T08:00:00Z'),
      track('seen', 'ann', 'message_sent', '2026-04-25T08:00:00Z'),
    ]);
    await project.apply(`rules:
  thirty: {kind: x, when: {account.age_days: 30}}
  eleven: {kind: x, when: {account.age_days: 11}}
`);
    await project.close('2026-05-01');
    expect(await opened(project)).toEqual({ dated: ['thirty'], seen: ['eleven'] });
  });
});

describe('the signal of another rule', () => {
  const moves = async (project: Project, rule: string) =>
    (
      await project.rows(`SELECT to, toString(day) AS day FROM transitions FINAL WHERE rule = '${rule}'
        AND to IN ('open', 'recovering', 'resolved') ORDER BY at, step`)
    ).map(({ to, day }) => `${String(day).slice(8)} ${to}`);

  it('is open while it recovers, in shadow too, as of the close before, and is an event of the day after', async () => {
    const project = await engine.openProject();
    await project.apply(`metrics:
  today: {count: message_sent, window: 1d}
  openings: {count: signal.busy, window: 1d}
rules:
  busy: {kind: x, stage: shadow, when: {today: {gte: 1}}, keep_open: 2d}
  sees_open: {kind: x, when: {signal.busy: open}}
  sees_closed: {kind: x, who: {account.seen: true}, when: {signal.busy: closed}}
  sees_opening: {kind: x, when: {openings: {gte: 1}}}
`);
    await project.ingest([
      group('acme', { seen: true }, '2026-05-01T08:00:00Z'),
      track('acme', 'ann', 'message_sent', '2026-05-02T08:00:00Z'),
    ]);
    await project.close(...[1, 2, 3, 4, 5, 6, 7].map((day) => `2026-05-0${day}`));
    expect(await moves(project, 'busy')).toEqual(['02 open', '03 recovering', '05 resolved']);
    expect(await moves(project, 'sees_open')).toEqual(['03 open', '06 resolved']);
    expect(await moves(project, 'sees_closed')).toEqual(['01 open', '03 resolved', '06 open']);
    expect(await moves(project, 'sees_opening')).toEqual(['03 open', '04 resolved']);
  });

  it('is in a tick what it was at the close before, whatever an earlier tick opened', async () => {
    const project = await engine.openProject();
    project.setNow('2026-05-01T09:00:00Z');
    await project.apply(`metrics:
  messages: {count: message_sent, window: ever}
rules:
  first: {kind: x, when: {messages: {gte: 1}}}
  second: {kind: x, when: {messages: {gte: 2}}, mute_if: {signal.first: open}}
  third: {kind: x, when: {messages: {gte: 3}}, mute_if: {signal.first: open}}
`);
    const send = (at: string) =>
      project.ingest([track('acme', 'ann', 'message_sent', at)], { history: false });
    project.setNow('2026-05-02T10:00:00Z');
    await send('2026-05-02T09:00:00Z');
    await project.tick();
    await send('2026-05-02T09:30:00Z');
    await project.tick();
    project.setNow('2026-05-03T02:00:00Z');
    await project.close('2026-05-02');
    project.setNow('2026-05-03T10:00:00Z');
    await send('2026-05-03T09:00:00Z');
    await project.tick();
    const rows = await project.rows(
      `SELECT rule, silent, toString(day) AS day FROM transitions FINAL ORDER BY rule`,
    );
    expect(rows).toEqual([
      { rule: 'first', silent: false, day: '2026-05-02' },
      { rule: 'second', silent: false, day: '2026-05-02' },
      { rule: 'third', silent: true, day: '2026-05-03' },
    ]);
  });
});
