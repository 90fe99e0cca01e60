// `rules check` of the whole library as a person runs it, the start of the process included, against a Node that does
// nothing. Prints the median seconds of both and the ratio. The bundle must be fresh: node scripts/bundle.mjs
//   npx tsx bench/check.ts [runs]

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './bench-project.ts';

const RUNS = Number(process.argv[2] ?? 10);
const HAS_ERRORS = 1;
/** What the issue asks for. */
const MOST_SECONDS = 0.5;

// Without a database, since the answer to "which events were seen" is not the checker's work.
const data = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
const environment = { ...process.env, CLICKHOUSE_URL: '' };

function timed(args: readonly string[]): number {
  const begin = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { env: environment, encoding: 'utf8' });
  if (status === null || status === HAS_ERRORS) throw new Error(`node ${args.join(' ')}: ${stderr}`);
  return (performance.now() - begin) / 1000;
}

if (!existsSync('dist/tidemark.mjs')) throw new Error('no bundle: run node scripts/bundle.mjs');
const ours: number[] = [];
const theirs: number[] = [];
for (let run = 0; run < RUNS; run++) {
  ours.push(timed(['bin/tidemark', 'rules', 'check', 'rules', '--data', data]));
  theirs.push(timed(['-e', '0']));
}
rmSync(data, { recursive: true });
const [own, bare] = [median(ours), median(theirs)];
const texts = readdirSync('rules')
  .filter((file) => file.endsWith('.yaml') && !file.endsWith('.test.yaml'))
  .map((file) => readFileSync(join('rules', file), 'utf8'));
const kilobytes = texts.reduce((sum, text) => sum + text.length, 0) / 1000;
console.log(`rules check of ${texts.length} files, ${kilobytes.toFixed(1)} kB, median of ${RUNS} processes:`);
console.log(`  tidemark rules check  ${own.toFixed(3)} s  (slowest ${Math.max(...ours).toFixed(3)} s)`);
console.log(`  node -e 0             ${bare.toFixed(3)} s  ratio ${(own / bare).toFixed(1)}`);
console.log(`  ${own < MOST_SECONDS ? 'under' : 'NOT under'} ${MOST_SECONDS} s`);
