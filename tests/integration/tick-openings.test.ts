// A tick asks only for what its batches can have opened. After every tick, over random histories: a signal is there
// exactly where the whole statement of all rising rules says that one would open, and nothing else was opened.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../demo/hubspot/plan-faults.ts';
import { chooseDeciding } from '../../src/app/evaluate/choose-deciding.ts';
import { chooseInput } from '../../src/app/evaluate/choose-input.ts';
import { prepareSequences } from '../../src/app/evaluate/prepare-values.ts';
import { rememberPlans } from '../../src/app/evaluate/remember-plans.ts';
import type { EpochMillis } from '../../src/model/time.ts';
import { writeStatement } from '../../src/rules/compile/write-statement.ts';
import { readFacts } from '../../src/scoring/read-facts.ts';
import { readOpenable } from '../../src/store/evaluation/read-openable.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { group, openProject, type Project, track } from './support/project.ts';

const RULES = `
metrics:
  messages: {count: message_sent, window: 3d}
  anything: {count: any, window: 7d}
  people: {users: message_sent, window: 7d}
  per_seat: {ratio: [people, account.seats]}
  uploads: {count: file_uploaded, window: 7d, where: {size: {gte: 5}}}
  team: {members: any}
  upgrades: {count: account.plan changed, window: 30d, where: {to: team}}
  path: {sequence: [login, file_uploaded], within: 2d, window: 7d}
segments:
  free: {account.plan: free}
scores:
  use: {parts: {talk: {weight: 50, when: {messages: {gte: 2}}}, people: {weight: 50, when: {people: {gte: 2}}}}}
defaults: {max_new_per_day: 1000}
rules:
  talks: {kind: pql, when: {messages: {gte: 3}}}
  talks_for_free: {kind: pql, who: {segment: free}, when: {messages: {gte: 2}}}
  busy: {kind: pql, when: {anything: {gte: 6}}}
  fills_seats: {kind: pql, when: {per_seat: {gte: 0.5}}}
  uploads_much: {kind: pql, when: {uploads: {gte: 2}}}
  either: {kind: pql, when: {any: [{uploads: {gte: 1}}, {people: {gte: 3}}]}}
  both: {kind: pql, when: {all: [{messages: {gte: 1}}, {uploads: {gte: 1}}]}}
  on_team: {kind: pql, when: {account.plan: team}}
  grows: {kind: pql, when: {team: {gte: 2}}}
  no_plan_yet: {kind: pql, when: {none: [{account.plan: {exists: true}}]}}
  upgraded: {kind: pql, when: {upgrades: {gte: 1}}}
  grown_up: {kind: pql, who: {account.age_days: {gte: 2}}, when: {messages: {gte: 1}}}
  path_taken: {kind: pql, when: {path: {gte: 2}}}
  unknown_is_true: {kind: pql, if_missing: "true", when: {account.seats: {gte: 3}}}
`;

let engine: TestEngine;

beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine?.stop());

test.each([1, 2, 3])(
  'opens what the whole statement would open, seed %i',
  { timeout: 240_000 },
  async (seed) => {
    const project = openProject(await engine.openDatabase());
    const random = seededRandom(seed);
    project.setNow('2026-05-01T02:00:00Z');
    await project.apply(RULES);
    await project.close('2026-04-30');
    let opened = 0;
    for (let step = 0; step < 14; step++) {
      const now = new Date(Date.UTC(2026, 4, 1, 3) + step * 5 * 3_600_000).toISOString();
      project.setNow(now);
      await project.ingest(randomBatch(random, now), { history: false });
      opened += (await project.tick()).opened;
      expect(await readSignals(project), `after tick ${step}`).toEqual(await readDue(project));
    }
    expect(opened).toBeGreaterThan(8);
  },
);

/** Of one kind mostly, so that most ticks touch few rules. */
function randomBatch(random: () => number, at: string): readonly object[] {
  const pick = <Item>(items: readonly [Item, ...Item[]]): Item =>
    items[Math.floor(random() * items.length)] ?? items[0];
  const accounts = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
  const event = pick(['message_sent', 'file_uploaded', 'login', 'page_viewed'] as const);
  return Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
    const account = pick(accounts);
    const user = `${account}${Math.floor(random() * 4)}`;
    if (random() < 0.35) return group(account, { plan: pick(['free', 'team'] as const) }, at);
    if (random() < 0.1) return group(account, { seats: pick([2, 4, 8] as const) }, at, user);
    // Half without an account: attributed by the memberships.
    const own = random() < 0.7 ? account : undefined;
    return track(own, user, event, at, { properties: { size: Math.floor(random() * 10) } });
  });
}

const readSignals = async (project: Project) =>
  (await project.rows('SELECT DISTINCT account_id, rule FROM transitions ORDER BY account_id, rule')).map(
    ({ account_id: account, rule }) => `${account} ${rule}`,
  );

const due = new WeakMap<Project, Set<string>>();

/** What the whole statement has said of any tick up to now: what is open stays, ticks end nothing. */
async function readDue(project: Project): Promise<readonly string[]> {
  const { ruleset, timezone, store } = project.evaluator();
  const [last] = await project.rows(
    "SELECT tick, toUnixTimestamp64Milli(at) AS at, day FROM evaluations WHERE kind = 'tick' AND phase = 'finished' ORDER BY tick DESC LIMIT 1",
  );
  const plan = rememberPlans(timezone).tick(ruleset);
  const moment = {
    day: last?.day as never,
    at: Number(last?.at) as EpochMillis,
    tick: Number(last?.tick),
  };
  const input = chooseInput({ ...moment, kind: 'tick', timezone });
  await prepareSequences(store, plan, input);
  const rows = await readOpenable(store, {
    statement: writeStatement(plan, input),
    deciding: chooseDeciding(plan),
  });
  const known = due.get(project) ?? new Set<string>();
  due.set(project, known);
  for (const row of rows) {
    const results = { ...row, scores: [] };
    for (const [name, layout] of plan.layout.rules) {
      const { who, when } = readFacts(results, layout);
      const holds = when === 'true' || (when === 'unknown' && ruleset.rules.get(name)?.ifMissing === 'true');
      if (who === 'true' && holds) known.add(`${row.account_id} ${name}`);
    }
  }
  return [...known].sort();
}
