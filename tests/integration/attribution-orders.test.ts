// Whose an event is does not hang on the order of arrival: random histories with aliases, retractions and merged
// accounts, each delivered in three orders, in random batches with copies, with ticks, closes, broken ones and two at
// once in between, end in the same series, events and signals, and in those of the reference evaluator.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateClose } from '../../src/app/evaluate/evaluate-close.ts';
import { evaluateTick } from '../../src/app/evaluate/evaluate-tick.ts';
import type { Store } from '../../src/model/store.ts';
import type { Day, TimeZone } from '../../src/model/time.ts';
import { championSeries } from '../../src/rules/compile/champion-series.ts';
import { identifySeries } from '../../src/rules/compile/identify-series.ts';
import { type Choose, startChoosing } from '../agreement/choose.ts';
import { generateWorld } from '../agreement/generate-world.ts';
import { emptyTables, rulesYaml } from '../agreement/sql-side.ts';
import { dayText, startCalendar } from '../reference/calendar.ts';
import { gatherFacts } from '../reference/facts.ts';
import { asMap, type Envelope } from '../reference/plain.ts';
import { ReferenceEvaluator } from '../reference/reference-evaluator.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { openProject, type Project } from './support/project.ts';

const RULE = { kind: 'pql', outcome: { event: 'x', within: '1d' } } as const;
const RULES = {
  metrics: {
    messages: { count: 'message_sent', window: 'ever' },
    people: { users: 'any', window: 'ever' },
    seen_by: { members: 'any' },
    led: { users: 'message_sent', where: { 'user.role': 'owner' }, window: 'ever' },
    joined: { count: 'account.plan', window: 'ever' },
  },
  rules: {
    busy: { ...RULE, when: { messages: { gte: 3 } } },
    crowd: { ...RULE, when: { people: { gte: 2 } } },
    team: { ...RULE, when: { seen_by: { gte: 2 } } },
    owned: { ...RULE, when: { led: { gte: 1 } } },
    paying: { ...RULE, when: { joined: { gte: 1 } } },
  },
};

const FIRST_DAY = Date.parse('2026-05-04') / 86_400_000;
const DAYS = 6;
const LAST_DAY = FIRST_DAY + DAYS + 8;
const BEFORE_ANYTHING = '2026-01-10' as Day;
const GROUPS = 1;
const HISTORIES = 50;
const ORDERS = 3;
/** Milliseconds, on a machine that is busy with everything else as well. */
const SLOWEST = 400_000;
const ZONES = ['UTC', 'America/New_York', 'Asia/Kolkata'];

/** Of one key everything is the same: which copy comes first would otherwise decide what it says. */
function makeHistory(choose: Choose, name: string): readonly Envelope[] {
  const world = generateWorld(choose, { name, firstDay: FIRST_DAY, days: DAYS, corrected: true });
  const seen = new Set<string>();
  const once = world.batches.flat().filter((one) => {
    const key = JSON.stringify([one.type, one.id, one.account_id ?? ['of', one.user_id]]);
    return !seen.has(key) && seen.add(key);
  });
  return [...once, ...once.flatMap((one) => twinsOf(choose, one))];
}

/** The same event without an account as well, and of both ids of a person. */
function twinsOf(choose: Choose, one: Envelope): readonly Envelope[] {
  if (one.type === 'track' && one.account_id !== undefined && one.user_id !== undefined && choose.chance(8)) {
    const { account_id: _, ...loose } = one;
    return [loose];
  }
  if (one.type !== 'alias' || choose.chance(40)) return [];
  const said = {
    type: 'track' as const,
    id: `${one.id}-both`,
    event: 'message_sent',
    timestamp: one.timestamp,
  };
  return [one.user_id, one.previous_id].map((user) => ({
    ...said,
    ...(user === undefined ? {} : { user_id: user }),
  }));
}

