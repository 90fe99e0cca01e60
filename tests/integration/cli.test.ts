// The command line on a project of its own: import, apply, evaluate, list, query, release.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle, spawnTidemark } from '../support/run-tidemark.ts';
import { createProject, type TestProject } from './up-project.ts';

const EVENTS = 3000;
let project: TestProject;

const event = (index: number) =>
  JSON.stringify({
    type: 'track',
    id: `e${index}`,
    account_id: index % 3 === 0 ? 'acme' : `team-${index % 50}`,
    user_id: `u${index % 7}`,
    event: 'message_sent',
    timestamp: new Date(Date.UTC(2026, 2, 1) + index * 600_000).toISOString(),
  });

const lines = (count: number): string =>
  Array.from({ length: count }, (_, index) => `${event(index)}\n`).join('');

beforeAll(async () => {
  bundle();
  project = await createProject();
  await project.write('history.ndjson', `${lines(EVENTS)}{"type":"track"}\nnot json\n`);
  await writeFile(join(project.folder, 'again.ndjson.gz'), gzipSync(lines(EVENTS)));
});
afterAll(() => project.remove());

const asNumber = (text = ''): number => Number(text.replaceAll(',', ''));

const tsv = async (query: string): Promise<string> =>
  (await project.run('sql', query, '--format', 'TSV')).stdout.trim();

describe('events import', () => {
  test('says what was read, stored and dead-lettered, and where to look', async () => {
    const { code, stdout, stderr } = await project.run('events', 'import', 'history.ndjson');
    expect(stderr).toContain('tidemark dead-letters list --source import');
    expect(stdout).toMatch(/^3,002 read, 3,000 stored, 2 dead-lettered in \d+ s\n$/);
    expect(code).toBe(0);
    expect(await tsv('SELECT count() FROM events')).toBe(String(EVENTS));
  });

  test('of the same events again changes nothing, gzip or not', async () => {
    await project.run('events', 'import', 'history.ndjson', 'again.ndjson.gz');
    expect(await tsv('SELECT count() FROM events')).toBe(String(EVENTS));
    expect(
      await tsv('SELECT count() FROM (SELECT 1 FROM dead_letters GROUP BY topic, partition, offset)'),
    ).toBe('2');
  });

  test('names a file that is not there, in one line', async () => {
    const { code, stderr } = await project.run('events', 'import', 'nowhere.ndjson');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^tidemark: cannot import .*nowhere\.ndjson: .*\n$/);
  });

  test('killed in the middle and run again ends exact', async () => {
    const many = 120_000;
    await project.write('many.ndjson', lines(many));
    const env = { TIDEMARK_WRITE_KEY: 'wk-0123456789' };
    const child = spawnTidemark(['events', 'import', 'many.ndjson'], { cwd: project.folder, env });
    setTimeout(() => child.kill('SIGKILL'), 900);
    await once(child, 'close');
    const { stdout } = await project.run('events', 'import', 'many.ndjson');
    // What the killed run had stored is skipped.
    const [, stored, skipped = '0'] = /, ([\d,]+) stored(?:.*, ([\d,]+) skipped)?/.exec(stdout) ?? [];
    expect(asNumber(stored) + asNumber(skipped)).toBe(many);
    expect(await tsv('SELECT count() FROM events')).toBe(String(many));
  });
});

