// The loop of `up` warns once of a rule that opens more in a local day than it may, however many ticks hold something.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '../../src/app/create-logger.ts';
import { runEvaluator } from '../../src/app/evaluate/run-evaluator.ts';
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
