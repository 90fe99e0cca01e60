// What happens to signals when rules are new, changed, renamed, deleted, refer to each other, or open too much.
import { beforeEach, describe, expect, it } from 'vitest';
import { group, type Project, track } from './support/project.ts';
import { shareEngine } from './support/share-engine.ts';

const METRICS = `
metrics:
  messages: {count: message_sent, window: ever}
`;
const rule = (name: string, text: string) => `  ${name}:
    kind: pql
    owner: sales
    outcome: {event: subscription_started, within: 30d}
    keep_open: 0d
    ${text}
`;

describe('signals and their rules', () => {
  const engine = shareEngine();
  let project: Project;
  beforeEach(async () => {
    project = await engine.openProject();
  });

  const apply = (...rules: readonly string[]) => project.apply(`${METRICS}rules:\n${rules.join('')}`);
  const messages = (account: string, count: number, day: string) =>
    project.ingest(
      Array.from({ length: count }, () => track(account, 'ann', 'message_sent', `${day}T10:00:00Z`)),
    );
  const steps = async () =>
    (await project.rows(`SELECT account_id, rule, from, to, reason, held, toString(day) AS day, openings, episode
      FROM transitions FINAL ORDER BY account_id, at, rule, step`)) as Record<string, unknown>[];

  it('re-evaluates open signals when a condition changed, and says so', async () => {
    await messages('acme', 3, '2026-05-01');
    await messages('zeta', 9, '2026-05-01');
    await apply(rule('busy', 'when: {messages: {gte: 3}}'));
    await project.close('2026-05-01');
    await apply(rule('busy', 'when: {messages: {gte: 5}}'));
    await project.close('2026-05-02', '2026-05-03');
    const found = await steps();
    expect(found.map(({ account_id, to, reason, day }) => [account_id, to, reason, day])).toEqual([
      ['acme', 'open', 'baseline', '2026-05-01'],
      ['acme', 'resolved', 'rule_changed', '2026-05-02'],
      ['acme', 'none', 'timer', '2026-05-03'],
      ['zeta', 'open', 'baseline', '2026-05-01'],
      ['zeta', 'open', 'rule_changed', '2026-05-02'],
    ]);
  });

  it('touches nothing when only the text changed', async () => {
    await messages('acme', 3, '2026-05-01');
    await apply(rule('busy', 'when: {messages: {gte: 3}}'));
    await project.close('2026-05-01');
    await apply(rule('busy', 'when: {messages: {gte: 3}}\n    say: "busy: {messages}"\n    severity: high'));
    await project.close('2026-05-02');
    expect((await steps()).filter(({ reason }) => reason === 'rule_changed')).toEqual([]);
  });

  it('carries the state of a renamed rule over, and keeps numbering its openings', async () => {
    const looksAtIt = rule('looks', 'when: {signal.lively: open}\n    on_create: notify');
    await messages('acme', 3, '2026-05-01');
    await apply(rule('busy', 'when: {messages: {gte: 3}}'));
    await project.close('2026-05-01');
    await apply(rule('lively', 'was: busy\n    when: {messages: {gte: 3}}'), looksAtIt);
    await project.close('2026-05-02', '2026-05-03');
    const renamed = (await steps()).filter(({ rule: name }) => name !== 'looks');
    expect(renamed.map(({ rule: name, to, reason }) => [name, to, reason])).toEqual([
      ['busy', 'open', 'baseline'],
      ['busy', 'none', 'rule_changed'],
      ['lively', 'open', 'rule_changed'],
    ]);
    expect(renamed[2]?.episode).toBe(renamed[0]?.episode);
    // It was open under its former name at the previous close, and is open under the new one since.
    expect(
      (await steps()).filter(({ rule: name }) => name === 'looks').map(({ to, day }) => [to, day]),
    ).toEqual([['open', '2026-05-02']]);
    await apply(rule('lively', 'when: {messages: {gte: 4}}'), looksAtIt);
    await project.close('2026-05-04', '2026-05-05');
    await messages('acme', 5, '2026-05-06');
    await project.close('2026-05-06');
    const lively = (await steps()).filter(({ rule: name }) => name !== 'looks').slice(3);
    expect(lively.map(({ rule: name, to, openings }) => [name, to, openings])).toEqual([
      ['lively', 'resolved', 1],
      ['lively', 'none', 1],
      ['lively', 'open', 2],
    ]);
    expect(lively[2]?.episode).not.toBe(renamed[0]?.episode);
  });

  it('closes what a deleted rule had opened', async () => {
    await messages('acme', 3, '2026-05-01');
    await apply(rule('busy', 'when: {messages: {gte: 3}}'), rule('other', 'when: {messages: {gte: 99}}'));
    await project.close('2026-05-01');
    await apply(rule('other', 'when: {messages: {gte: 99}}'));
    await project.close('2026-05-02', '2026-05-03');
    expect((await steps()).map(({ rule: name, to, reason, day }) => [name, to, reason, day])).toEqual([
      ['busy', 'open', 'baseline', '2026-05-01'],
      ['busy', 'resolved', 'rule_deleted', '2026-05-02'],
      ['busy', 'none', 'rule_deleted', '2026-05-03'],
    ]);
    expect(await project.rows(`SELECT DISTINCT kind FROM transitions`)).toEqual([{ kind: 'pql' }]);
  });

  it('lets a rule look at the signal of another as of the previous close', async () => {
    await apply(
      rule('busy', 'when: {messages: {gte: 3}}'),
      rule('still_busy', 'when: {signal.busy: open}'),
      rule('calm', 'who: {messages: {gte: 1}}\n    when: {signal.busy: closed}\n    on_create: notify'),
    );
    await messages('acme', 1, '2026-05-01');
    await project.close('2026-05-01');
    await messages('acme', 2, '2026-05-02');
    await project.close('2026-05-02', '2026-05-03');
    expect((await steps()).map(({ rule: name, to, day }) => [name, to, day])).toEqual([
      ['calm', 'open', '2026-05-01'],
      ['busy', 'open', '2026-05-02'],
      ['calm', 'resolved', '2026-05-03'],
      ['still_busy', 'open', '2026-05-03'],
    ]);
  });

  it('holds what opens beyond max_new_per_day, and counts ticks and closes of one day together', async () => {
    project.setNow('2026-05-01T09:00:00Z');
    await apply(rule('busy', 'when: {messages: {gte: 1}}\n    max_new_per_day: 2'));
    project.setNow('2026-05-01T12:00:00Z');
    const live = (account: string) => track(account, 'ann', 'message_sent', '2026-05-01T11:00:00Z');
    await project.ingest([live('a'), live('b')], { history: false });
    expect(await project.tick()).toMatchObject({ opened: 2, held: new Map() });
    await project.ingest([live('c'), live('d')], { history: false });
    expect(await project.tick()).toMatchObject({ opened: 2, held: new Map([['busy', 2]]) });
    expect((await steps()).map(({ account_id, held }) => [account_id, held])).toEqual([
      ['a', false],
      ['b', false],
      ['c', true],
      ['d', true],
    ]);
    await project.ingest([live('e')], { history: false });
    project.setNow('2026-05-02T02:00:00Z');
    await project.close('2026-05-01');
    expect((await steps()).at(-1)).toMatchObject({ account_id: 'e', held: true });
  });

  it('opens nothing early for an account that was known before a rule that has not closed yet', async () => {
    project.setNow('2026-05-01T09:00:00Z');
    await messages('old', 5, '2026-04-20');
    await apply(rule('busy', 'when: {messages: {gte: 3}}'));
    project.setNow('2026-05-01T12:00:00Z');
    const live = (account: string) =>
      [1, 2, 3].map(() => track(account, 'ann', 'message_sent', '2026-05-01T11:00:00Z'));
    await project.ingest([...live('old'), ...live('new')], { history: false });
    await project.tick();
    expect((await steps()).map(({ account_id, reason }) => [account_id, reason])).toEqual([
      ['new', 'condition'],
    ]);
    project.setNow('2026-05-02T02:00:00Z');
    await project.close('2026-05-01');
    expect((await steps()).map(({ account_id, reason }) => [account_id, reason])).toEqual([
      ['new', 'condition'],
      ['old', 'baseline'],
    ]);
  });

  it('evaluates a draft not at all and keeps a shadow silent', async () => {
    await messages('acme', 3, '2026-05-01');
    await apply(
      rule('drafted', 'stage: draft\n    when: {messages: {gte: 1}}'),
      rule('shadowed', 'stage: shadow\n    when: {messages: {gte: 1}}'),
    );
    await project.close('2026-05-01');
    expect(await project.rows(`SELECT rule, silent FROM transitions FINAL`)).toEqual([
      { rule: 'shadowed', silent: true },
    ]);
  });

  it('opens silently what mute_if holds for, and nothing else', async () => {
    await project.ingest([group('beta', { plan: 'free' }, '2026-05-01T08:00:00Z')]);
    for (const account of ['acme', 'beta']) await messages(account, 3, '2026-05-01');
    await apply(
      rule('muted', 'when: {messages: {gte: 1}}\n    on_create: notify\n    mute_if: {account.plan: free}'),
    );
    await project.close('2026-05-01');
    // The plan of acme is not known, which mutes nothing.
    expect(
      await project.rows(`SELECT account_id, silent FROM transitions FINAL ORDER BY account_id`),
    ).toEqual([
      { account_id: 'acme', silent: false },
      { account_id: 'beta', silent: true },
    ]);
  });

  it('resolves as left when a trait takes the account out of who', async () => {
    await project.ingest([group('acme', { plan: 'free' }, '2026-05-01T08:00:00Z')]);
    await messages('acme', 3, '2026-05-01');
    await apply(rule('busy', 'who: {account.plan: free}\n    when: {messages: {gte: 3}}'));
    await project.close('2026-05-01');
    await project.ingest([group('acme', { plan: 'team' }, '2026-05-02T08:00:00Z')]);
    await project.close('2026-05-02');
    expect((await steps()).map(({ to, reason }) => [to, reason])).toEqual([
      ['open', 'baseline'],
      ['resolved', 'left'],
    ]);
  });

  it('counts again what came while a rule was away', async () => {
    await messages('acme', 2, '2026-05-01');
    await apply(rule('busy', 'when: {messages: {gte: 4}}'));
    await project.close('2026-05-01');
    await project.apply('rules: {}');
    await messages('acme', 2, '2026-05-02');
    await project.close('2026-05-02');
    await apply(rule('busy', 'when: {messages: {gte: 4}}\n    on_create: notify'));
    await messages('zeta', 1, '2026-05-03');
    await project.close('2026-05-03');
    expect((await steps()).map(({ account_id, to, day }) => [account_id, to, day])).toEqual([
      ['acme', 'open', '2026-05-03'],
    ]);
  });

  it('opens in a tick what a close of the day before has taken already', async () => {
    project.setNow('2026-05-01T09:00:00Z');
    await apply(rule('busy', 'when: {messages: {gte: 3}}'));
    project.setNow('2026-05-02T08:00:00Z');
    await project.ingest(
      [1, 2, 3].map(() => track('acme', 'ann', 'message_sent', '2026-05-02T07:00:00Z')),
      { history: false },
    );
    await project.close('2026-05-01');
    expect(await steps()).toEqual([]);
    await project.tick();
    expect((await steps()).map(({ to, day }) => [to, day])).toEqual([['open', '2026-05-02']]);
  });

  it('takes an unknown condition for true where the rule says so', async () => {
    await project.ingest([group('acme', { plan: 'free' }, '2026-05-01T08:00:00Z')]);
    await apply(rule('small', 'when: {account.seats: {lt: 5}}\n    if_missing: true\n    on_create: notify'));
    await project.close('2026-05-01');
    expect((await steps()).map(({ account_id, to }) => [account_id, to])).toEqual([['acme', 'open']]);
  });

  it('keeps the announcements until a tick and a close have both seen them, and no longer', async () => {
    await apply(rule('busy', 'when: {messages: {gte: 3}}'));
    await messages('acme', 1, '2026-05-01');
    const waiting = () => project.rows('SELECT count() AS n FROM announced_batches');
    await project.close('2026-05-01');
    expect(await waiting()).toEqual([{ n: '1' }]);
    await project.tick();
    await messages('acme', 1, '2026-05-02');
    await project.close('2026-05-02');
    expect(await waiting()).toEqual([{ n: '1' }]);
    expect(await project.rows(`SELECT count() AS n FROM evaluations WHERE kind = 'tick'`)).toEqual([
      { n: '0' },
    ]);
    expect(await project.rows('SELECT uniqExact(tick) AS n FROM results')).toEqual([{ n: '1' }]);
  });

  it('takes a rule that comes back for a new one: what is true already is baseline again', async () => {
    const busy = rule('busy', 'when: {messages: {gte: 3}}');
    await apply(busy);
    await project.close('2026-05-01');
    await messages('acme', 3, '2026-05-02');
    await project.close('2026-05-02');
    await apply(rule('busy', 'stage: draft\n    when: {messages: {gte: 3}}'));
    await project.close('2026-05-03', '2026-05-04');
    await apply(busy);
    await project.close('2026-05-05');
    expect((await steps()).map(({ to, reason }) => [to, reason])).toEqual([
      ['open', 'condition'],
      ['resolved', 'rule_deleted'],
      ['none', 'rule_deleted'],
      ['open', 'baseline'],
    ]);
    const [drafted] = await project.rows(`SELECT sentence FROM transitions WHERE step = 2`);
    expect(drafted?.sentence).toBe('The rule busy is a draft now');
  });
});
