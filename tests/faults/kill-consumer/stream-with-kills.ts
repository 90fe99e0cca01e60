// Streams lines through Kafka into consumers that are killed at seeded moments while they work, imports the same
// lines plainly, closes the same days over both, and reads what each came to.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../../src/app/system-clock.ts';
import { ingestBatch } from '../../../src/ingest/ingest-batch.ts';
import type { BatchId } from '../../../src/model/ids.ts';
import { seededRandom } from '../seeded-random.ts';
import { type Database, type FaultEngine, startFaultEngine } from './project.ts';
import { type Outcome, readOutcome } from './read-outcome.ts';
import { openTopic, type Topic } from './topic.ts';
import { Worker, type WorkerCommand } from './worker.ts';

export interface StreamWithKills {
  readonly brokers: readonly string[];
  readonly lines: readonly string[];
  readonly kills: number;
  readonly seed: number;
  /** Consumers at once, each killed once a round. */
  readonly workers: number;
  readonly workerCommand: (place: { readonly engineUrl: string; readonly database: string }) => WorkerCommand;
  readonly days: { readonly from: string; readonly to: string };
  readonly note: (text: string) => void;
}

export interface KillReport {
  readonly kills: number;
  /** Kills that left stored messages uncommitted, which were delivered again. */
  readonly killsBeforeCommit: number;
  /** Messages that were stored when their consumer died before it had committed them. */
  readonly redelivered: number;
  /** Events of the import that are not among the streamed ones. */
  readonly lost: number;
  /** Rows beyond the first of an account, event, day and id. */
  readonly duplicated: number;
  readonly streamed: Outcome;
  readonly imported: Outcome;
}

/** Before any event: its close makes the series known, so that what is streamed refreshes them batch by batch. */
const BEFORE_ALL = { from: '2010-12-31', to: '2010-12-31' };
/** A kill falls into this time after the consumers were seen to store. */
const KILL_WITHIN_MILLIS = 700;
const PUBLISHED_AT_ONCE = 200;
const PATIENCE_MILLIS = 120_000;

export async function streamWithKills(options: StreamWithKills): Promise<KillReport> {
  const engine = await startFaultEngine();
  const name = `faults_${process.pid}_${Date.now().toString(36)}`;
  const topic = await openTopic(options.brokers, `${name}.`);
  try {
    const streamed = await engine.open(name);
    await streamed.apply();
    await streamed.close(BEFORE_ALL);
    const told = await killAndRestart(options, { engine, streamed, topic });
    options.note('streamed; closing');
    await streamed.close(options.days);
    const imported = await engine.open(`${name}_plain`);
    await importPlainly(imported, options.lines);
    await imported.apply();
    await imported.close(BEFORE_ALL);
    await imported.close(options.days);
    return {
      ...told,
      ...(await compareEvents(streamed, imported)),
      streamed: await readOutcome(streamed),
      imported: await readOutcome(imported),
    };
  } finally {
    await topic.close();
    await engine.stop();
  }
}

interface Place {
  readonly engine: FaultEngine;
  readonly streamed: Database;
  readonly topic: Topic;
}

async function killAndRestart(options: StreamWithKills, { engine, streamed, topic }: Place) {
  const random = seededRandom(options.seed);
  const rounds = Math.ceil(options.kills / options.workers);
  const share = Math.ceil(options.lines.length / rounds);
  const command = options.workerCommand({ engineUrl: engine.url, database: streamed.name });
  const workers = Array.from({ length: options.workers }, () => new Worker(command));
  let [kills, killsBeforeCommit, redelivered] = [0, 0, 0];
  try {
    for (let round = 0; round < rounds; round++) {
      const lines = options.lines.slice(round * share, (round + 1) * share);
      const half = lines.length >> 1;
      await topic.publish(lines.slice(0, half));
      await waitUntilStoring(streamed, workers);
      const publishing = publishSlowly(topic, lines.slice(half));
      const left = await Promise.all(
        workers.map(async (worker) => {
          await sleep(random() * KILL_WITHIN_MILLIS);
          await worker.kill();
          return storedBeyondCommit(streamed, topic);
        }),
      );
      await publishing;
      // Read when the last one is dead; before that a survivor may still commit.
      const again = await storedBeyondCommit(streamed, topic);
      kills += workers.length;
      killsBeforeCommit += left.filter((count) => count > 0).length;
      redelivered += again;
      options.note(
        `${kills} kills, ${await storedOf(streamed)} messages stored, ${again} of them not committed`,
      );
      for (const worker of workers) worker.restart();
    }
    await waitUntilDone(topic, workers);
    return { kills, killsBeforeCommit, redelivered };
  } finally {
    await Promise.allSettled(workers.map((worker) => worker.kill()));
  }
}

