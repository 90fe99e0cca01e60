// A project for tests of champions: rules that tell who they are, and all days found in one statement.
import { refreshChampions } from '../../../src/app/evaluate/refresh-champions.ts';
import type { Store } from '../../../src/model/store.ts';
import { addDays, type Day, dayNumber, UTC } from '../../../src/model/time.ts';
import { compileRuleset } from '../../../src/rules/compile/compile-ruleset.ts';
import type { EvaluationInput } from '../../../src/rules/compile/evaluation-input.ts';
import { openProject, type Project, track } from './project.ts';

const RULES = `
rules:
  always:
    kind: pql
    when: true
    say: "{champion.name} ({champion.role}, {champion.email}) idle {champion.idle_days}, changed {champion.changed}"
  idle:
    kind: churn_risk
    when: {champion.idle_days: {gte: 14}}
    say: "{champion.user_id} is quiet for {champion.idle_days} days"
  taken:
    kind: churn_risk
    when: {champion.changed: true}
    say: "{champion.name} took over"
`;

interface ChampionProject extends Project {
  /** Of every day of a stretch in one statement, from raw events if not told otherwise. */
  findAll(from: string, to: string, options?: { readonly raw: boolean }): Promise<void>;
  champions(): Promise<readonly Record<string, unknown>[]>;
  /** Of the latest transition. */
  sentence(account: string, rule: string): Promise<unknown>;
  /** Day, state and sentence of each transition. */
  moves(rule: string): Promise<readonly (readonly unknown[])[]>;
}

export async function startChampions(store: Store, rules = RULES): Promise<ChampionProject> {
  const project = openProject(store);
  const plan = compileRuleset(await project.apply(rules), { timezone: UTC });
  return {
    ...project,
    findAll: (from, to, { raw } = { raw: true }) =>
      refreshChampions(store, plan, { ...severalDays(from as Day, to as Day), raw }),
    champions: () =>
      project.rows(
        `SELECT account_id, toString(toDate32(last_day)) AS day, user_id, toString(toDate32(since)) AS since, changed,
  previous, challenger
FROM (SELECT * FROM champions ORDER BY tick DESC LIMIT 1 BY account_id, last_day) ORDER BY account_id, last_day`,
      ),
    async sentence(account, rule) {
      const rows = await project.rows(
        `SELECT sentence FROM transitions FINAL WHERE account_id = '${account}' AND rule = '${rule}' ORDER BY step DESC`,
      );
      return rows[0]?.sentence;
    },
    async moves(rule) {
      const rows = await project.rows(
        `SELECT day, to, sentence FROM transitions FINAL WHERE rule = '${rule}' AND to != 'none' ORDER BY day, step`,
      );
      return rows.map((row) => [row.day, row.to, row.sentence]);
    },
  };
}

/** Every account at the close of every day of a stretch. */
function severalDays(from: Day, to: Day): EvaluationInput {
  const [first, last] = [dayNumber(from), dayNumber(to)];
  return {
    relation: `SELECT account_id, instant, instant - INTERVAL 1 DAY AS previous_close, last_day, last_day AS closed_day,
    toInt32(toDate(first_seen)) AS first_day, first_known
  FROM (SELECT account_id, min(first_seen) AS first_seen, min(first_known) AS first_known FROM accounts GROUP BY account_id) AS known
  CROSS JOIN (
    SELECT toInt32(number + ${first}) AS last_day,
      toDateTime64(toDate32(last_day + 1), 3, 'UTC') - toIntervalMillisecond(1) AS instant
    FROM numbers(${last - first + 1})) AS days
  WHERE first_seen <= instant`,
    accounts: '1',
    day: last,
    lastClosed: last,
    earliestDay: first,
    known: Date.UTC(2100, 0, 1) * 1000,
    params: {},
    tick: Date.UTC(2099, 0, 1) * 1000,
  };
}

let ids = 0;

export const identify = (user: string, traits: object, at: string) => ({
  type: 'identify',
  id: `i${++ids}`,
  user_id: user,
  timestamp: at,
  traits,
});

/** An event on each of so many days. */
export const stretch = (account: string, user: string, from: string, days: number, event = 'used') =>
  Array.from({ length: days }, (_, index) =>
    track(account, user, event, `${addDays(from as Day, index)}T10:00:00Z`),
  );
