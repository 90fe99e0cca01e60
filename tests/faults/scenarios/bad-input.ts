// Every kind of bad input among good ones, on the topic and over HTTP: the good ones are stored as they were sent, the
// bad ones are dead letters with their reasons, all of them and no more. A codec that a consumer has not ends it, and
// the next one that has it goes on where it stood.
import { createHash } from 'node:crypto';
import kafkajs from 'kafkajs';
import { registerKafkaCodecs } from '../../../src/ingest/kafka-codecs.ts';
import { waitUntil } from '../../integration/support/wait-until.ts';
import type { Database } from '../kill-consumer/project.ts';
import { differences } from '../kill-consumer/read-outcome.ts';
import { makeBadMessages, makeBadRequests, makeLarge } from '../scenario/bad-messages.ts';
import { finishRun } from '../scenario/finish-run.ts';
import { type MadeEvent, makeEvents, toLine } from '../scenario/made-stream.ts';
import { openPlace, type Place } from '../scenario/open-ground.ts';
import { toSegment } from '../scenario/persistent-sender.ts';
import { shareOut } from '../scenario/publish-slowly.ts';
import type { Ground, Scenario, ScenarioRun, Tally } from '../scenario/scenario.ts';
import { type RunningCollector, startCollector, WRITE_KEY } from '../scenario/start-collector.ts';
import { seededRandom } from '../seeded-random.ts';

const DAYS = 6;
const AT_ONCE = 100;
const TOPIC_TAKES_BYTES = 12 * 1024 * 1024;
/** Bad messages of all kinds are mixed in so often; each kind comes a twelfth of it. */
const KINDS = 12;
/** The bits of a batch's attributes have room for eight codecs, and Kafka has five. */
const NO_CODEC = 5;

export const badInput: Scenario = {
  name: 'bad-input',
  title: 'bad input of every kind among good',
  /** Faults are the bad messages on the topic. */
  size: { faults: 1_200, messages: 20_000 },
  run: mixBadIn,
};

async function mixBadIn(ground: Ground, run: ScenarioRun): Promise<Tally> {
  registerKafkaCodecs();
  const events = makeEvents({ seed: run.seed, count: run.messages, days: DAYS }).map(withPrototype);
  const [onTopic = [], overHttp = [], packed = [], after = []] = shareOut(events, 4);
  const place = await openPlace(ground, 'bad');
  const collector = await startCollector(place.database, ground.brokers);
  const failed: string[] = [];
  try {
    failed.push(...(await refusedByBroker(place, ground.brokers)));
    const first = place.startConsumer();
    const topicLetters = await publishMixed(place, onTopic, run);
    const httpLetters = await sendMixed(collector, overHttp, failed);
    await place.untilCommitted();
    await first.kill();
    run.note('all bad ones sent; now a codec that the consumer has not');
    failed.push(...(await meetUnknownCodec(place, packed, after)));
    const faults = topicLetters.length + httpLetters.length + 1;
    const tally = await finishRun(place, { events, days: DAYS, published: events.length, faults }, run);
    const letters = differences(
      counted([...topicLetters, ...httpLetters]),
      counted(await deadLetters(place.database)),
    );
    for (const line of letters.slice(0, 5)) run.note(`dead letter ${line}`);
    if (letters.length > 0) failed.push(`${letters.length} dead letters differ`);
    return { ...tally, failed, remark: `${topicLetters.length + httpLetters.length} dead letters` };
  } finally {
    await place.close();
    await collector.stop();
  }
}

/** Every tenth has what changes objects where it is not kept as data. */
const withPrototype = (event: MadeEvent, n: number): MadeEvent =>
  n % 10 === 0 ? { ...event, more: ',"__proto__":{"size":7,"admin":true}' } : event;

