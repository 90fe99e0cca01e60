// `tidemark up`: opens the parts, starts the roles in the order in which they need each other, and stops them in the
// order in which events flow, so that nothing accepted is left behind.
import type { Clock } from '../model/clock.ts';
import type { DeliveryQueue } from '../model/delivery-queue.ts';
import type { EventLog, LogConsumer } from '../model/event-log.ts';
import type { SinkName } from '../model/ids.ts';
import type { Sink } from '../model/sink.ts';
import type { Store } from '../model/store.ts';
import { openSink } from '../sinks/open-sink.ts';
import { readEventRate } from '../store/read/read-event-rate.ts';
import type { Pipeline, WebData } from '../web/web-data.ts';
import { Closers } from './closers.ts';
import type { Settings } from './config/settings.ts';
import type { Logger } from './create-logger.ts';
import { startDeliver } from './deliver.ts';
import type { DeliveryRules } from './delivery-plan.ts';
import { runEvaluator } from './evaluate/run-evaluator.ts';
import { startIngest } from './ingest.ts';
import { keepRulesApplied } from './keep-rules-applied.ts';
import { Meter } from './meter.ts';
import { createMetrics, type Metrics } from './observe/metrics.ts';
import { showFigures } from './observe/show-figures.ts';
import { watchRoles } from './observe/watch-roles.ts';
import { openDeliveryQueue, openEventLog, openProjectStore, settleOf } from './open-parts.ts';
import { randomWriter } from './random-writer.ts';
import { prepareDeliveryRules } from './read-delivery-rules.ts';
import type { Role } from './roles.ts';
import { RulesInForce } from './rules-in-force.ts';
import { startMetricsServer, startServer } from './start-server.ts';
import { triggerChanged } from './trigger-changed.ts';
import { VERSION } from './version.ts';
import { createWebData } from './web-data.ts';

export interface UpOptions {
  readonly settings: Settings;
  readonly roles: ReadonlySet<Role>;
  /** Send what is open, even if it opened before its sink was configured. */
  readonly deliverOpen: boolean;
  /** Apply the rules folder again when it changes. */
  readonly watch: boolean;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly engineCommand: (dataDir: string) => readonly string[];
  /** Takes the console sink's lines. */
  readonly write: (line: string) => void;
}

