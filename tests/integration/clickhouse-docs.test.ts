// docs/clickhouse.md and the dashboard of examples/grafana, held to the engine: every view and column as it is, every
// query run by the reader, and what it answers counted again.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Store } from '../../src/model/store.ts';
import { openStore } from '../../src/store/clickhouse-store.ts';
import { fillProject } from './clickhouse-clients-data.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import type { Project } from './support/project.ts';

/** Of the account's id no view says more than that. */
const meaningOf = (name: unknown, comment: unknown) =>
  name === 'account_id' && comment === '' ? "the account's id" : comment;

type Row = Readonly<Record<string, unknown>>;

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const documentation = read('docs/clickhouse.md');
const questions = [...documentation.matchAll(/^### \d+\. (.+)$[\s\S]*?```sql\n([\s\S]*?)```/gm)].map(
  ([, title = '', sql = '']) => ({ title, sql }),
);

let running: TestEngine;
let project: Project;
let reader: Store;

beforeAll(async () => {
  running = await startTestEngine();
  project = await fillProject(await running.openDatabase('tidemark'));
  reader = openStore({ ...running.engine.reader, database: 'tidemark' });
});
afterAll(async () => {
  await reader.close();
  await running.stop();
});

/** As the user whom data teams have, with what its limits and refusals let through. */
async function ask(sql: string): Promise<readonly Row[]> {
  const chunks: Uint8Array[] = [];
  const answer = reader.queryRaw({ sql, params: {}, columns: [] }, { format: 'JSONEachRow', readonly: true });
  for await (const chunk of answer) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString().split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

const answerTo = (title: string): Promise<readonly Row[]> => {
  const question = questions.find((each) => each.title.startsWith(title));
  if (!question) throw new Error(`docs/clickhouse.md has no question "${title}"`);
  return ask(question.sql);
};

describe('the documentation of the views', () => {
  test('has every view, and every column with its type and meaning', async () => {
    const columns = await project.rows(
      `SELECT table, name, type, comment FROM system.columns WHERE database = currentDatabase()
       AND table IN (SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'View')
       ORDER BY table, position`,
    );
    const views = documentation.split('## Ten questions')[0]?.split(/^### /m).slice(3) ?? [];
    const documented = views.flatMap((section) => {
      const view = section.split('\n')[0];
      return [...section.matchAll(/^\| `(\w+)` \| `(.+?)` \| (.+) \|$/gm)].map((match) => ({
        table: view,
        name: match[1],
        type: match[2],
        comment: match[3],
      }));
    });
    const byTable = [...documented].sort((a, b) => ((a.table ?? '') < (b.table ?? '') ? -1 : 1));
    expect(byTable.map((row) => Object.values(row).join(' | '))).toEqual(
      columns.map(({ table, name, type, comment }) =>
        [table, name, type, meaningOf(name, comment)].join(' | '),
      ),
    );
  });
});

describe('the ten questions', () => {
  test('are ten, and each has an answer here', async () => {
    expect(questions).toHaveLength(10);
    for (const { title, sql } of questions) expect([title, (await ask(sql)).length]).not.toEqual([title, 0]);
  });

  test('count the funnel by the order of the steps', async () => {
    expect(await answerTo('The activation funnel')).toEqual([
      { signed_up: 3, created_project: 1, invited_member: 1 },
    ]);
  });

  test('count users as a recount of the events does', async () => {
    const events = await project.rows(
      "SELECT account_id, user_id, toString(toDate(timestamp)) AS day FROM events WHERE account_id != ''",
    );
    const daysBetween = (from: unknown, to: unknown) =>
      (Date.parse(String(to)) - Date.parse(String(from))) / 86_400_000;
    const rows = await answerTo('Daily and weekly active users');
    expect(rows.length).toBeGreaterThan(15);
    for (const { account_id, day, dau, wau } of rows) {
      const usersWithin = (days: number) =>
        new Set(
          events
            .filter((event) => event.account_id === account_id)
            .filter((event) => daysBetween(event.day, day) >= 0 && daysBetween(event.day, day) < days)
            .map(({ user_id }) => user_id),
        ).size;
      expect([account_id, day, Number(dau), Number(wau)]).toEqual([
        account_id,
        day,
        usersWithin(1),
        usersWithin(7),
      ]);
    }
  });

  test('compare weeks, and find who went quiet', async () => {
    expect(await answerTo('The accounts with the most usage')).toEqual([
      { account_id: 'acme', this_week: 9, last_week: 5 },
      { account_id: 'initech', this_week: 2, last_week: 0 },
      { account_id: 'globex', this_week: 0, last_week: 8 },
    ]);
    expect(await answerTo('Accounts that have gone quiet')).toMatchObject([
      { account_id: 'globex', days_quiet: 8, events_ever: 8 },
    ]);
  });

  test('tell signals, scores and what was left out', async () => {
    expect(await answerTo('Open signals')).toMatchObject([
      {
        account_id: 'acme',
        account_name: 'Acme Inc.',
        rule: 'busy',
        sentence: 'sent 7 messages in a week',
        value: 100,
      },
    ]);
    expect(await answerTo('From the first event')).toMatchObject([
      { account_id: 'globex', days: 1 },
      { account_id: 'acme', days: 8 },
    ]);
    expect(await answerTo('Signals of each rule')).toEqual([
      { rule: 'busy', week: '2026-05-04', opened: 1, resolved: 0 },
      { rule: 'busy', week: '2026-05-11', opened: 1, resolved: 1 },
    ]);
    expect((await answerTo('How the score')).map(({ day, value, change }) => [day, value, change])).toEqual([
      ['2026-05-04', 40, 0],
      ['2026-05-05', 60, 20],
      ['2026-05-13', 100, 40],
    ]);
    expect(await answerTo('Users who belong')).toMatchObject([{ user_id: 'stray', events: 1 }]);
    expect(await answerTo('What was rejected')).toMatchObject([{ reason: 'missing_event', messages: 1 }]);
  });
});

const dashboardSchema = z.object({
  title: z.string(),
  uid: z.string(),
  schemaVersion: z.number().int().min(39),
  time: z.object({ from: z.string(), to: z.string() }),
  templating: z.object({
    list: z.array(z.looseObject({ name: z.string(), type: z.string(), query: z.string() })),
  }),
  panels: z.array(
    z.object({
      id: z.number().int(),
      title: z.string(),
      type: z.enum(['stat', 'timeseries', 'table', 'barchart']),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      targets: z.array(
        z.object({
          refId: z.string(),
          datasource: z.object({
            type: z.literal('grafana-clickhouse-datasource'),
            uid: z.string().regex(/^\$\{datasource\}$/),
          }),
          rawSql: z.string(),
        }),
      ),
    }),
  ),
});

describe('the dashboard for Grafana', () => {
  const dashboard = dashboardSchema.parse(JSON.parse(read('examples/grafana/dashboards/tidemark.json')));
  const [from, to] = ["toDateTime64('2026-05-01', 3, 'UTC')", "toDateTime64('2026-05-31', 3, 'UTC')"];

  /** As the data source fills them in. */
  const fillMacros = (sql: string): string =>
    sql
      .replaceAll(/\$__timeFilter\((\w+)\)/g, `$1 >= ${from} AND $1 <= ${to}`)
      .replaceAll(/\$__timeInterval\((\w+)\)/g, 'toStartOfInterval(toDateTime($1), INTERVAL 3600 second)')
      .replaceAll('$__toTime', to)
      .replaceAll(/\$\{account\}/g, 'acme');

  test('has panels with ids of their own that do not overlap', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });

  test.each(dashboard.panels)('asks what the engine answers: $title', async ({ type, targets }) => {
    for (const { rawSql } of targets) {
      const sql = fillMacros(rawSql);
      expect(sql).not.toContain('$');
      const rows = await ask(sql);
      expect(rows.length).toBeGreaterThan(0);
      // A count has a row also where there is nothing to count.
      if (type === 'stat') expect(Number(Object.values(rows[0] ?? {})[0])).toBeGreaterThan(0);
    }
  });

  test('lets choose among the accounts', async () => {
    const accounts = dashboard.templating.list.find(({ name }) => name === 'account');
    expect(await ask(accounts?.query ?? '')).toEqual(
      ['acme', 'globex', 'initech'].map((account_id) => ({ account_id })),
    );
  });
});
