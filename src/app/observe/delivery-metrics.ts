// What this process told its sinks, and how far behind it is.
import { Counter, Gauge, type Registry } from 'prom-client';
import type { EpochMicros } from '../../model/time.ts';
import type { DeliveryReport } from '../../sinks/deliver-signal.ts';

export interface DeliveryMetrics {
  onReport(report: DeliveryReport): void;
  /** When the oldest notice that is due, and was not delivered, was decided; undefined when nothing is due. */
  onSwept(oldest: EpochMicros | undefined): void;
  /** Shows the age of what the last sweep found, as of `now`. Only where the role `deliver` sweeps. */
  showOldest(now: () => EpochMicros): void;
}

const MICROS = 1_000_000;

export function createDeliveryMetrics(registry: Registry): DeliveryMetrics {
  const registers = [registry];
  const sends = new Counter({
    name: 'tidemark_deliver_sends_total',
    help: 'Notices sent to a sink, by how that ended: delivered, transient, rate_limited, ambiguous, unauthorised or rejected; docs/sinks.md explains each.',
    labelNames: ['sink', 'outcome'],
    registers,
  });
  const skips = new Counter({
    name: 'tidemark_deliver_skipped_total',
    help: 'Deliveries that were looked at and had nothing to send, by the reason; docs/sinks.md explains each.',
    labelNames: ['sink', 'reason'],
    registers,
  });
  let oldest: EpochMicros | undefined;
  return {
    onReport: (report) => {
      const { sink } = report.key;
      if ('skipped' in report) skips.inc({ sink, reason: report.skipped });
      else sends.inc({ sink, outcome: report.result.outcome });
    },
    onSwept: (since) => {
      oldest = since;
    },
    showOldest: (now) => {
      new Gauge({
        name: 'tidemark_deliver_oldest_undelivered_seconds',
        help: 'Since the oldest notice was decided that is due and not delivered, as the last sweep found; 0 without one.',
        registers,
        collect() {
          this.set(oldest === undefined ? 0 : Math.max(0, (now() - oldest) / MICROS));
        },
      });
    },
  };
}