describe('rules, evaluate, signals', () => {
  test('evaluate without rules in force applies the folder, and says when it cannot', async () => {
    const rules = await readFile(join(project.folder, 'rules/pql.yaml'), 'utf8');
    await project.write('rules/pql.yaml', rules.replace('gte', 'gtee'));
    const broken = await project.run('evaluate', '--from', '2026-03-01', '--to', '2026-03-02');
    expect(broken.code).toBe(1);
    expect(broken.stderr).toContain('did you mean "gte"?');
    await project.write('rules/pql.yaml', rules.replace('gte: 3', 'gte: 900'));
    const apply = await project.run('rules', 'apply');
    expect(apply).toMatchObject({ code: 0, stdout: '1 rules of rules applied\n' });
    expect((await project.run('rules', 'apply')).stdout).toBe('1 rules of rules in force already\n');
  });

  test('evaluate closes every day and signals lists what opened, in three formats', async () => {
    const { code, stdout } = await project.run('evaluate', '--from', '2026-03-01', '--to', '2026-03-21');
    expect(stdout).toMatch(/^21 days closed in \d+ s: 1 signals opened, \d+ transitions\n$/);
    expect(code).toBe(0);

    const json = JSON.parse((await project.run('signals', '--format', 'json')).stdout);
    // Every third message is Acme's, one in ten minutes: the 900th is the 2,698th of all, on the 19th day.
    expect(json).toMatchObject([{ account_id: 'acme', since: '2026-03-19', state: 'open', held: false }]);
    expect((await project.run('signals', '--format', 'csv')).stdout).toMatch(
      /^account_id,account_name,rule,.*\r\nacme,acme,team_hits_3_messages,pql,open,/,
    );
    expect((await project.run('signals', '--account', 'acme', '--kind', 'pql')).stdout).toContain(
      '1 signal\n',
    );
    expect((await project.run('signals', '--rule', 'another')).stdout).toBe('no signals\n');
    expect((await project.run('signals', '--state', 'resolved')).stdout).toBe('no signals\n');
    expect(await tsv('SELECT DISTINCT past FROM transitions'), 'evaluate is never delivered').toBe('true');
  });

  test('evaluated again, nothing opens twice: days before the last transition are left out', async () => {
    const { stdout, stderr } = await project.run('evaluate', '--from', '2026-03-01', '--to', '2026-03-21');
    expect(stderr).toContain('18 days were closed before and are left out');
    expect(stdout).toMatch(/^3 days closed in \d+ s: 0 signals opened, 0 transitions\n$/);
  });

  test('rules check names an event that was never received, and what was, without touching a project', async () => {
    await mkdir(join(project.folder, 'misspelt'));
    await project.write(
      'misspelt/a.yaml',
      'metrics:\n  messages: {count: mesage_sent, window: 30d}\nrules:\n  busy: {kind: pql, stage: draft, when: {messages: {gte: 5}}, keep_open: 1d}\n',
    );
    const { code, stdout } = await project.run('rules', 'check', 'misspelt');
    expect(stdout).toContain('L009');
    expect(stdout).toMatch(/seen were "message_sent" \([\d,]+ times\)/);
    expect(code).toBe(3);
    const elsewhere = await project.run('rules', 'check', 'misspelt', '--data', 'no-such-data');
    expect(elsewhere.stdout).not.toContain('L009');
    expect(existsSync(join(project.folder, 'no-such-data'))).toBe(false);
  });

  test('rules check annotates a pull request, and is a document for programs', async () => {
    const { code, stdout } = await project.run('rules', 'check', 'misspelt', '--format', 'github');
    const [annotation, count] = stdout.split('\n');
    expect(annotation).toMatch(
      /^::warning file=misspelt\/a\.yaml,line=2,col=21,endColumn=32,title=L009::no event called "mesage_sent" was ever received: seen were "message_sent"/,
    );
    expect(count).toBe('0 errors, 1 warning in 1 file');
    expect(code).toBe(3);
    const json = await project.run('rules', 'check', 'misspelt', '--format', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject({ warnings: 1, files: 1, problems: [{ code: 'L009' }] });
    expect(json.code).toBe(3);
  });

  test('evaluate leaves no gap', async () => {
    const { code, stderr } = await project.run('evaluate', '--from', '2026-04-01', '--to', '2026-04-02');
    expect(code).toBe(1);
    expect(stderr).toBe(
      'tidemark: days close in order and 2026-03-21 is the last one: start with --from 2026-03-22\n',
    );
  });

  test('release knows its rules, and a close can be released', async () => {
    const unknown = await project.run('signals', 'release', 'team_hit_3_messages');
    expect(unknown).toMatchObject({ code: 1 });
    expect(unknown.stderr).toBe(
      'tidemark: there is no rule "team_hit_3_messages" in force: did you mean "team_hits_3_messages"?\n',
    );
    expect((await project.run('signals', 'release', 'team_hits_3_messages')).code).toBe(0);
    expect((await project.run('closes', 'release', '2026-03-22')).code).toBe(0);
    expect(await tsv('SELECT kind, subject FROM releases ORDER BY kind')).toBe(
      'rule\tteam_hits_3_messages\nclose\t2026-03-22',
    );
  });
});

describe('sql', () => {
  test('prints in the format that is asked for', async () => {
    const { stdout } = await project.run('sql', 'SELECT 1 AS one, 2 AS two;', '--format', 'JSONEachRow');
    expect(JSON.parse(stdout)).toEqual({ one: 1, two: 2 });
  });

  test.each([
    'DROP TABLE usage_events',
    'INSERT INTO usage_events (account_id) VALUES (1)',
    "SELECT 1 INTO OUTFILE 'x'",
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
  ])('refuses to run %s', async (query) => {
    const { code, stdout, stderr } = await project.run('sql', query);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^tidemark: .+\n/);
  });

  test('tells a mistake in the query in the words of ClickHouse', async () => {
    const { code, stderr } = await project.run('sql', 'SELECT nothing FROM events');
    expect(code).toBe(1);
    expect(stderr).toContain('UNKNOWN_IDENTIFIER');
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

const owner = async (of: TestProject) => {
  const lock: { port: number; owner: { username: string; password: string } } = JSON.parse(
    await of.read('.tidemark/engine.json'),
  );
  return async (statement: string): Promise<string> => {
    const answer = await fetch(`http://127.0.0.1:${lock.port}/?database=tidemark`, {
      method: 'POST',
      headers: { 'x-clickhouse-user': lock.owner.username, 'x-clickhouse-key': lock.owner.password },
      body: statement,
    });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.text();
  };
};

test('sql of people takes none of the sessions that the line needs', async () => {
  await project.run('rules', 'apply');
  const asOwner = await owner(project);
  const slow = Array.from({ length: 4 }, () => project.run('sql', 'SELECT sleep(3), sleep(2.9)'));
  const done = Promise.all(slow);
  let longest = 0;
  for (let running = true; running; ) {
    const startedAt = performance.now();
    await asOwner('SELECT 1');
    longest = Math.max(longest, performance.now() - startedAt);
    running = (await Promise.race([done, sleep(50, 'running')])) === 'running';
  }
  expect((await done).map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(longest).toBeLessThan(2000);
});

describe('a command that only looks', () => {
  const looks: readonly (readonly string[])[] = [['sql', 'SELECT 1'], ['signals']];
  let fresh: TestProject;
  beforeAll(async () => {
    fresh = await createProject();
  });
  afterAll(() => fresh.remove());

  test.each(looks)(
    'says what makes a database when there is none, and makes nothing: %s',
    async (...args) => {
      const { code, stdout, stderr } = await fresh.run(...args);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^tidemark: there is no folder .*\.tidemark yet; "tidemark up", .* make it\n$/);
      await expect(access(join(fresh.folder, '.tidemark'))).rejects.toThrow('ENOENT');
    },
  );

  test.each(looks)('says the same of a folder without a database: %s', async (...args) => {
    await mkdir(join(fresh.folder, '.tidemark'), { recursive: true });
    const { code, stderr } = await fresh.run(...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^tidemark: there is no database tidemark yet; "tidemark up", .* make it\n$/);
    expect(await (await owner(fresh))('SHOW DATABASES').catch(String)).toContain('Database tidemark');
  });

  test('reads a database of a newer version and says so, and leaves one of an older to what writes', async () => {
    expect((await fresh.run('rules', 'apply')).code).toBe(0);
    const asOwner = await owner(fresh);
    await asOwner("INSERT INTO schema_migrations VALUES (99, 'later', '', now64())");
    for (const args of looks) {
      const { code, stderr } = await fresh.run(...args);
      expect(code).toBe(0);
      expect(stderr).toMatch(
        /^tidemark: database tidemark was made by a newer version .* migration 99; .*\n$/,
      );
    }
    const last = (await asOwner('SELECT max(number) FROM schema_migrations WHERE number < 99')).trim();
    await asOwner(
      `ALTER TABLE schema_migrations DELETE WHERE number IN (99, ${last}) SETTINGS mutations_sync = 2`,
    );
    for (const args of looks) {
      const { code, stderr } = await fresh.run(...args);
      expect(code).toBe(1);
      expect(stderr).toContain(
        `made by an older version of Tidemark, without migration ${last}; "tidemark up"`,
      );
    }
    expect((await asOwner('SELECT max(number) FROM schema_migrations')).trim()).not.toBe(last);
  });
});