export interface RunningUp {
  /** `http://127.0.0.1:8080`; undefined when no role listens. */
  readonly address: string | undefined;
  /** Rejects on a fault that only a new process mends. Never resolves. */
  readonly fault: Promise<never>;
  /** In the order of flow. Rejects when that takes longer than `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
}

const START_FAILED_DEADLINE_MS = 5000;

/** What was already opened is closed again when a later step fails. */
export async function startUp(options: UpOptions): Promise<RunningUp> {
  const closers = new Closers();
  try {
    return await start(options, closers);
  } catch (error) {
    await closers.closeAll(START_FAILED_DEADLINE_MS).catch(() => undefined);
    throw error;
  }
}

async function start(options: UpOptions, closers: Closers): Promise<RunningUp> {
  const { settings, roles, clock, logger } = options;
  const metrics = createMetrics({ version: VERSION, roles: [...roles] });
  const parts = await openParts(options, { closers, metrics });
  const { store, log } = parts;

  // Before anything is evaluated: the first tick is to mean the rules as they are in the folder now.
  if (roles.has('score')) {
    const keeper = await keepRulesApplied({ ...options, store });
    closers.inFlow('rules', keeper.stop);
  }

  // The consumer before the collector: in embedded mode an event published with nobody consuming is refused.
  const meter = new Meter(() => clock.now() / 1000);
  const consumer = roles.has('ingest') ? await startIngest({ store, log, clock, meter, logger }) : undefined;
  const running: Running = { options, parts, metrics, meter, consumer };
  const ofRoles = { ...parts, metrics, roles, consumer, clock };
  showFigures({ ...ofRoles, timezone: settings.timezone });

  const observed = {
    metrics: settings.metrics,
    registry: metrics.registry,
    readiness: watchRoles({ ...ofRoles, hasRedis: settings.servers.redisUrl !== undefined }),
    logger,
  };
  const server = await startServer({
    ...observed,
    listen: settings.listen,
    collect: roles.has('collect')
      ? {
          store,
          log,
          writeKeys: settings.writeKeys,
          allowedOrigins: settings.allowedOrigins,
          limits: settings.limits,
          clock,
          logger,
          onAnswered: metrics.collector.onAnswered,
        }
      : undefined,
    data: roles.has('web') ? openWebData(running) : undefined,
  });

  // Closed in the order in which events flow: first nobody brings any, then what came is stored, scored, delivered.
  if (server !== undefined) closers.inFlow('server', server.close);
  const metricsServer = await startMetricsServer(observed, server?.address);
  // Last of all, so that a stop that takes long can be watched.
  if (metricsServer !== undefined) closers.last('metrics', metricsServer.close);
  if (consumer !== undefined) closers.inFlow('ingest', () => consumer.stop());

  // Started the other way round: what a tick opens finds somebody to send it.
  if (roles.has('deliver')) closers.inFlow('deliver', await deliver(running));
  if (roles.has('score')) closers.inFlow('score', score(running), { before: 'deliver' });

  return {
    address: server?.address,
    fault: Promise.race([faultOf(consumer), parts.storeLost]),
    stop: (deadlineMs) => closers.closeAll(deadlineMs),
  };
}

interface Parts {
  readonly store: Store;
  /** Rejects when there is no more store behind it. */
  readonly storeLost: Promise<never>;
  readonly log: EventLog;
  /** Embedded: what is published here is stored by this process. */
  readonly direct: boolean;
  readonly queue: DeliveryQueue;
  readonly rulesInForce: RulesInForce;
  readonly readRules: () => Promise<DeliveryRules>;
  readonly labels: Pipeline['engine'];
}

/** Every role stands on them; they are closed last, the last opened first. */
async function openParts(
  options: UpOptions,
  { closers, metrics }: { readonly closers: Closers; readonly metrics: Metrics },
): Promise<Parts> {
  const { roles, logger } = options;
  const opened = await openProjectStore(options);
  closers.last('store', opened.close);
  const store = metrics.store.observe(opened.store);
  const { log: openedLog, label: logLabel, direct } = await openEventLog(options);
  const log = metrics.collector.observe(openedLog);
  closers.last('log', () => log.close());
  const { queue, label: queueLabel } = await openDeliveryQueue(options);
  closers.last('queue', () => queue.close());
  const labels = { store: opened.label, log: logLabel, queue: queueLabel };
  logger.info({ ...labels, roles: [...roles].join(',') }, 'parts opened');
  const rulesInForce = new RulesInForce({ store, clock: options.clock });
  const readRules = await prepareDeliveryRules({ ...options, store, rulesInForce });
  return { store, storeLost: opened.lost, log, direct, queue, rulesInForce, readRules, labels };
}

interface Running {
  readonly options: UpOptions;
  readonly parts: Parts;
  readonly metrics: Metrics;
  readonly meter: Meter;
  /** Undefined without the role `ingest`. */
  readonly consumer: LogConsumer | undefined;
}

/** Of the whole log: in a process that only scores, others store the events. */
const lagOf = async ({ parts }: Running): Promise<number> => (await parts.log.lag()).messages;

function openWebData(running: Running): WebData {
  const { options, parts, meter, consumer } = running;
  return createWebData({
    store: parts.store,
    clock: options.clock,
    timezone: options.settings.timezone,
    readRules: parts.readRules,
    live: {
      eventsPerSecond: async () =>
        consumer === undefined ? readEventRate(parts.store, options.clock.now()) : meter.perSecond(),
      // A page without this figure is of more use than none while Kafka is away.
      lagMessages: async () => (parts.direct ? null : lagOf(running).catch(() => null)),
      queueDepth: () => parts.queue.depth(),
      engine: parts.labels,
    },
  });
}

/** @returns how to stop it. */
async function deliver({ options, parts, metrics }: Running): Promise<() => Promise<void>> {
  const { clock, write, settings } = options;
  const sinks = new Map(
    [...settings.sinks].map(([name, config]): [SinkName, Sink] => [
      name,
      openSink(name, config, { clock, write }),
    ]),
  );
  const loop = await startDeliver({ ...options, ...parts, sinks, metrics: metrics.deliveries });
  return async () => {
    await loop.stop();
    await Promise.all([...sinks.values()].map((sink) => sink.close()));
  };
}

/** @returns how to stop it. */
function score(running: Running): () => Promise<void> {
  const { clock, logger, random, roles, settings } = running.options;
  const { store, queue, rulesInForce, readRules } = running.parts;
  const evaluator = runEvaluator({
    store,
    clock,
    timezone: settings.timezone,
    settle: settleOf(settings),
    writer: randomWriter(random),
    loadRuleset: () => rulesInForce.current(),
    lagMessages: () => lagOf(running),
    ...running.metrics.score,
    // Without Redis a trigger reaches this process only; where nobody delivers, the sweep of another finds the same.
    onChanged: async (changed) => {
      if (roles.has('deliver') || settings.servers.redisUrl !== undefined) {
        await triggerChanged({ queue, changed, readRules });
      }
    },
    logger,
  });
  return () => evaluator.stop();
}

/** A consumer that stops by itself has met something that a restart mends; one that was told to stop resolves. */
async function faultOf(consumer: LogConsumer | undefined): Promise<never> {
  await consumer?.stopped;
  return new Promise<never>(() => undefined);
}
