// `tidemark rules test` over a hundred tests of sixty days with the shipped rules, wall time from the start of the
// process to its end, against the same events closed one day after the other, as `tidemark evaluate` closes them: a few
// of the days, and as many times their time as there are days. Those closes are of all rules, the tests of four.
//   npx tsx bench/rules-test.ts [tests]
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { evaluateDays } from '../src/app/evaluate/evaluate-days.ts';
import { ingestBatch } from '../src/ingest/ingest-batch.ts';
import type { BatchId } from '../src/model/ids.ts';
import { addDays, type Day, UTC } from '../src/model/time.ts';
import { readRuleset } from '../src/rules/read-ruleset.ts';
import { expandTest } from '../src/rules/test-file/expand-test.ts';
import { isTestFile } from '../src/rules/test-file/is-test-file.ts';
import { readTestFiles } from '../src/rules/test-file/read-test-files.ts';
import { median, openEvaluator, seconds, startBenchEngine } from './bench-project.ts';

const TESTS = Number(process.argv[2] ?? 100);
const DAYS = 60;
const ROUNDS = 3;
const CLOSED = 6;
const FIRST = '2026-01-05' as Day;
const LAST = addDays(FIRST, DAYS - 1);

const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-tests-'));
try {
  writeFolder();
  const ours: number[] = [];
  for (let round = 0; round < ROUNDS; round++) ours.push(await seconds(async () => runTests()));
  const theirs = await oneCloseAtATime();
  const own = median(ours);
  console.log(`${TESTS} tests of ${DAYS} days, ${countEvents()} events, rules that ship`);
  console.log(
    `tidemark rules test, process start included   ${own.toFixed(2)} s (median of ${ROUNDS}: ${ours.map((s) => s.toFixed(2)).join(' ')})`,
  );
  console.log(
    `one close at a time, events and engine given  ${theirs.toFixed(2)} s (${CLOSED} of the ${DAYS} closes: ${((theirs * CLOSED) / DAYS).toFixed(2)} s)`,
  );
  console.log(`ratio: all closes in one pass are ${(theirs / own).toFixed(1)} times as fast`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function writeFolder(): void {
  mkdirSync(join(folder, 'rules'));
  for (const name of readdirSync('rules').filter((name) => name.endsWith('.yaml') && !isTestFile(name)))
    cpSync(join('rules', name), join(folder, 'rules', name));
  const kinds = [writeLead, writeQuiet, writeFull, writeShrinking];
  const tests = Array.from({ length: TESTS }, (_, index) => kinds[index % kinds.length]?.(index) ?? '');
  writeFileSync(join(folder, 'rules', 'bench.test.yaml'), `tests:\n${tests.join('')}`);
}

/** Forty messages a day: the fiftieth day brings the two thousandth. */
function writeLead(index: number): string {
  return `  - name: lead ${index}
    accounts: {acme: {plan: free, seats: 10, created_at: 2025-06-01, name: Acme}}
    users: {u1: {role: owner}}
    events:
      - acme u1..u4 message_sent 10/day ${FIRST}..${LAST}
    expect:
      - {day: ${addDays(FIRST, 48)}, team_hits_2000_messages: none}
      - {day: ${addDays(FIRST, 49)}, team_hits_2000_messages: {state: open, because: {messages_ever: 2000}}}
      - {day: ${LAST}, score.adoption: {gte: 40}}
`;
}

function writeQuiet(index: number): string {
  return `  - name: quiet ${index}
    accounts: {acme: {plan: team, seats: 10, created_at: 2025-06-01}}
    events:
      - acme u1..u6 message_sent 4/weekday ${FIRST}..${addDays(FIRST, 39)}
    expect:
      - {day: ${addDays(FIRST, 39)}, seats_go_quiet: none}
      - {day: ${LAST}, seats_go_quiet: open, idle_days: {gte: 14}}
`;
}

function writeFull(index: number): string {
  return `  - name: full ${index}
    accounts: {acme: {plan: team, seats: 10, created_at: 2025-06-01}}
    events:
      - acme u1..u5 message_sent 2/day ${FIRST}..${LAST}
      - acme u6..u9 file_shared 1/day ${addDays(FIRST, 30)}..${LAST}
    expect:
      - {day: ${addDays(FIRST, 29)}, seats_nearly_full: none, segment.paying: true}
      - {day: ${addDays(FIRST, 30)}, seats_nearly_full: open, seat_use: 0.9}
`;
}

function writeShrinking(index: number): string {
  return `  - name: shrinking ${index}
    accounts: {acme: {plan: enterprise, seats: 5, created_at: 2025-06-01}}
    events:
      - acme u1..u4 message_sent 8/day ${FIRST}..${addDays(FIRST, 29)}
      - acme u1 message_sent 2/day ${addDays(FIRST, 30)}..${LAST}
    expect:
      - {day: ${addDays(FIRST, 29)}, usage_drops: none}
      - {day: ${addDays(FIRST, 45)}, usage_drops: {state: open, severity: high}}
`;
}

function runTests(): void {
  execFileSync(process.execPath, [resolve('bin/tidemark'), 'rules', 'test'], { cwd: folder });
}

function readFolder() {
  const names = readdirSync(join(folder, 'rules'));
  const files = Object.fromEntries(
    names.map((name) => [name, readFileSync(join(folder, 'rules', name), 'utf8')]),
  );
  const rules = Object.fromEntries(Object.entries(files).filter(([name]) => !isTestFile(name)));
  const { ruleset } = readRuleset(rules, {});
  if (ruleset === undefined) throw new Error('the shipped rules do not check');
  return readTestFiles({ files, ruleset, timezone: UTC, sinks: undefined }).tests;
}

function prefixesOf(index: number) {
  const prefix = `t${String(index).padStart(3, '0')}-`;
  return { own: prefix, users: prefix };
}

function messagesOf() {
  return readFolder().flatMap((test, index) => [...expandTest(test, prefixesOf(index))]);
}

function countEvents(): number {
  return messagesOf().filter(({ type }) => type === 'track').length;
}

/** The baseline is spared the engine's start, its migrations and the events. */
async function oneCloseAtATime(): Promise<number> {
  const engine = await startBenchEngine();
  try {
    const store = await engine.open('tests');
    const evaluator = await openEvaluator(store);
    const messages = messagesOf().map((message, offset) => ({
      offset,
      key: null,
      value: new TextEncoder().encode(JSON.stringify(message)),
    }));
    await ingestBatch(
      {
        ...evaluator,
        log: { publishDeadLetters: async () => {} },
        newBatchId: () => randomUUID() as BatchId,
      },
      { topic: 'bench', partition: 0, messages },
      { source: 'import', history: true },
    );
    const from = addDays(LAST, 1 - CLOSED);
    // The first close fills the series, which is no part of a close.
    await evaluateDays({ ...evaluator, from: addDays(from, -1), to: addDays(from, -1) });
    return (await seconds(() => evaluateDays({ ...evaluator, from, to: LAST }))) * (DAYS / CLOSED);
  } finally {
    await engine.stop();
  }
}
