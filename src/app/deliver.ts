// The deliver loop: job ▶ load signal and receipts ▶ decide ▶ send the difference ▶ record the receipt; and the sweep
// that triggers again whatever differs from its last receipt, so that the queue may lose everything at any moment.
import type { Clock } from '../model/clock.ts';
import type { DeliveryKey } from '../model/delivery.ts';
import type { DeliveryQueue } from '../model/delivery-queue.ts';
import type { SinkName } from '../model/ids.ts';
import type { Sink } from '../model/sink.ts';
import type { Store } from '../model/store.ts';
import type { EpochMicros } from '../model/time.ts';
import { type DeliveryReport, deliverSignal, type LoadedSituation } from '../sinks/deliver-signal.ts';
import { loadDeliveries } from '../store/delivery/load-deliveries.ts';
import { loadEpisodes } from '../store/delivery/load-episodes.ts';
import { recordDelivery } from '../store/delivery/record-delivery.ts';
import type { Logger } from './create-logger.ts';
import { type DeliveryRules, situationOf } from './delivery-plan.ts';
import type { DeliveryMetrics } from './observe/delivery-metrics.ts';
import { repeatEvery } from './repeat-every.ts';
import { type DueDelivery, sweepDeliveries } from './sweep-deliveries.ts';

export interface DeliverLoopOptions {
  readonly store: Store;
  readonly queue: DeliveryQueue;
  readonly sinks: ReadonlyMap<SinkName, Sink>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** As of now: rules, releases and the rest may change while it runs. */
  readonly readRules: () => Promise<DeliveryRules>;
  readonly random: () => number;
  /** For figures. */
  readonly metrics?: Pick<DeliveryMetrics, 'onReport' | 'onSwept'>;
  readonly sweepEveryMs?: number;
}

export interface DeliverLoop {
  /** No more sweeps and no new jobs; what is being sent is finished and written down. */
  stop(): Promise<void>;
}

const SWEEP_EVERY_MS = 3000;
const DELIVERIES_AT_ONCE = 8;

export async function startDeliver(options: DeliverLoopOptions): Promise<DeliverLoop> {
  const { store, queue, sinks, clock, logger, readRules, random, metrics } = options;

  const load = async (key: DeliveryKey): Promise<LoadedSituation | undefined> => {
    // The receipts before the signal: a transition in between is then sent now, and never thought to be sent already.
    const records = await loadDeliveries(store, key);
    const [episode] = await loadEpisodes(store, { episode: key.episode, which: 'any' });
    if (episode === undefined) return undefined;
    return situationOf(key, { episode, records }, await readRules());
  };

  await queue.work(
    (key) =>
      deliverSignal({
        key,
        load,
        sinks,
        record: (row) => recordDelivery(store, row),
        clock,
        random,
        report: (report) => {
          metrics?.onReport(report);
          logReport(logger, report);
        },
      }),
    { concurrency: DELIVERIES_AT_ONCE },
  );

  // Only after the worker: what the first sweep triggers is what an earlier process left behind.
  const sweep = repeatEvery(options.sweepEveryMs ?? SWEEP_EVERY_MS, async () => {
    try {
      const rules = await readRules();
      const due = await sweepDeliveries({ store, clock, sinks: new Set(sinks.keys()), rules });
      metrics?.onSwept(oldestOf(due));
      await queue.trigger(due.map(({ key }) => key));
    } catch (error) {
      logger.error({ err: error }, 'the sweep of deliveries failed and is repeated');
    }
  });

  return {
    stop: async () => {
      await sweep.stop();
      await queue.close();
    },
  };
}

const oldestOf = (due: readonly DueDelivery[]): EpochMicros | undefined =>
  due.length === 0
    ? undefined
    : (due.reduce((oldest, { since }) => Math.min(oldest, since), Infinity) as EpochMicros);

function logReport(logger: Logger, report: DeliveryReport): void {
  const { episode, sink } = report.key;
  if ('skipped' in report) {
    logger.debug({ episode, sink, reason: report.skipped }, 'nothing to deliver');
    return;
  }
  const { sent: reason, seq, result, retryInMs } = report;
  if (result.outcome === 'delivered') {
    logger.info({ episode, sink, reason, seq, remote: result.remoteId }, 'delivered');
    return;
  }
  const { outcome, status, remoteText } = result;
  const what = retryInMs === undefined ? 'not delivered, and not tried again as it is' : 'not delivered yet';
  logger.warn({ episode, sink, reason, seq, outcome, status, retryInMs, remoteText }, what);
}
