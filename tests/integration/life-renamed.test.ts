// A rule that is renamed again and again: nothing of its signals is lost, their openings included.
import { beforeEach, describe, expect, it } from 'vitest';
import { loadAppliedRules } from '../../src/app/apply-rules.ts';
import { findEarlierNames } from '../../src/app/find-earlier-names.ts';
import type { AccountId, RuleName } from '../../src/model/ids.ts';
import { namesOfRule, originalName } from '../../src/rules/names-of-rule.ts';
import { identifyEpisode } from '../../src/scoring/identify-episode.ts';
import { group, type Project } from './support/project.ts';
import { shareEngine } from './support/share-engine.ts';

describe('a rule that was renamed twice', () => {
  const engine = shareEngine();
  let project: Project;
  beforeEach(async () => {
    project = await engine.openProject();
    await project.ingest([group('acme', { hot: true }, '2026-05-01T08:00:00Z')]);
  });

  /** The rule under a name, with those that look at its signal and count its openings. */
  const apply = (name: string, was?: string) =>
    project.apply(`metrics:
  openings: {count: signal.${name}, window: ever}
rules:
  ${name}: {kind: pql, on_create: notify, when: {account.hot: true}${was === undefined ? '' : `, was: ${was}`}}
  twice: {kind: pql, on_create: notify, when: {openings: {gte: 2}}}
  seen: {kind: pql, on_create: notify, when: {signal.${name}: open}}
`);
  const heat = (hot: boolean, day: string) => project.ingest([group('acme', { hot }, `${day}T08:00:00Z`)]);
  const moves = async (...names: readonly string[]) => {
    const rows =
      await project.rows(`SELECT rule, from, to, reason, step, openings, episode, toString(day) AS day
      FROM transitions FINAL ORDER BY at, step, to = 'none' AND reason = 'rule_changed' DESC, rule`);
    return rows.filter(({ rule }) => names.includes(String(rule)));
  };
  /** Its condition names the rule, so each renaming changes it as well. */
  const sights = async () => (await moves('seen')).filter(({ reason }) => reason !== 'rule_changed');
  const opening = (number: number) => identifyEpisode('acme' as AccountId, 'first' as RuleName, number);

  it('keeps what is open, numbers its openings on, and names episodes after its first name', async () => {
    await apply('first');
    await project.close('2026-05-01');
    await apply('second', 'first');
    await project.close('2026-05-02');
    await apply('third', 'second');
    await project.close('2026-05-03');
    await heat(false, '2026-05-04');
    await project.close('2026-05-04', '2026-05-05');
    await heat(true, '2026-05-06');
    await project.close('2026-05-06', '2026-05-07');
    const found = await moves('first', 'second', 'third');
    expect(
      found.map(({ rule, from, to, step, openings }) => [rule, `${from}>${to}`, step, openings]),
    ).toEqual([
      ['first', 'none>open', 1, 1],
      ['first', 'open>none', 2, 1],
      ['second', 'open>open', 2, 1],
      ['second', 'open>none', 3, 1],
      ['third', 'open>open', 3, 1],
      ['third', 'open>resolved', 4, 1],
      ['third', 'resolved>none', 5, 1],
      ['third', 'none>open', 6, 2],
    ]);
    expect(found.at(-3)?.episode).toBe(opening(1));
    expect(found.at(-1)?.episode).toBe(opening(2));
    // The second opening is an event of the next day; the first was one under another name.
    expect((await moves('twice')).map(({ to, day }) => [to, day])).toEqual([['open', '2026-05-07']]);
    expect((await sights()).map(({ to, day }) => [to, day])).toEqual([
      ['open', '2026-05-02'],
      ['resolved', '2026-05-05'],
      ['none', '2026-05-06'],
      ['open', '2026-05-07'],
    ]);
  });

  it('goes on where it stood when no day was closed under the name between', async () => {
    await apply('first');
    await project.close('2026-05-01');
    await apply('second', 'first');
    await apply('third', 'second');
    await project.close('2026-05-02', '2026-05-03');
    expect(
      (await moves('first', 'second', 'third')).map(({ rule, to, reason }) => [rule, to, reason]),
    ).toEqual([
      ['first', 'open', 'condition'],
      ['first', 'none', 'rule_changed'],
      ['third', 'open', 'rule_changed'],
    ]);
  });

  it('counts on for an account whose signal rested under both of the former names', async () => {
    await apply('first');
    await project.close('2026-05-01');
    await heat(false, '2026-05-02');
    await project.close('2026-05-02', '2026-05-03');
    await apply('second', 'first');
    await project.close('2026-05-04');
    await apply('third', 'second');
    await heat(true, '2026-05-05');
    await project.close('2026-05-05', '2026-05-06');
    expect(
      (await moves('third')).map(({ from, to, openings, episode }) => [from, to, openings, episode]),
    ).toEqual([['none', 'open', 2, opening(2)]]);
    expect((await moves('twice')).map(({ to, day }) => [to, day])).toEqual([['open', '2026-05-06']]);
  });

  it('is taken back under the name that it had first, and seen as open all the time', async () => {
    await apply('first');
    await project.close('2026-05-01');
    await apply('second', 'first');
    await project.close('2026-05-02');
    await apply('first', 'second');
    await project.close('2026-05-03', '2026-05-04');
    await heat(false, '2026-05-05');
    await project.close('2026-05-05');
    expect(
      (await moves('first', 'second')).map(({ rule, from, to, step }) => [rule, `${from}>${to}`, step]),
    ).toEqual([
      ['first', 'none>open', 1],
      ['first', 'open>none', 2],
      ['second', 'open>open', 2],
      ['second', 'open>none', 3],
      ['first', 'open>open', 3],
      ['first', 'open>resolved', 4],
    ]);
    expect((await sights()).map(({ to }) => to)).toEqual(['open']);
    await heat(true, '2026-05-06');
    await project.close('2026-05-06');
    expect((await moves('first')).at(-1)).toMatchObject({ to: 'open', openings: 2, episode: opening(2) });
  });

  it('counts under its first name again what it opened under the second', async () => {
    await apply('first');
    await project.close('2026-05-01', '2026-05-02');
    await apply('second', 'first');
    await heat(false, '2026-05-03');
    await project.close('2026-05-03', '2026-05-04');
    await heat(true, '2026-05-05');
    await project.close('2026-05-05', '2026-05-06');
    await apply('first', 'second');
    await project.close('2026-05-07', '2026-05-08');
    const twice = await moves('twice');
    expect(twice.map(({ to, day }) => [to, day])).toEqual([
      ['open', '2026-05-06'],
      ['open', '2026-05-07'],
    ]);
    expect((await moves('first')).at(-1)).toMatchObject({ to: 'open', openings: 2, episode: opening(2) });
  });

  it('knows its names again after a restart, and leaves out one that another rule has by now', async () => {
    const names = async () => (await loadAppliedRules(project.store))?.rules.get('third' as RuleName);
    await apply('first');
    await apply('second', 'first');
    await apply('third', 'second');
    expect(await names()).toMatchObject({ was: 'second', wasBefore: ['first'] });
    await project.apply(`rules:
  third: {kind: pql, when: true, was: second}
  first: {kind: pql, when: false}
`);
    expect((await names())?.wasBefore).toBeUndefined();
  });

  /** Rulesets one after the other, each of rules with their former names; the names of each rule of the last. */
  const namesAfter = async (...rulesets: readonly Readonly<Record<string, string | undefined>>[]) => {
    for (const rules of rulesets) await applyAll(rules);
    const ruleset = await loadAppliedRules(project.store);
    return Object.fromEntries(
      [...(ruleset?.rules.values() ?? [])].map((rule) => [
        rule.name,
        `${namesOfRule(rule).join(' ')}, first ${originalName(rule)}`,
      ]),
    );
  };
  const applyAll = (rules: Readonly<Record<string, string | undefined>>) => {
    const lines = Object.entries(rules).map(
      ([name, was]) =>
        `  ${name}: {kind: pql, on_create: notify, when: {account.${name}: true}${was === undefined ? '' : `, was: ${was}`}}`,
    );
    return project.apply(`rules:\n${lines.join('\n')}\n`);
  };
  const none = undefined;

  it('never shares its past with a rule that came to one of its names later', async () => {
    const until = [{ a: none }, { b: 'a' }, { c: 'b' }];
    expect(await namesAfter(...until)).toEqual({ c: 'c b a, first a' });
    expect(await namesAfter({ c: 'b', a: none })).toEqual({ c: 'c b, first b', a: 'a, first a' });
    expect(await namesAfter({ c: 'b', d: 'a' })).toEqual({ c: 'c b, first b', d: 'd a, first a' });
    expect(await namesAfter({ c: 'b', e: 'd' })).toEqual({ c: 'c b, first b', e: 'e d a, first a' });
    // Gone by now, but what stands under that name is still not all its own.
    expect(await namesAfter({ c: 'b' })).toEqual({ c: 'c b, first b' });
  });

  it('shares its past neither with a rule that says to have had one of its names', async () => {
    expect(await namesAfter({ a: none }, { b: 'a' }, { c: 'b', d: 'a' })).toEqual({
      c: 'c b, first b',
      d: 'd a, first a',
    });
    expect(await namesAfter({ c: 'b', e: 'd' })).toEqual({ c: 'c b, first b', e: 'e d a, first a' });
  });

  it('does not take over the signal of such a rule', async () => {
    const traits = (hot: object, day: string) =>
      project.ingest([group('acme', hot, `2026-05-${day}T08:00:00Z`)]);
    await applyAll({ a: none });
    await project.close('2026-05-01');
    await applyAll({ b: 'a' });
    await applyAll({ c: 'b' });
    await project.close('2026-05-02');
    await applyAll({ c: 'b', a: none });
    await traits({ a: true }, '03');
    await project.close('2026-05-03');
    await applyAll({ c: 'b', d: 'a' });
    await traits({ c: false, d: true }, '04');
    await project.close('2026-05-04');
    expect((await moves('a', 'c', 'd')).map(({ rule, from, to }) => [rule, `${from}>${to}`])).toEqual([
      ['a', 'none>open'],
      ['a', 'open>none'],
      ['d', 'open>open'],
      // Its condition is another than that of the former rule.
      ['d', 'open>open'],
    ]);
  });

  it('was first called what it was called first, however often it got a name back', async () => {
    expect(await namesAfter({ a: none }, { b: 'a' }, { a: 'b' })).toEqual({ a: 'a b, first a' });
    expect(await namesAfter({ b: 'a' })).toEqual({ b: 'b a, first a' });
    expect(await namesAfter({ c: 'b' }, { b: 'c' })).toEqual({ b: 'b c a, first a' });
  });

  it('has in a ruleset of the past the names that it had then', async () => {
    await applyAll({ a: none });
    await applyAll({ b: 'a' });
    const then = await applyAll({ c: 'b' });
    await applyAll({ c: 'b', a: none });
    const rule = (await findEarlierNames(project.store, then)).rules.get('c' as RuleName);
    expect(rule && namesOfRule(rule)).toEqual(['c', 'b', 'a']);
  });
});