/** In any order, cut anywhere, some of it twice; an id stands once in a batch, as its place would decide otherwise. */
function deliver(
  choose: Choose,
  histories: readonly (readonly Envelope[])[],
): readonly (readonly Envelope[])[] {
  const all = histories.flat();
  const copies = all.filter(() => choose.chance(10));
  const drawn = [...all, ...copies].map((envelope) => ({ envelope, at: choose.whole(0, 1_000_000) }));
  const order = drawn.sort((a, b) => a.at - b.at).map(({ envelope }) => envelope);
  const batches: Envelope[][] = [];
  while (order.length > 0)
    batches.push(order.splice(0, choose.whole(Math.ceil(all.length / 7), Math.ceil(all.length / 3))));
  return batches;
}

/** Fails at its nth write, for good: a process that dies there. */
function breakingAt(store: Store, nth: number): Store {
  let left = nth;
  const die = () => {
    if (--left < 0) throw new Error('died');
  };
  return {
    ...store,
    execute: async (statement) => {
      die();
      return store.execute(statement);
    },
    insert: async (block, how) => {
      die();
      return store.insert(block, how);
    },
  };
}

async function disturb(choose: Choose, project: Project): Promise<void> {
  const evaluator = project.evaluator();
  const broken = { ...evaluator, store: breakingAt(project.store, choose.whole(1, 14)) };
  const close = (one = evaluator) => evaluateClose(one, BEFORE_ANYTHING);
  switch (choose.of('tick', 'close', 'broken tick', 'broken close', 'both', 'nothing')) {
    case 'tick':
      return void (await evaluateTick(evaluator));
    case 'close':
      return void (await close());
    case 'broken tick':
      return void (await evaluateTick(broken).catch(() => undefined));
    case 'broken close':
      return void (await close(broken).catch(() => undefined));
    case 'both':
      return void (await Promise.allSettled([close({ ...evaluator, writer: '2' }), evaluateTick(evaluator)]));
  }
}

interface Ending {
  readonly days: readonly unknown[];
  readonly userDays: readonly unknown[];
  readonly events: readonly unknown[];
  readonly accounts: readonly unknown[];
  readonly open: readonly unknown[];
}

async function run(
  choose: Choose,
  project: Project,
  histories: readonly (readonly Envelope[])[],
): Promise<Ending> {
  await emptyTables(project.store);
  project.setNow('2026-01-01T00:00:00Z');
  await project.apply(rulesYaml(RULES));
  project.setNow(`${dayText(LAST_DAY)}T12:00:00Z`);
  for (const batch of deliver(choose, histories)) {
    await project.ingest(batch);
    await disturb(choose, project);
  }
  await project.close(dayText(LAST_DAY));
  return readEnding(project);
}

async function readEnding(project: Project): Promise<Ending> {
  const { timezone } = project.evaluator();
  return {
    days: await project.rows(`SELECT account_id, toString(series_id) AS series, toString(day) AS day, n,
  toString(length(members)) AS people FROM series_days FINAL
WHERE n > 0 AND series_id IN (${[MESSAGES, PEOPLE].map((metric) => seriesOf(project, metric)).join(', ')}) ORDER BY ALL`),
    userDays: await project.rows(`SELECT account_id, user_id, toString(day) AS day, n
FROM series_user_days FINAL WHERE n > 0 AND series_id = ${championSeries(timezone).activity.id} ORDER BY ALL`),
    events: await project.rows(
      `SELECT account_id, user_id, event, toString(timestamp) AS at, id FROM events ORDER BY ALL`,
    ),
    accounts: await project.rows(
      'SELECT account_id, toString(first_seen) AS first_seen, traits FROM accounts_current ORDER BY account_id',
    ),
    open: await project.rows(
      `SELECT account_id, toString(rule) AS rule FROM signals WHERE state = 'open' ORDER BY ALL`,
    ),
  };
}

const [MESSAGES, PEOPLE] = ['messages', 'people'] as const;

function seriesOf(project: Project, metric: string): string {
  const { ruleset, timezone } = project.evaluator();
  const definition = ruleset.metrics.get(metric)?.series[0]?.definition;
  if (definition === undefined) throw new Error(`${metric} has no series`);
  return identifySeries(definition, timezone);
}

