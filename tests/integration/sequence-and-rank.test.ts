// What statements of their own compute before the one statement: how far users got in order, and ranks among peers.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { group, openProject, type Project, track } from './support/project.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine?.stop());

const open = async (zone?: string): Promise<Project> => openProject(await engine.openDatabase(), zone);

/** Values of the named metrics of each account at the latest close, in their order. */
async function valuesOf(project: Project): Promise<Record<string, unknown>> {
  const names = [...project.evaluator().ruleset.metrics.keys()].length;
  const rows = await project.rows('SELECT account_id, metrics FROM results ORDER BY account_id');
  return Object.fromEntries(
    rows.map(({ account_id, metrics }) => [account_id, (metrics as unknown[]).slice(0, names)]),
  );
}

const step = (user: string | undefined, event: string, at: string, account = 'acme') =>
  track(account, user, event, `2026-05-${at}:00Z`);

describe('sequence', () => {
  const METRICS = `
metrics:
  steps:   {sequence: [sign_up, create, invite], within: 2d, window: 30d}
  late:    {sequence: [sign_up, create, invite], within: 3d, window: 30d}
  done:    {sequence: [sign_up, create, invite], within: 3d, window: 30d, as: users}
  team:    {sequence: [sign_up, create, invite], within: 3d, window: 30d, per: account}
  twice:   {sequence: [create, create], within: 1d, window: 30d}
  either:  {sequence: [[sign_up, create], any], within: 1d, window: 30d}
  recent:  {sequence: [sign_up, create], within: 3d, window: 2d}
  before:  {change: steps, over: 2d, as: absolute}
`;

  it('counts steps that one user took in order, in time, each event once', async () => {
    const project = await open();
    await project.ingest([
      group('acme', {}, '2026-04-01T00:00:00Z'),
      group('other', {}, '2026-04-01T00:00:00Z'),
      // Ann: the third step 49 hours after the first. Bob: the wrong way round. Unknown people take no steps.
      step('ann', 'sign_up', '02T10:00'),
      step('ann', 'create', '02T11:00'),
      step('ann', 'invite', '04T11:00'),
      step('bob', 'create', '03T10:00'),
      step('bob', 'sign_up', '03T11:00'),
      step(undefined, 'sign_up', '03T12:00'),
      step(undefined, 'create', '03T13:00'),
    ]);
    await project.apply(METRICS);
    await project.close('2026-05-03', '2026-05-04', '2026-05-05');
    // `before` has no base two days earlier for a window of thirty days: the account is old enough, the base was 2.
    expect(await valuesOf(project)).toEqual({
      acme: [2, 3, 1, 3, 1, 2, 0, 0],
      other: [0, 0, 0, 0, 0, 0, 0, 0],
    });
  });

  it('starts a chain anew where a later start gets further', async () => {
    const project = await open();
    await project.ingest([
      step('ann', 'sign_up', '01T08:00'),
      step('ann', 'sign_up', '05T08:00'),
      step('ann', 'create', '05T09:00'),
      step('ann', 'sign_up', '06T07:00'),
      step('ann', 'invite', '07T08:00'),
    ]);
    await project.apply(METRICS);
    await project.close('2026-05-07');
    expect((await valuesOf(project)).acme).toEqual([3, 3, 1, 3, 1, 2, 1, null]);
  });

  it('counts events that were attributed, in the project’s days, and late ones at the next close', async () => {
    const project = await open('America/New_York');
    await project.ingest([
      group('acme', {}, '2026-05-01T00:00:00Z', 'ann'),
      track(undefined, 'ann', 'sign_up', '2026-05-03T02:00:00Z'),
      step('ann', 'create', '03T03:00'),
    ]);
    await project.apply(METRICS);
    await project.close('2026-05-02');
    // In New York it is still the second of May.
    expect((await valuesOf(project)).acme).toMatchObject([2, 2, 0, 2, 1, 2, 2, null]);
    await project.ingest([step('ann', 'invite', '03T03:30')], { history: false });
    await project.close('2026-05-03');
    expect((await valuesOf(project)).acme).toMatchObject([3, 3, 1, 3, 1, 2, 2, null]);
  });

  it('opens a rule early in a tick', async () => {
    const project = await open();
    await project.ingest([step('ann', 'sign_up', '02T10:00')]);
    await project.apply(`${METRICS}
rules:
  activated: {kind: pql, when: {steps: {gte: 2}}}
`);
    await project.close('2026-05-02');
    project.setNow('2026-05-03T12:00:00Z');
    await project.ingest([step('ann', 'create', '03T09:00')], { history: false });
    expect(await project.tick()).toMatchObject({ opened: 1 });
    expect(await project.rows('SELECT count() AS n FROM prepared_values WHERE last_day = 20576')).toEqual([
      { n: '0' },
    ]);
  });
});

