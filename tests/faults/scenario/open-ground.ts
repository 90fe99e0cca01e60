// The servers that scenarios share, and the place of one of them: a database with rules, a topic, and the command of
// its consumers.
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { waitUntil } from '../../integration/support/wait-until.ts';
import { type Database, startFaultEngine } from '../kill-consumer/project.ts';
import { openTopic, type Topic } from '../kill-consumer/topic.ts';
import { Consumer } from './consumer.ts';
import { dayAfter, FIRST_DAY } from './made-stream.ts';
import type { Ground } from './scenario.ts';

const RULES = `metrics:
  messages: {count: message_sent, window: ever}
  people:   {users: any, window: ever}
  size:     {sum: size, of: [message_sent, file_shared], window: ever}
rules:
  busy: {kind: pql, owner: sales, outcome: {event: opened, within: 1d}, keep_open: 1d, when: {messages: {gte: 5}}}
`;

const root = fileURLToPath(new URL('../../..', import.meta.url));

export async function openGround(brokers: readonly string[]): Promise<Ground & { stop(): Promise<void> }> {
  // Inside the repository, where its packages are found.
  const folder = await mkdtemp(join(root, 'node_modules', '.faults-'));
  const ingestProgram = join(folder, 'ingest.mjs');
  await build({
    entryPoints: [join(root, 'tests/faults/ingest-process.ts')],
    outfile: ingestProgram,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
  const engine = await startFaultEngine();
  return {
    brokers,
    engine,
    ingestProgram,
    stop: async () => {
      await engine.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface Place {
  readonly database: Database;
  readonly topic: Topic;
  startConsumer(how?: ConsumerOptions): Consumer;
  /** Resolves once all that is on the topic is stored and committed. */
  untilCommitted(withinMillis?: number): Promise<void>;
  /** Closes every day from `from` to the last one with events. */
  closeDays(from: string, to: string): Promise<void>;
  close(): Promise<void>;
}

interface ConsumerOptions {
  readonly supervised?: boolean;
  readonly sessionMillis?: number;
  /** Instead of the engine's, with user and password. */
  readonly storeUrl?: string;
  readonly withoutZstd?: boolean;
}

const COMMITTED_WITHIN_MILLIS = 120_000;
const SESSION_MILLIS = 3_000;

/** `brokers` instead of those of the ground. */
export async function openPlace(
  { engine, ingestProgram, ...ground }: Ground,
  label: string,
  brokers = ground.brokers,
): Promise<Place> {
  const name = `faults_${label}_${process.pid}_${Date.now().toString(36)}`;
  const database = await engine.open(name);
  await database.store.execute({
    sql: `CREATE MATERIALIZED VIEW inserted_rows (rows UInt64) ENGINE = SummingMergeTree ORDER BY tuple() AS SELECT count() AS rows FROM usage_events`,
    params: {},
    columns: [],
  });
  await database.apply({ 'rules.yaml': RULES });
  // Makes the series known, so that what comes refreshes them batch by batch.
  await database.close({ from: dayAfter(FIRST_DAY, -1), to: dayAfter(FIRST_DAY, -1) });
  const topic = await openTopic(brokers, `${name}.`);
  const consumers: Consumer[] = [];
  return {
    database,
    topic,
    startConsumer: ({
      supervised = true,
      sessionMillis = SESSION_MILLIS,
      storeUrl = engine.url,
      ...how
    } = {}) => {
      const place = [storeUrl, name, brokers.join(','), String(sessionMillis)];
      const args = [ingestProgram, ...place, ...(how.withoutZstd === true ? ['without-zstd'] : [])];
      const consumer = new Consumer({ args: ['--enable-source-maps', ...args], supervised });
      consumers.push(consumer);
      return consumer;
    },
    untilCommitted: async (withinMs = COMMITTED_WITHIN_MILLIS) => {
      await waitUntil({
        what: 'everything is committed',
        look: () => topic.lag().catch(() => -1),
        holds: (lag) => lag === 0,
        withinMs,
        everyMs: 100,
        context: () => consumers.map(({ log }) => log).join('\n---\n'),
      });
    },
    closeDays: (from, to) => database.close({ from, to }),
    close: async () => {
      await Promise.allSettled(consumers.map((consumer) => consumer.kill()));
      await topic.close();
    },
  };
}
