// The loop of `up` warns once of a rule that opens more in a local day than it may, however many ticks hold something.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '../../src/app/create-logger.ts';
import { runEvaluator } from '../../src/app/evaluate/run-evaluator.ts';
import type { Day } from '../../src/model/time.ts';
import { countOpenings } from '../../src/store/evaluation/count-openings.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { openProject, track } from './support/project.ts';
import { waitUntil } from './support/wait-until.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine?.stop());

it('what is held is told in one warning a day', async () => {
  const project = openProject(await engine.openDatabase());
  project.setNow('2026-05-01T12:00:00Z');
  const ruleset = await project.apply(`metrics: {messages: {count: message_sent, window: ever}}
rules: {busy: {kind: pql, when: {messages: {gte: 1}}, max_new_per_day: 1}}
`);
  const warnings: string[] = [];
  const logger = createLogger({
    environment: { LOG_LEVEL: 'warn', LOG_FORMAT: 'json' },
    output: { write: (line: string) => warnings.push(JSON.parse(line).msg) },
    secrets: [],
  });
  const running = runEvaluator({
    ...project.evaluator(),
    loadRuleset: async () => ruleset,
    lagMessages: async () => 0,
    onChanged: async () => {},
    logger,
  });
  const arrive = async (accounts: readonly string[], opened: number) => {
    await project.ingest(
      accounts.map((account) => track(account, 'ann', 'message_sent', '2026-05-01T11:00:00Z')),
      { history: false },
    );
    await waitUntil({
      what: `${opened} openings`,
      look: async () => Number((await project.rows('SELECT count() AS n FROM transitions FINAL'))[0]?.n),
      holds: (found) => found === opened,
      withinMs: 30_000,
    });
  };
  try {
    await arrive(['a', 'b', 'c'], 3);
    await arrive(['d', 'e'], 5);
  } finally {
    await running.stop();
  }
  expect(warnings).toEqual([
    '2 new signals of busy are held, as is what it opens later on 2026-05-01; tidemark signals release busy',
  ]);
});

it('what is held is told once for each of two days that take turns', async () => {
  const project = openProject(await engine.openDatabase());
  const ruleset = await project.apply(`metrics: {messages: {count: message_sent, window: ever}}
rules: {busy: {kind: pql, when: {messages: {gte: 1}}, max_new_per_day: 1}}
`);
  await project.close('2026-04-30');
  // Before the first of May can be closed.
  project.setNow('2026-05-02T00:30:00Z');
  const warnings: string[] = [];
  const logger = createLogger({
    environment: { LOG_LEVEL: 'warn', LOG_FORMAT: 'json' },
    output: { write: (line: string) => warnings.push(JSON.parse(line).msg) },
    secrets: [],
  });
  let paused = false;
  let rests = 0;
  const running = runEvaluator({
    ...project.evaluator(),
    loadRuleset: async () => {
      if (!paused) return ruleset;
      rests += 1;
      return undefined;
    },
    lagMessages: async () => 0,
    onChanged: async () => {},
    logger,
  });
  const arrive = (...accounts: readonly string[]) =>
    project.ingest(
      accounts.map((account) => track(account, 'ann', 'message_sent', '2026-05-01T11:00:00Z')),
      { history: false },
    );
  const hasOpened = (count: number) =>
    waitUntil({
      what: `${count} openings`,
      look: async () => Number((await project.rows('SELECT count() AS n FROM transitions FINAL'))[0]?.n),
      holds: (found) => found === count,
      withinMs: 30_000,
    });
  try {
    await arrive('a', 'b');
    await hasOpened(2);
    paused = true;
    // What it had begun before is done then.
    await waitUntil({
      what: 'the loop to rest',
      look: async () => rests,
      holds: (found) => found > 0,
      withinMs: 30_000,
    });
    await arrive('c', 'd');
    project.setNow('2026-05-02T01:30:00Z');
    paused = false;
    await hasOpened(4);
    await arrive('e');
    await hasOpened(5);
  } finally {
    await running.stop();
  }
  expect(warnings.map((line) => line.match(/on (\S+);/)?.[1])).toEqual(['2026-05-02', '2026-05-01']);
});

it('counts what was opened under a former name for the name that the rule has now', async () => {
  const project = openProject(await engine.openDatabase());
  project.setNow('2026-05-01T12:00:00Z');
  await project.apply(`metrics: {messages: {count: message_sent, window: ever}}
rules:
  busy: {kind: pql, when: {messages: {gte: 1}}}
  eager: {kind: pql, when: {messages: {gte: 1}}}
`);
  await project.ingest(
    ['a', 'b'].map((account) => track(account, 'ann', 'message_sent', '2026-05-01T11:00:00Z')),
    { history: false },
  );
  await project.tick();
  const day = '2026-05-01' as Day;
  const nameNow = (rule: string) => (rule === 'busy' ? 'bustling' : rule);
  expect(await countOpenings(project.store, day, nameNow)).toEqual(
    new Map([
      ['bustling', 2],
      ['eager', 2],
    ]),
  );
  expect(await countOpenings(project.store, day, () => 'one')).toEqual(new Map([['one', 4]]));
});
