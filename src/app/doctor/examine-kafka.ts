// Kafka: brokers, the two topics, the consumer group and how far it is, and the time in messages. It only asks: no topic
// and no group is made by it.
import kafkajs, { type Admin, type ITopicMetadata } from 'kafkajs';
import { topicNames } from '../../ingest/kafka-log.ts';
import { describeAge, describeCount, examineAll, type Finding } from './finding.ts';

export interface KafkaExamination {
  readonly brokers: readonly string[];
  /** With its dot, such as `tidemark.`. */
  readonly prefix: string;
  readonly patienceMs: number;
}

/** @throws Error when no broker answers. */
export async function examineKafka(options: KafkaExamination): Promise<readonly Finding[]> {
  const admin = new kafkajs.Kafka({
    clientId: 'tidemark-doctor',
    brokers: [...options.brokers],
    logLevel: kafkajs.logLevel.NOTHING,
    connectionTimeout: options.patienceMs / 3,
    requestTimeout: options.patienceMs / 2,
    retry: { retries: 0 },
  }).admin();
  try {
    await admin.connect();
    return await examine(admin, options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${options.brokers.join(', ')}: ${reason}`, { cause });
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

const MADE_BY = '"tidemark up" makes it, or make it yourself with the partitions that you want';

/** Where Kafka keeps how far groups are; made when a group is first asked for. */
const GROUPS_TOPIC = '__consumer_offsets';

/** Each on its own: a broker that is away may know one of them, and not another. */
async function examine(admin: Admin, { prefix, patienceMs }: KafkaExamination): Promise<readonly Finding[]> {
  const { brokers } = await admin.describeCluster();
  // All of them are listed before any is named: to ask for one that is not there may make it.
  const existing = new Set(await admin.listTopics());
  const { events, deadLetters } = topicNames(prefix);
  const group = `${prefix}ingest`;
  const todo = 'look again; if it stays, see the log of the brokers';
  const topics = [events, deadLetters].map((topic) => ({
    check: `topic ${topic}`,
    examine: async () => [
      existing.has(topic) ? await examineTopic(admin, topic, brokers.length) : missing(topic),
    ],
    todo,
  }));
  const consumed = { topic: events, group, hasGroups: existing.has(GROUPS_TOPIC) };
  const ofEvents = [
    { check: `consumers ${group}`, examine: () => examineGroup(admin, consumed), todo },
    { check: 'Kafka clock', examine: async () => [await examineTimes(admin, events)], todo },
  ];
  const looks = existing.has(events) ? [...topics, ...ofEvents] : topics;
  const cluster: Finding = { check: 'Kafka', status: 'ok', found: describeCount(brokers.length, 'broker') };
  // One after the other: kafkajs mixes up what it knows of topics when it is asked for several at once.
  const findings: Finding[] = [cluster];
  for (const look of looks) findings.push(...(await examineAll([look], patienceMs / 2)));
  return findings;
}

const missing = (topic: string): Finding => ({
  check: `topic ${topic}`,
  status: 'warn',
  found: 'does not exist',
  todo: MADE_BY,
});

async function examineTopic(admin: Admin, topic: string, brokers: number): Promise<Finding> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
  });
  const settings = new Map(
    resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]),
  );
  return judgeTopic({ topic, metadata: topics[0], settings, brokers });
}

interface TopicFacts {
  readonly topic: string;
  readonly metadata: ITopicMetadata | undefined;
  readonly settings: ReadonlyMap<string, string>;
  readonly brokers: number;
}

const DAY_MS = 86_400_000;
/** What an event may have at most, as the collector and the log agree. */
const MESSAGE_BYTES = 1_000_000;

/** One line a topic: its first trouble decides, all of them are told. */
export function judgeTopic({ topic, metadata, settings, brokers }: TopicFacts): Finding {
  const check = `topic ${topic}`;
  const partitions = metadata?.partitions ?? [];
  const replicas = Math.min(...partitions.map((partition) => partition.replicas.length));
  const retention = Number(settings.get('retention.ms') ?? -1);
  const kept = retention < 0 ? 'for ever' : `for ${describeAge(retention * 1000)}`;
  const found = `${describeCount(partitions.length, 'partition')}, ${describeCount(replicas, 'replica')}, kept ${kept}`;
  const troubles: (readonly [string, string])[] = [];
  const lacking = partitions.filter(({ isr, replicas: all }) => isr.length < all.length).length;
  if (partitions.some(({ leader }) => leader < 0))
    troubles.push(['partitions have no leader', 'start the missing brokers']);
  else if (lacking > 0) troubles.push([`${lacking} partitions lack replicas`, 'start the missing brokers']);
  if (replicas < 2 && brokers > 1)
    troubles.push([
      'one broker holds the only copy',
      'raise its replication factor to 3 with kafka-reassign-partitions.sh',
    ]);
  if (retention >= 0 && retention < DAY_MS)
    troubles.push([
      'what waits longer is lost',
      `set retention.ms of ${topic} to days, longer than any outage`,
    ]);
  const largest = Number(settings.get('max.message.bytes') ?? MESSAGE_BYTES);
  if (largest < MESSAGE_BYTES)
    troubles.push([
      `takes messages of ${largest} bytes only`,
      `set max.message.bytes of ${topic} to 1048588`,
    ]);
  if (settings.get('cleanup.policy')?.includes('compact') === true)
    troubles.push(['it is compacted', `set cleanup.policy of ${topic} to delete`]);
  if (troubles.length === 0) return { check, status: 'ok', found };
  return {
    check,
    status: 'warn',
    found: [found, ...troubles.map(([what]) => what)].join('; '),
    todo: troubles.map(([, todo]) => todo).join('; '),
  };
}

/** Behind by more than this is a backlog and not what is under way. */
const LAG = 50_000;

interface Consumed {
  readonly topic: string;
  readonly group: string;
  /** False: nobody has ever consumed anything here. */
  readonly hasGroups: boolean;
}

async function examineGroup(
  admin: Admin,
  { topic, group, hasGroups }: Consumed,
): Promise<readonly Finding[]> {
  const ends = await admin.fetchTopicOffsets(topic);
  const { groups } = hasGroups ? await admin.describeGroups([group]) : { groups: [] };
  const [committed] = hasGroups ? await admin.fetchOffsets({ groupId: group, topics: [topic] }) : [];
  const offsets = new Map(committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
  const behind = ends.map(({ partition, low, high }) => {
    const at = offsets.get(partition) ?? -1;
    return {
      lag: Number(high) - Math.max(at, Number(low)),
      lost: at >= 0 ? Math.max(0, Number(low) - at) : 0,
    };
  });
  const sum = (of: 'lag' | 'lost'): number =>
    behind.reduce((total, each) => total + Math.max(0, each[of]), 0);
  return judgeGroup({
    group,
    state: groups[0]?.state ?? 'Dead',
    members: groups[0]?.members.length ?? 0,
    lag: sum('lag'),
    lost: sum('lost'),
  });
}

interface GroupFacts {
  readonly group: string;
  readonly state: string;
  readonly members: number;
  readonly lag: number;
  /** Deleted by retention before they were consumed. */
  readonly lost: number;
}

export function judgeGroup({ group, state, members, lag, lost }: GroupFacts): readonly Finding[] {
  const check = `consumers ${group}`;
  const found = `${describeCount(members, 'member')}, ${describeCount(lag, 'message')} behind`;
  const gone: readonly Finding[] =
    lost === 0
      ? []
      : [
          {
            check,
            status: 'fail',
            found: `${describeCount(lost, 'message')} were deleted by retention before they were consumed`,
            todo: 'send or import them again; events that are there already are not counted twice',
          },
        ];
  if (members === 0) {
    const todo =
      'start "tidemark up", or "tidemark up --roles ingest" where roles are processes of their own';
    return [...gone, { check, status: lag > 0 ? 'fail' : 'warn', found, todo }];
  }
  if (state !== 'Stable') {
    const todo = 'look again in a minute; one that goes on has members that come and go: see their logs';
    return [...gone, { check, status: 'warn', found: `${found}, ${state}`, todo }];
  }
  if (lag <= LAG) return [...gone, { check, status: 'ok', found }];
  const todo =
    'run doctor again: if it does not fall, start more "tidemark up --roles ingest", as many as partitions';
  return [...gone, { check, status: 'warn', found, todo }];
}

const AHEAD_MS = 1000;

/** Messages carry the time of their producer or their broker: one of the future means a clock that is ahead of ours. */
async function examineTimes(admin: Admin, topic: string): Promise<Finding> {
  const ends = await admin.fetchTopicOffsets(topic);
  const ofFuture = await admin.fetchTopicOffsetsByTimestamp(topic, Date.now() + AHEAD_MS);
  const from = new Map(ofFuture.map(({ partition, offset }) => [partition, Number(offset)]));
  const ahead = ends.filter(({ partition, high }) => {
    const offset = from.get(partition) ?? -1;
    return offset >= 0 && offset < Number(high);
  }).length;
  const check = 'Kafka clock';
  if (ahead === 0) return { check, status: 'ok', found: 'no message is of the future' };
  return {
    check,
    status: 'warn',
    found: `${describeCount(ahead, 'partition')} of ${topic} with messages more than a second ahead of this machine`,
    todo: 'let producers, brokers and this machine follow NTP: an event without a time gets that of its message',
  };
}
