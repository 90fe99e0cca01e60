// Imports of every format by the command that people run, broken off at several points and run again.
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readLockFile } from '../../src/store/engine/lock-file.ts';
import { bundle, spawnTidemark } from '../support/run-tidemark.ts';
import { waitUntil } from './support/wait-until.ts';
import { createProject, type TestProject, WRITE_KEY } from './up-project.ts';

const example = (name: string): string =>
  fileURLToPath(new URL(`../../examples/import/${name}`, import.meta.url));

let project: TestProject;
beforeAll(() => bundle());

const tsv = async (query: string): Promise<readonly string[]> =>
  (await project.run('sql', query, '--format', 'TSV')).stdout.trimEnd().split('\n');

/** Everything that an import has written but when: the same after a clean run and after a broken one. */
const contents = async () => ({
  events: await tsv('SELECT account_id, user_id, event, timestamp, id, properties FROM events ORDER BY ALL'),
  traits: await tsv('SELECT DISTINCT account_id, trait, valid_from, value FROM account_traits ORDER BY ALL'),
  aliases: await tsv('SELECT DISTINCT user_id, previous_id, linked_at FROM user_aliases ORDER BY ALL'),
  deadLetters: await tsv(
    'SELECT DISTINCT topic, offset, reason, detail, body FROM dead_letters ORDER BY ALL',
  ),
});

describe('the examples', () => {
  beforeAll(async () => {
    project = await createProject();
  });
  afterAll(() => project.remove());

  test('are imported as the guide says', async () => {
    const map = (name: string) => ['--map', example(`${name}.yaml`), example(`${name}.csv`)];
    const ran = [
      await project.run('events', 'import', ...map('orders')),
      await project.run('events', 'import', ...map('companies')),
      await project.run('events', 'import', '--timezone', 'UTC', example('mixpanel.ndjson')),
      await project.run('events', 'import', example('posthog.ndjson'), example('segment.ndjson')),
    ];
    expect(ran.map(({ code, stderr }) => [code, stderr])).toEqual(Array(4).fill([0, '']));
    const { events, traits, aliases, deadLetters } = await contents();
    expect(events).toHaveLength(7);
    expect(events.join('\n')).toContain('acme\tbob\torder_placed\t2026-03-29 01:30:00.000\tA-2');
    expect(traits.join('\n')).toContain('acme\tseats\t2026-03-01 08:00:00.000\t25');
    expect(aliases.map((line) => line.split('\t')[1]).sort()).toEqual(['$device:d-2', 'anon-2', 'd-2']);
    expect(deadLetters).toEqual(['']);
  });

  test('are history: known since their own time', async () => {
    expect(await tsv('SELECT countIf(known_at != timestamp) FROM usage_events')).toEqual(['0']);
  });

  test('are skipped when they were imported before, and a mapping that changed is another import', async () => {
    const args = ['events', 'import', '--map', example('orders.yaml'), example('orders.csv')];
    const again = await project.run(...args);
    expect(again.stderr).toMatch(
      /orders\.csv was imported before, to its end \(3 lines\); --again imports it again\n$/,
    );
    expect(again.stdout).toMatch(
      /^0 read, 0 stored, 0 dead-lettered, 3 skipped as they were imported before, in/,
    );
    expect((await project.run(...args, '--again')).stdout).toMatch(/^3 read, 3 stored, 0 dead-lettered in/);
  });

  test('say what to write when something is missing', async () => {
    const csv = await project.run('events', 'import', example('orders.csv'));
    expect([csv.code, csv.stderr]).toEqual([1, expect.stringContaining('write --map FILE.yaml')]);
    await project.write('broken.yaml', 'type: track\nevnt: {column: a}\n');
    const map = await project.run('events', 'import', '--map', 'broken.yaml', example('orders.csv'));
    expect([map.code, map.stderr]).toEqual([1, expect.stringContaining('broken.yaml:2:1  G002')]);
  });
});