/** The second half comes while consumers are being killed. */
async function publishSlowly(topic: Topic, lines: readonly string[]): Promise<void> {
  for (let sent = 0; sent < lines.length; sent += PUBLISHED_AT_ONCE) {
    await topic.publish(lines.slice(sent, sent + PUBLISHED_AT_ONCE));
    await sleep((KILL_WITHIN_MILLIS * PUBLISHED_AT_ONCE) / lines.length);
  }
}

const STORED = ['usage_events', 'unattributed_events', 'account_traits'];

const PLACES = STORED.map((table) => `SELECT partition, offset FROM ${table}`).join(' UNION ALL ');

/** Messages of which there are rows, each once. */
async function storedOf(database: Database): Promise<number> {
  const [row] = await database.rows<{ stored: string }>(
    `SELECT uniqExact(partition, offset) AS stored FROM (${PLACES})`,
  );
  return Number(row?.stored ?? 0);
}

/** Messages whose rows stand in the tables while the group would be given them again. */
async function storedBeyondCommit(database: Database, topic: Topic): Promise<number> {
  const committed = await topic.committed();
  const [row] = await database.rows<{ beyond: string }>(
    `SELECT uniqExactIf((partition, offset), offset >= [${committed.join(', ')}][partition + 1]) AS beyond FROM (${PLACES})`,
  );
  return Number(row?.beyond ?? 0);
}

async function waitUntilStoring(database: Database, workers: readonly Worker[]): Promise<void> {
  const before = await storedOf(database);
  await until('a consumer stores', workers, async () => (await storedOf(database)) !== before);
}

const waitUntilDone = (topic: Topic, workers: readonly Worker[]): Promise<void> =>
  until('everything is committed', workers, async () => (await topic.lag()) === 0);

async function until(what: string, workers: readonly Worker[], holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MILLIS;
  while (!(await holds())) {
    if (Date.now() > deadline) {
      throw new Error(`waited in vain: ${what}\n${workers.map(({ log }) => log).join('\n')}`);
    }
    await sleep(25);
  }
}

async function importPlainly({ store }: Database, lines: readonly string[]): Promise<void> {
  const messages = lines.map((line, offset) => ({
    offset,
    key: null,
    value: new TextEncoder().encode(line),
  }));
  const parts = { store, log: { publishDeadLetters: async () => {} }, clock: systemClock };
  for (let from = 0; from < messages.length; from += 20_000) {
    await ingestBatch(
      { ...parts, newBatchId: () => randomUUID() as BatchId },
      { topic: 'import', partition: 0, messages: messages.slice(from, from + 20_000) },
      { source: 'import', history: true },
    );
  }
}

async function compareEvents(streamed: Database, imported: Database) {
  const [row] = await streamed.rows<{ lost: string; duplicated: string }>(`SELECT
  (SELECT count() FROM ${imported.name}.events WHERE id NOT IN (SELECT id FROM ${streamed.name}.events)) AS lost,
  (SELECT count() - uniqExact(account_id, if(account_id = '', user_id, ''), event, toDate(timestamp), id) FROM ${streamed.name}.events) AS duplicated`);
  return { lost: Number(row?.lost ?? -1), duplicated: Number(row?.duplicated ?? -1) };
}