describe('a sequence at its edges', () => {
  it('takes the step at the very end of its time, and none after, in the order of time and then of ids', async () => {
    const project = await open();
    const at = (account: string, user: string | undefined, event: string, time: string, more = {}) =>
      track(account, user, event, `2026-05-${time}Z`, more);
    await project.ingest([
      at('in_time', 'ann', 'sign_up', '02T10:00:00.000'),
      at('in_time', 'ann', 'create', '04T10:00:00.000'),
      at('too_late', 'ann', 'sign_up', '02T10:00:00.000'),
      at('too_late', 'ann', 'create', '04T10:00:00.001'),
      at('at_once', 'ann', 'create', '02T10:00:00.000', { id: 'b' }),
      at('at_once', 'ann', 'sign_up', '02T10:00:00.000', { id: 'a' }),
      at('turned', 'ann', 'create', '02T10:00:00.000', { id: 'a' }),
      at('turned', 'ann', 'sign_up', '02T10:00:00.000', { id: 'b' }),
      // Unknown people are no user; the account took the steps.
      at('unknown', undefined, 'sign_up', '02T10:00:00.000'),
      at('unknown', undefined, 'create', '02T11:00:00.000'),
      at('two_people', 'ann', 'sign_up', '02T10:00:00.000'),
      at('two_people', 'bob', 'create', '02T11:00:00.000'),
      // Both finished, and a third began.
      ...['ann', 'bob'].flatMap((user) => [
        at('both', user, 'sign_up', '02T10:00:00.000'),
        at('both', user, 'create', '02T11:00:00.000'),
      ]),
      at('both', 'cy', 'sign_up', '02T10:00:00.000'),
      // After T.
      at('to_come', 'ann', 'sign_up', '04T10:00:00.000'),
      at('to_come', 'ann', 'create', '05T10:00:00.000'),
      // Before the window, and after the first days.
      at('long_ago', 'ann', 'sign_up', '01T10:00:00.000'),
      at('long_ago', 'ann', 'create', '02T10:00:00.000'),
    ]);
    await project.apply(`
metrics:
  steps: {sequence: [sign_up, create], within: 2d, window: 30d}
  done:  {sequence: [sign_up, create], within: 2d, window: 30d, as: users}
  team:  {sequence: [sign_up, create], within: 2d, window: 30d, per: account}
  three: {sequence: [sign_up, create], within: 2d, window: 3d}
  early: {sequence: [sign_up, create], within: 2d, window: first 1d}
  begun: {sequence: [sign_up, create], within: 2d, window: since account.nothing}
`);
    await project.close('2026-05-04');
    expect(await valuesOf(project)).toEqual({
      in_time: [2, 1, 2, 2, 1, null],
      too_late: [1, 0, 1, 1, 1, null],
      at_once: [2, 1, 2, 2, 2, null],
      turned: [1, 0, 1, 1, 1, null],
      unknown: [0, 0, 2, 0, 0, null],
      two_people: [1, 0, 2, 1, 1, null],
      both: [2, 2, 2, 2, 2, null],
      to_come: [1, 0, 1, 1, 1, null],
      long_ago: [2, 1, 2, 0, 1, null],
    });
  });
});

