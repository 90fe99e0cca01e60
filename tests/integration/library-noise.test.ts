// That the shipped rules do not speak of everybody: on the demo's history, in which most accounts are well and weekdays
// differ by chance, each rule that people hear of speaks of a few.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccounts } from '../../demo/simulation/create-accounts.ts';
import { runTests } from '../../src/app/rule-tests/run-tests.ts';
import { systemClock as clock } from '../../src/app/system-clock.ts';
import { addDays, type Day, parseDay } from '../../src/model/time.ts';
import { libraryFolder, readLibraryFiles, readLibraryRuleset } from './library/read-library.ts';
import { simulatedTest } from './library/simulated-test.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';

const options = { seed: 7, accounts: 60, days: 90, lastDay: parseDay('2026-05-28') };
const ruleset = readLibraryRuleset(readLibraryFiles(libraryFolder));
const live = [...ruleset.rules.values()].filter(({ stage }) => stage === 'live');

/** Rules about a fall, which chance alone may look like. */
const ABOUT_FALLS = [
  'usage_drops',
  'weekday_drop_alert',
  'falls_three_weeks_running',
  'people_leave',
  'renewal_with_falling_use',
  'health_falls',
];

/** Stories of customers who stay as they are, or grow. */
const HEALTHY: ReadonlySet<string> = new Set(['pays_and_stays', 'fills_its_seats']);

/** An account of which a rule has spoken. */
interface Spoken {
  readonly rule: string;
  readonly account: string;
  readonly openings: readonly Day[];
  /** On the last day; recovering is open. */
  readonly isOpen: boolean;
}

describe('the shipped rules on a simulated history', { timeout: 300_000 }, () => {
  let engine: TestEngine;
  let spoken: readonly Spoken[] = [];
  beforeAll(async () => {
    engine = await startTestEngine();
    const names = live.map(({ name }) => name);
    const group = { tests: [simulatedTest(options, names)], prefixUsers: true };
    const store = await engine.openDatabase();
    const [result] = await runTests({ store, clock, ruleset, group, routes: new Map() });
    spoken = (result?.failures ?? []).map(({ what, account, got, history }) => ({
      rule: what,
      account,
      openings: history
        .filter(({ from, to }) => to === 'open' && from !== 'recovering')
        .map(({ day }) => day),
      isOpen: got === 'open' || got === 'recovering',
    }));
  }, 300_000);
  afterAll(() => engine?.stop());

  const spokenBy = (rule: string): readonly Spoken[] => spoken.filter((one) => one.rule === rule);

  it('speak of some: of most kinds of accounts there are one or two', () => {
    const silent = live.filter(({ name }) => spokenBy(name).length === 0);
    expect(silent.length).toBeLessThan(live.length / 3);
    for (const rule of ['weekday_drop_alert', 'usage_drops'])
      expect(spokenBy(rule).some(({ openings }) => openings.length > 0)).toBe(true);
  });

  it('have a signal open at no more than a third of the accounts each', () => {
    const shares = live.map(({ name }) => ({
      name,
      open: spokenBy(name).filter(({ isOpen }) => isOpen).length,
    }));
    expect(shares.filter(({ open }) => open > options.accounts / 3)).toEqual([]);
  });

  it('open within four weeks at no more than a third of the accounts each', () => {
    const since = addDays(options.lastDay, -27);
    const opened = ({ openings }: Spoken): boolean => openings.some((day) => day >= since);
    const shares = live.map(({ name }) => ({ name, opened: spokenBy(name).filter(opened).length }));
    expect(shares.filter((one) => one.opened > options.accounts / 3)).toEqual([]);
  });

  it('take ordinary weekdays of a healthy customer for a fall at hardly any', () => {
    const healthy = new Set(
      createAccounts(options).flatMap(({ id, story }) => (HEALTHY.has(story.name) ? [id] : [])),
    );
    expect(healthy.size).toBeGreaterThanOrEqual(10);
    const alarmed = ABOUT_FALLS.map((rule) => ({
      rule,
      alarmed: spokenBy(rule).filter((one) => healthy.has(one.account) && one.openings.length > 0).length,
    }));
    expect(alarmed.filter((one) => one.alarmed > healthy.size / 10)).toEqual([]);
  });
});