describe('an import that is killed', () => {
  const ROWS = 100_000;
  const BATCH_ROWS = 20_000;
  const KILLED_AFTER_BATCHES = [1, 2, 3];

  /** Every fiftieth row has no time, every seventh note a line end. */
  const ROWS_GZ = gzipSync(
    `n,org,person,at,note\n${Array.from({ length: ROWS }, (_, n) => {
      const at = n % 50 === 0 ? '' : new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString();
      return `${n},account-${n % 300},user-${n % 900},${at},${n % 7 === 0 ? '"two\nlines"' : 'one'}\n`;
    }).join('')}`,
  );
  const MAPPING = `type: track
event: {value: row_added}
account_id: {column: org}
user_id: {column: person}
timestamp: {column: at}
properties: {n: {column: n, type: number}, note: {column: note}}
`;

  let clean: Awaited<ReturnType<typeof contents>>;
  const prepare = async () => {
    project = await createProject();
    await project.write('map.yaml', MAPPING);
    await writeFile(join(project.folder, 'rows.csv.gz'), ROWS_GZ);
  };
  const args = ['events', 'import', '--map', 'map.yaml', 'rows.csv.gz'];

  beforeAll(async () => {
    await prepare();
    expect((await project.run(...args)).stdout).toMatch(/^100,000 read, 98,000 stored, 2,000 dead-lettered/);
    clean = await contents();
    await project.remove();
  }, 180_000);
  beforeEach(prepare);
  afterEach(() => project.remove());

  /** Asked of the engine itself: in the time that a command takes to start, an import stores several batches. */
  async function storedBatches(): Promise<number> {
    const lock = await readLockFile(join(project.folder, '.tidemark'));
    const answer = await fetch(`http://127.0.0.1:${lock?.port}`, {
      method: 'POST',
      headers: {
        'x-clickhouse-user': lock?.owner.username ?? '',
        'x-clickhouse-key': lock?.owner.password ?? '',
      },
      // Not the rows, of which the engine merges those of one file into one.
      body: 'SELECT max(records) FROM tidemark.import_progress',
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    return Math.floor(Number(text) / BATCH_ROWS);
  }

  /** Begun, and sent this signal as soon as so many batches are stored. Resolves once it has ended. */
  async function breakOff(batches: number, signal: NodeJS.Signals) {
    // The engine is there first, so that the progress can be asked for.
    await project.run('events', 'import', example('segment.ndjson'));
    const child = spawnTidemark(args, { cwd: project.folder, env: { TIDEMARK_WRITE_KEY: WRITE_KEY } });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const ended = once(child, 'close');
    await waitUntil({
      what: `${batches} batches`,
      look: storedBatches,
      holds: (stored) => stored >= batches,
      withinMs: 60_000,
      everyMs: 2,
      context: () => said,
    });
    child.kill(signal);
    await ended;
    return { child, said: () => said };
  }

  test.each(KILLED_AFTER_BATCHES)(
    'after %i batches and run again ends with the same rows',
    async (batches) => {
      const { child } = await breakOff(batches, 'SIGKILL');
      expect(child.signalCode).toBe('SIGKILL');
      const { stdout, stderr } = await project.run(...args);
      expect(stderr).toMatch(/rows\.csv\.gz: \d+0,000 lines were imported before/);
      expect(stdout).toMatch(/ read, .*skipped/);
      const after = await contents();
      const own = (lines: readonly string[]) => lines.filter((line) => !/message_sent|\tplan\t/.test(line));
      expect(own(after.events)).toEqual(clean.events);
      expect(after.deadLetters).toEqual(clean.deadLetters);
    },
    90_000,
  );

  test('by Ctrl-C says how to go on', async () => {
    const { child, said } = await breakOff(1, 'SIGINT');
    expect(child.exitCode).toBe(130);
    expect(said()).toContain('run the same command again to finish it: it goes on where it stopped');
  }, 90_000);
});