/** The same by the definition. */
function expectedOf(project: Project, histories: readonly (readonly Envelope[])[]) {
  const zone = project.evaluator().timezone as TimeZone;
  const facts = histories.map((history) => gatherFacts(history, startCalendar(zone)));
  const events = facts.flatMap((one) => [...one.events.values()].flat());
  const count = <K extends object>(rows: readonly K[]) => {
    const counts = new Map<string, number>();
    for (const row of rows) counts.set(JSON.stringify(row), (counts.get(JSON.stringify(row)) ?? 0) + 1);
    return [...counts].map(([row, n]) => ({ ...JSON.parse(row), n: String(n) }));
  };
  const daysOf = (series: string, some: typeof events) =>
    count(some.map(({ account, day }) => ({ account_id: account, series, day: dayText(day) }))).map((row) => {
      const own = some.filter(({ account, day }) => account === row.account_id && dayText(day) === row.day);
      const people = new Set(own.map(({ user }) => user).filter((user) => user !== ''));
      return { ...row, people: String(people.size) };
    });
  const ends = histories.map((history) => {
    const evaluator = new ReferenceEvaluator({ rules: RULES, zone, appliedAt: Date.parse('2026-01-01') });
    return evaluator.close(LAST_DAY, history);
  });
  const open = ends.flatMap((accounts) =>
    [...accounts].flatMap(([account, { whens }]) =>
      [...whens].flatMap(([rule, { value }]) => (value === true ? [{ account_id: account, rule }] : [])),
    ),
  );
  return {
    days: [
      ...daysOf(
        seriesOf(project, MESSAGES),
        events.filter(({ event }) => event === 'message_sent'),
      ),
      ...daysOf(seriesOf(project, PEOPLE), events),
    ],
    userDays: count(
      events.map(({ account, user, day }) => ({ account_id: account, user_id: user, day: dayText(day) })),
    ),
    events: events.map(({ account, user, event, at, id }) => ({
      account_id: account,
      user_id: user,
      event,
      at: new Date(at).toISOString().replace('T', ' ').replace('Z', ''),
      id,
    })),
    accounts: ends.flatMap((accounts) => [...accounts.keys()]),
    open,
  };
}

const sorted = (rows: readonly unknown[]): readonly string[] =>
  rows.map((row) => JSON.stringify(Object.entries(asMap(row as never)).sort())).sort();

describe('whose an event is', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startTestEngine();
  });
  afterAll(() => engine?.stop());

  it.each(Array.from({ length: GROUPS }, (_, index) => Number(process.env.ATTRIBUTION_SEED ?? 1) + index))(
    'is the same in any order of arrival, and as defined (seed %i)',
    async (seed) => {
      const choose = startChoosing(seed);
      const histories = choose.times(HISTORIES, (index) => makeHistory(choose, `s${seed}h${index}`));
      const project = openProject(await engine.openDatabase(), choose.of(...ZONES));
      const endings: Ending[] = [];
      for (let order = 0; order < ORDERS; order++) endings.push(await run(choose, project, histories));
      const [first, ...others] = endings;
      if (first === undefined) throw new Error('no order');
      const expected = expectedOf(project, histories);
      expect(sorted(first.events.filter((row) => asMap(row as never).account_id !== ''))).toEqual(
        sorted(expected.events),
      );
      expect(sorted(first.days)).toEqual(sorted(expected.days));
      expect(sorted(first.userDays)).toEqual(sorted(expected.userDays));
      expect(sorted(first.open)).toEqual(sorted(expected.open));
      expect(first.accounts.map((row) => asMap(row as never).account_id)).toEqual(
        expect.arrayContaining(expected.accounts),
      );
      for (const other of others) expect(other).toEqual(first);
      console.log(
        `seed ${seed}: ${HISTORIES} histories in ${ORDERS} orders, ${first.events.length} events, ${first.days.length} days of series, ${first.userDays.length} of users, ${first.open.length} open signals`,
      );
    },
    SLOWEST,
  );
});
