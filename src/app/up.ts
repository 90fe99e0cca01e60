// `tidemark up`: opens the parts, starts the roles in the order in which they need each other, and stops them in the
// order in which events flow, so that nothing accepted is left behind.
import Fastify, { type FastifyInstance } from 'fastify';
import type { Clock } from '../model/clock.ts';
import type { LogConsumer } from '../model/event-log.ts';
import type { Sink } from '../model/sink.ts';
import { openSink } from '../sinks/open-sink.ts';
import { readRuleReleases } from '../store/delivery/read-releases.ts';
import { rememberSinks } from '../store/delivery/remember-sinks.ts';
import { buildWeb } from '../web/build-web.ts';
import { Closers } from './closers.ts';
import { startCollect } from './collect.ts';
import type { ListenAddress, Settings } from './config/settings.ts';
import type { Logger } from './create-logger.ts';
import { startDeliver } from './deliver.ts';
import type { DeliveryRules } from './delivery-plan.ts';
import { runEvaluator } from './evaluate/run-evaluator.ts';
import { startIngest } from './ingest.ts';
import { keepRulesApplied } from './keep-rules-applied.ts';
import { Meter } from './meter.ts';
import { openDeliveryQueue, openEventLog, openProjectStore, settleOf } from './open-parts.ts';
import { randomWriter } from './random-writer.ts';
import type { Role } from './roles.ts';
import { RulesInForce } from './rules-in-force.ts';
import { triggerChanged } from './trigger-changed.ts';
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

const START_FAILED_DEADLINE_MS = 5000;

async function start(options: UpOptions, closers: Closers): Promise<RunningUp> {
  const { settings, roles, clock, logger, random } = options;

  // The parts first: every role stands on them. They are closed last.
  const opened = await openProjectStore(options);
  closers.last('store', opened.close);
  const { store } = opened;
  const { log, label: logLabel, direct } = await openEventLog(options);
  closers.last('log', () => log.close());
  const { queue, label: queueLabel } = await openDeliveryQueue(options);
  closers.last('queue', () => queue.close());
  logger.info({ store: opened.label, log: logLabel, queue: queueLabel, roles: [...roles] }, 'parts opened');

  const rulesInForce = new RulesInForce({ store, clock });
  const readRules = await prepareDeliveryRules(options, { store, rulesInForce });

  // Before anything is evaluated: the first tick is to mean the rules as they are in the folder now.
  if (roles.has('score')) {
    const keeper = await keepRulesApplied({ ...options, store });
    closers.inFlow('rules', keeper.stop);
  }

  // The consumer before the collector: in embedded mode an event published with nobody consuming is refused.
  const meter = new Meter(() => clock.now() / 1000);
  const consumer = roles.has('ingest') ? await startIngest({ store, log, clock, meter }) : undefined;
  const lagMessages = async (): Promise<number | undefined> =>
    consumer === undefined ? undefined : (await consumer.lag()).messages;

  const server = await listenFor(options, async (server) => {
    if (roles.has('collect'))
      startCollect({ server, store, log, writeKeys: settings.writeKeys, clock, logger });
    if (!roles.has('web')) return;
    const data = createWebData({
      store,
      clock,
      timezone: settings.timezone,
      readRules,
      live: {
        eventsPerSecond: () => meter.perSecond(),
        lagMessages: async () => (direct ? null : ((await lagMessages()) ?? null)),
        queueDepth: () => queue.depth(),
        engine: { store: opened.label, log: logLabel, queue: queueLabel },
      },
    });
    const onError = (err: unknown): void => logger.error({ err }, 'the page could not be answered');
    await server.register(buildWeb({ data, onError }));
  });

  // Closed in the order in which events flow: first nobody brings any, then what came is stored, scored, delivered.
  if (server !== undefined) closers.inFlow('server', () => server.app.close());
  if (consumer !== undefined) closers.inFlow('ingest', () => consumer.stop());

  // Deliveries before scores, so that what a tick opens finds somebody to send it.
  if (roles.has('deliver')) {
    const sinks = new Map(
      [...settings.sinks].map(([name, sink]): [typeof name, Sink] => [
        name,
        openSink(name, sink, { clock, write: options.write }),
      ]),
    );
    const loop = await startDeliver({ store, queue, sinks, clock, logger, readRules, random });
    closers.inFlow('deliver', async () => {
      await loop.stop();
      await Promise.all([...sinks.values()].map((sink) => sink.close()));
    });
  }
  if (roles.has('score')) {
    const evaluator = runEvaluator({
      store,
      clock,
      timezone: settings.timezone,
      settle: settleOf(settings),
      writer: randomWriter(random),
      loadRuleset: () => rulesInForce.current(),
      lagMessages,
      onChanged: (changed) => triggerChanged({ queue, changed, readRules }),
      logger,
    });
    closers.inFlow('score', () => evaluator.stop(), { before: 'deliver' });
  }

  return {
    address: server?.address,
    fault: faultOf(consumer),
    stop: (deadlineMs) => closers.closeAll(deadlineMs),
  };
}

/** Rules, releases and since when each sink is there: what deliveries are decided from, read anew for each. */
async function prepareDeliveryRules(
  { settings, clock, deliverOpen }: UpOptions,
  {
    store,
    rulesInForce,
  }: { readonly store: Parameters<typeof rememberSinks>[0]; readonly rulesInForce: RulesInForce },
): Promise<() => Promise<DeliveryRules>> {
  const startedAt = clock.now();
  const sinkSince = await rememberSinks(store, [...settings.sinks.keys()], startedAt);
  return async () => ({
    ruleset: await rulesInForce.current(),
    routes: settings.routes,
    sinkSince,
    releases: await readRuleReleases(store),
    deliverOpen,
    retryRejectedBefore: startedAt,
  });
}

interface Listening {
  readonly app: FastifyInstance;
  readonly address: string;
}

async function listenFor(
  { settings, roles }: UpOptions,
  addRoutes: (server: FastifyInstance) => Promise<void>,
): Promise<Listening | undefined> {
  if (!roles.has('collect') && !roles.has('web')) return undefined;
  const app = Fastify({ logger: false, forceCloseConnections: 'idle' });
  await addRoutes(app);
  await app.listen(settings.listen).catch((error: unknown) => {
    throw explainListen(error, settings.listen);
  });
  const bound = app.server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : settings.listen.port;
  return { app, address: `http://${showHost(settings.listen.host)}:${port}` };
}

const showHost = (host: string): string => (host.includes(':') ? `[${host}]` : host);

function explainListen(error: unknown, { host, port }: ListenAddress): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'EADDRINUSE') return error;
  return new Error(
    `${showHost(host)}:${port} is in use; stop what listens there, or set another "listen" in tidemark.yaml`,
  );
}

/** A consumer that stops by itself has met something that a restart mends; one that was told to stop resolves. */
async function faultOf(consumer: LogConsumer | undefined): Promise<never> {
  await consumer?.stopped;
  return new Promise<never>(() => undefined);
}
