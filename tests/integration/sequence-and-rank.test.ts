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