describe('percentile_rank', () => {
  const rules = (leastPeers: number) => `
metrics:
  messages: {count: message_sent, window: 7d}
  rank:     {percentile_rank: messages, min_peers: ${leastPeers}}
  of_plan:  {percentile_rank: messages, among: [account.plan], min_peers: 1}
  of_ratio: {percentile_rank: {ratio: [messages, account.seats]}, min_peers: 1}
`;

  async function fourAccounts(): Promise<Project> {
    const project = await open();
    const plans = ['free', 'free', 'team', undefined];
    await project.ingest([
      ...plans.map((plan, index) =>
        group(`a${index}`, plan === undefined ? {} : { plan, seats: index }, '2026-05-01T00:00:00Z'),
      ),
      ...[1, 3, 3, 5].flatMap((messages, index) =>
        Array.from({ length: messages }, (_, minute) =>
          step('ann', 'message_sent', `02T10:0${minute}`, `a${index}`),
        ),
      ),
    ]);
    return project;
  }

  it('is the share of peers with a smaller value; missing without traits, value or enough peers', async () => {
    const project = await fourAccounts();
    await project.apply(rules(3));
    await project.close('2026-05-02');
    expect(await valuesOf(project)).toEqual({
      // a0 has no seats to divide by: it has no ratio, and is nobody's peer there.
      a0: [1, 0, 0, null],
      a1: [3, 1 / 3, 1, 1],
      a2: [3, 1 / 3, null, 0],
      a3: [5, 1, null, null],
    });
    await project.apply(rules(4));
    await project.close('2026-05-03');
    expect(Object.values(await valuesOf(project)).map((values) => (values as unknown[])[1])).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it('needs thirty peers unless told otherwise, alike in every trait of among', async () => {
    const project = await open();
    const accounts = [
      ...Array.from({ length: 31 }, () => 'team'),
      ...Array.from({ length: 30 }, () => 'free'),
    ];
    await project.ingest(
      accounts.map((plan, index) =>
        group(
          `a${index}`,
          { plan, seats: index, size: index % 31 === 0 ? 'odd' : 'even' },
          '2026-05-01T00:00:00Z',
        ),
      ),
    );
    await project.apply(`
metrics:
  among_all: {percentile_rank: account.seats}
  alike:  {percentile_rank: account.seats, among: [account.plan]}
  both:   {percentile_rank: account.seats, among: [account.plan, account.size], min_peers: 29}
  nowhere: {percentile_rank: account.seats, among: [account.region], min_peers: 1}
`);
    await project.close('2026-05-02');
    const values = await valuesOf(project);
    expect(values.a30).toEqual([30 / 60, 1, 1, null]);
    expect(values.a0).toEqual([0, 0, null, null]);
    expect(values.a60).toEqual([1, null, null, null]);
  });

  it('does not see accounts of the future', async () => {
    const project = await fourAccounts();
    await project.ingest([step('bob', 'message_sent', '09T10:00', 'later')]);
    await project.apply(rules(3));
    await project.close('2026-05-02');
    expect((await valuesOf(project)).a3).toEqual([5, 1, null, null]);
  });
});

describe('signal.RULE at an earlier day', () => {
  it('is what it was as of the close before that day', async () => {
    const project = await open();
    await project.ingest([step('ann', 'message_sent', '01T10:00'), step('ann', 'message_sent', '05T10:00')]);
    await project.apply(`
metrics:
  messages: {count: message_sent, window: ever}
  lately:   {streak: {signal.busy: open}, unit: day}
rules:
  busy: {kind: pql, when: {messages: {gte: 2}}}
`);
    await project.close('2026-05-04', '2026-05-05', '2026-05-06', '2026-05-07');
    // It opened at the close of the fifth: open as of the closes before the sixth and the seventh.
    expect((await valuesOf(project)).acme).toEqual([2, 2]);
  });
});

describe('signal.RULE as an event', () => {
  it('is an opening, none of its other moves, and counts from the day after', async () => {
    const project = await open();
    await project.ingest([
      group('acme', {}, '2026-05-01T00:00:00Z'),
      step('ann', 'message_sent', '02T10:00'),
      step('ann', 'message_sent', '03T10:00'),
      step('ann', 'message_sent', '05T10:00'),
    ]);
    const text = `
metrics:
  today:    {count: message_sent, window: 1d}
  openings: {count: signal.busy, window: ever}
  shadowed: {count: signal.hidden, window: 1d}
  waited:   {days_since_last: signal.patient}
rules:
  busy:    {kind: pql, on_create: notify, when: {today: {gte: 1}}, keep_open: 1d}
  hidden:  {kind: pql, on_create: notify, stage: shadow, when: {today: {gte: 1}}}
  patient: {kind: pql, on_create: notify, when: {today: {gte: 1}}, for: 1d}
`;
    await project.apply(text);
    const found: unknown[] = [];
    for (const day of ['01', '02', '03', '04', '05', '06', '07']) {
      await project.close(`2026-05-${day}`);
      found.push((await valuesOf(project)).acme);
    }
    // Busy opens on the 2nd, recovers on the 4th and is open again on the 5th; patient opens on the 3rd.
    expect(found).toEqual([
      [0, 0, 0, null],
      [1, 0, 0, null],
      [1, 1, 1, null],
      [0, 1, 0, 0],
      [1, 1, 0, 1],
      [0, 1, 1, 2],
      [0, 1, 0, 3],
    ]);
  });
});

describe('a tick', () => {
  it('compares closed days only, and opens nothing that a fall or time makes true', async () => {
    const project = await open();
    const days = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12', '13', '14'];
    await project.ingest([
      group('acme', { limit: 100 }, '2026-04-01T00:00:00Z'),
      ...days.flatMap((day, index) =>
        Array.from({ length: index < 7 ? 1 : 2 }, (_, minute) =>
          step('ann', 'message_sent', `${day}T10:0${minute}`),
        ),
      ),
    ]);
    const part = (metric: string) => `{weight: 20, metric: ${metric}, from: 0, to: 1000}`;
    const rules = `
metrics:
  messages: {count: message_sent, window: 7d}
  in_all:   {count: message_sent, window: ever}
  grew:     {change: messages, over: 7d}
  unusual:  {weekday_zscore: message_sent, weeks: 1}
  slope:    {trend: message_sent, window: 14d}
  in_a_row: {streak: message_sent}
  held:     {streak: {messages: {gte: 14}}}
  full_in:  {days_to_limit: in_all, limit: account.limit}
  idle:     {days_since_last: other}
scores:
  closed:
    parts:
      grew: ${part('grew')}
      unusual: ${part('unusual')}
      slope: ${part('slope')}
      in_a_row: ${part('in_a_row')}
      full_in: ${part('full_in')}
  more:
    parts:
      held: {weight: 50, metric: held, from: 0, to: 1000}
      now: {weight: 50, metric: messages, from: 0, to: 1000}
rules:
  rose:   {kind: pql, when: {in_all: {gte: 30}}}
  fell:   {kind: pql, when: {messages: {lt: 30}, in_all: {gte: 30}}}
  silent: {kind: pql, when: {any: [{idle: {exists: false}}, {idle: {gte: 1}}], in_all: {gte: 30}}}
`;
    await project.apply(rules);
    await project.close('2026-05-14');
    project.setNow('2026-05-15T12:00:00Z');
    await project.ingest(
      Array.from({ length: 9 }, (_, minute) => step('ann', 'message_sent', `15T09:0${minute}`)),
      { history: false },
    );
    expect(await project.tick()).toMatchObject({ opened: 1 });
    const [opened] = await project.rows('SELECT rule, evidence FROM transitions');
    expect(opened?.rule).toBe('rose');
    const { scores } = JSON.parse(String(opened?.evidence)) as {
      scores: Record<string, { parts: { part: string; value: number }[] }>;
    };
    const values = ['closed', 'more'].flatMap((name) => scores[name]?.parts ?? []);
    const [row] = await project.rows(
      "SELECT metrics FROM results WHERE toDate(at - INTERVAL 1 SECOND) = '2026-05-14' ORDER BY tick DESC LIMIT 1",
    );
    const [, , grew, unusual, , inARow, held, fullIn] = (row?.metrics ?? []) as number[];
    expect([grew, unusual, inARow, held]).toEqual([1, 1, 12, 1]);
    expect(Object.fromEntries(values.map(({ part: name, value }) => [name, value]))).toEqual({
      grew,
      unusual,
      // Of the window's fourteen days thirteen are closed: six with one message, seven with two.
      slope: expect.closeTo((12 * (141 / 20 - 6)) / 168, 9),
      in_a_row: inARow,
      full_in: fullIn,
      held,
      // What does not compare with the past sees today.
      now: 6 * 2 + 9,
    });
    await project.close('2026-05-15');
    expect(await project.rows("SELECT rule FROM transitions WHERE to = 'open' ORDER BY rule")).toEqual([
      { rule: 'fell' },
      { rule: 'rose' },
      { rule: 'silent' },
    ]);
  });
});