/** What the log itself must not take. @returns what it took all the same. */
async function refusedByBroker({ topic }: Place, brokers: readonly string[]): Promise<readonly string[]> {
  Object.assign(kafkajs.CompressionCodecs, {
    [NO_CODEC]: () => ({
      compress: async ({ buffer }: { readonly buffer: Buffer }) => buffer,
      decompress: async (buffer: Buffer) => buffer,
    }),
  });
  const kafka = new kafkajs.Kafka({
    brokers: [...brokers],
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 0 },
  });
  const [producer, admin] = [kafka.producer(), kafka.admin()];
  await Promise.all([producer.connect(), admin.connect()]);
  const isTaken = (value: Buffer, compression: kafkajs.CompressionTypes): Promise<boolean> =>
    producer.send({ topic: topic.name, messages: [{ value }], compression }).then(
      () => true,
      () => false,
    );
  const failed: string[] = [];
  if (await isTaken(makeLarge(-1), kafkajs.CompressionTypes.None)) failed.push('Kafka took 10 MB');
  if (await isTaken(Buffer.from('{}'), NO_CODEC as kafkajs.CompressionTypes))
    failed.push('Kafka took a batch in a codec that there is not');
  await admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name: topic.name,
        configEntries: [{ name: 'max.message.bytes', value: String(TOPIC_TAKES_BYTES) }],
      },
    ],
  });
  await Promise.all([producer.disconnect(), admin.disconnect()]);
  return failed;
}

/** @returns the letters that are to come of it. */
async function publishMixed(
  { topic }: Place,
  events: readonly MadeEvent[],
  { faults, seed }: ScenarioRun,
): Promise<readonly string[]> {
  const random = seededRandom(seed);
  const bad = makeBadMessages(Math.ceil(faults / KINDS)).map((one) => ({ ...one, place: random() }));
  const good = events.map((event) => ({ value: toLine(event), place: random() }));
  const mixed = [...bad, ...good].sort((a, b) => a.place - b.place).map(({ value }) => value);
  for (let sent = 0; sent < mixed.length; sent += AT_ONCE)
    await topic.publish(mixed.slice(sent, sent + AT_ONCE));
  const large = makeLarge(0);
  await topic.publish([large]);
  return [...bad, { value: large, reason: 'too_large' }].map(
    ({ reason, value }) => `topic ${reason} ${hashOf(value)}`,
  );
}

/** Each request has some bad items and some good ones. @returns the letters that are to come of it. */
async function sendMixed(
  { address }: RunningCollector,
  events: readonly MadeEvent[],
  failed: string[],
): Promise<readonly string[]> {
  const letters: string[] = [];
  const authorization = `Basic ${Buffer.from(`${WRITE_KEY}:`).toString('base64')}`;
  for (const [n, share] of shareOut(events, Math.ceil(events.length / AT_ONCE)).entries()) {
    for (const { path, body, status, reasons } of makeBadRequests(n, share.map(toMessage))) {
      const response = await fetch(`${address}${path}`, {
        method: 'POST',
        headers: { authorization },
        body,
      });
      const text = await response.text();
      if (response.status !== status)
        failed.push(`${path} answered ${response.status}, not ${status}: ${text}`);
      letters.push(...reasons.map((reason) => `collector ${reason}`));
    }
  }
  return letters;
}

/** Parsed, so that `__proto__` is a key of its own. */
const toMessage = (event: MadeEvent): object => {
  const properties: unknown = JSON.parse(toLine(event)).properties;
  return { ...toSegment(event), properties };
};

/** A consumer without ZSTD ends; the next one has it. @returns what went otherwise. */
async function meetUnknownCodec(
  place: Place,
  packed: readonly MadeEvent[],
  after: readonly MadeEvent[],
): Promise<readonly string[]> {
  const consumer = place.startConsumer({ withoutZstd: true, supervised: false });
  await place.topic.publish(packed.map(toLine), kafkajs.CompressionTypes.ZSTD);
  await place.topic.publish(after.map(toLine));
  await waitUntil({
    what: 'the consumer that does not know the codec has ended',
    look: () => consumer.isRunning,
    holds: (isRunning) => !isRunning,
    withinMs: 60_000,
    context: () => consumer.log,
  });
  place.startConsumer();
  const [code] = consumer.ends;
  return code === 1 ? [] : [`a consumer that does not know the codec ended with ${code}`];
}

/** `source reason`, and of the topic the hash of the body. */
async function deadLetters(database: Database): Promise<readonly string[]> {
  const rows = await database.rows<{ line: string }>(
    `SELECT concatWithSeparator(' ', source, reason, if(source = 'topic', lower(hex(SHA256(body))), '')) AS line FROM dead_letters FINAL`,
  );
  return rows.map(({ line }) => line.trim());
}

/** Each once, with how often it is there. */
function counted(lines: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return [...counts].map(([line, count]) => `${count} times ${line}`);
}

const hashOf = (value: Buffer | null): string =>
  createHash('sha256')
    .update(value ?? '')
    .digest('hex');
