// The loop of `up` warns once of a rule that opens more in a local day than it may, however many ticks hold something.
import { expect, it } from 'vitest';
import { createLogger } from '../../src/app/create-logger.ts';
import { runEvaluator } from '../../src/app/evaluate/run-evaluator.ts';
import type { Day } from '../../src/model/time.ts';
import { countOpenings } from '../../src/store/evaluation/count-openings.ts';
import { type Project, track } from './support/project.ts';
import { shareEngine } from './support/share-engine.ts';
import { waitUntil } from './support/wait-until.ts';

const engine = shareEngine();

const ONE_A_DAY = `metrics: {messages: {count: message_sent, window: ever}}
rules: {busy: {kind: pql, when: {messages: {gte: 1}}, max_new_per_day: 1}}
`;

/** A logger, and what it is told to warn of. */
function listen() {
  const warnings: string[] = [];
  const logger = createLogger({
    environment: { LOG_LEVEL: 'warn', LOG_FORMAT: 'json' },
    output: { write: (line: string) => warnings.push(JSON.parse(line).msg) },
    secrets: [],
  });
  return { warnings, logger };
}

/** Each account with its first message, on the first of May. */
const arrive = (project: Project, ...accounts: readonly string[]) =>
  project.ingest(
    accounts.map((account) => track(account, 'ann', 'message_sent', '2026-05-01T11:00:00Z')),
    { history: false },
  );

const hasOpened = (project: Project, count: number) =>
  waitUntil({
    what: `${count} openings`,
    look: async () => Number((await project.rows('SELECT count() AS n FROM transitions FINAL'))[0]?.n),
    holds: (found) => found === count,
    withinMs: 30_000,
  });

it('what is held is told in one warning a day', async () => {
  const project = await engine.openProject();
  project.setNow('2026-05-01T12:00:00Z');
  const ruleset = await project.apply(ONE_A_DAY);
  const { warnings, logger } = listen();
  const running = runEvaluator({
    ...project.evaluator(),
    loadRuleset: async () => ruleset,
    lagMessages: async () => 0,
    onChanged: async () => {},
    logger,
  });
  try {
    await arrive(project, 'a', 'b', 'c');
    await hasOpened(project, 3);
    await arrive(project, 'd', 'e');
    await hasOpened(project, 5);
  } finally {
    await running.stop();
  }
  expect(warnings).toEqual([
    '2 new signals of busy are held, as is what it opens later on 2026-05-01; tidemark signals release busy',
  ]);
});

it('what is held is told once for each of two days that take turns', async () => {
  const project = await engine.openProject();
  const ruleset = await project.apply(ONE_A_DAY);
  await project.close('2026-04-30');
  // Before the first of May can be closed.
  project.setNow('2026-05-02T00:30:00Z');
  const { warnings, logger } = listen();
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
  try {
    await arrive(project, 'a', 'b');
    await hasOpened(project, 2);
    paused = true;
    // What it had begun before is done then.
    await waitUntil({
      what: 'the loop to rest',
      look: async () => rests,
      holds: (found) => found > 0,
      withinMs: 30_000,
    });
    await arrive(project, 'c', 'd');
    project.setNow('2026-05-02T01:30:00Z');
    paused = false;
    await hasOpened(project, 4);
    await arrive(project, 'e');
    await hasOpened(project, 5);
  } finally {
    await running.stop();
  }
  expect(warnings.map((line) => line.match(/on (\S+);/)?.[1])).toEqual(['2026-05-02', '2026-05-01']);
});

it('counts what was opened under a former name for the name that the rule has now', async () => {
  const project = await engine.openProject();
  project.setNow('2026-05-01T12:00:00Z');
  await project.apply(`metrics: {messages: {count: message_sent, window: ever}}
rules:
  busy: {kind: pql, when: {messages: {gte: 1}}}
  eager: {kind: pql, when: {messages: {gte: 1}}}
`);
  await arrive(project, 'a', 'b');
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
