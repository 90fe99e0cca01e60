// The figures of a consumer as Prometheus reads them: taken from it at each scrape, so that none is kept twice.
import { Counter, Gauge, type Registry } from 'prom-client';
import type { ConsumerFigures, LogConsumer } from '../../model/event-log.ts';
import type { EpochMicros } from '../../model/time.ts';

export interface ShowConsumer {
  readonly registry: Registry;
  readonly consumer: Pick<LogConsumer, 'figures'>;
  readonly now: () => EpochMicros;
}

interface Shown {
  readonly name: string;
  readonly help: string;
  /** Undefined shows nothing. */
  readonly read: (figures: ConsumerFigures, now: EpochMicros) => number | undefined;
}

const COUNTERS: readonly Shown[] = [
  {
    name: 'tidemark_ingest_messages_total',
    help: 'Messages of the log that are stored and acknowledged, as events or as dead letters.',
    read: ({ messages }) => messages,
  },
  {
    name: 'tidemark_ingest_bytes_total',
    help: 'Bytes of the acknowledged messages.',
    read: ({ bytes }) => bytes,
  },
  {
    name: 'tidemark_ingest_batches_total',
    help: 'Batches acknowledged; each is one insert a table.',
    read: ({ batches }) => batches,
  },
  {
    name: 'tidemark_ingest_rebalances_total',
    help: 'Times that this consumer was given its partitions anew.',
    read: ({ rebalances }) => rebalances,
  },
];

const GAUGES: readonly Shown[] = [
  {
    name: 'tidemark_ingest_partitions',
    help: 'Partitions of the log that this process consumes now; 0 is idle, where others have them all.',
    read: ({ partitions }) => partitions,
  },
  {
    name: 'tidemark_ingest_in_flight_messages',
    help: 'Messages received and not acknowledged yet.',
    read: ({ messagesInFlight }) => messagesInFlight,
  },
  {
    name: 'tidemark_ingest_in_flight_bytes',
    help: 'Bytes received and not acknowledged yet.',
    read: ({ bytesInFlight }) => bytesInFlight,
  },
  {
    name: 'tidemark_ingest_lag_messages',
    help: 'Messages in the partitions of this process that are not acknowledged yet, as of some seconds ago. Missing while that is not known.',
    read: ({ lag }) => lag,
  },
  {
    name: 'tidemark_ingest_oldest_unprocessed_seconds',
    help: 'Since the log took the oldest message that is received and not acknowledged; without one, since the log was seen to grow and nothing of it came; else 0.',
    read: ({ oldestInFlightAt }, now) =>
      oldestInFlightAt === undefined ? 0 : Math.max(0, (now - oldestInFlightAt) / 1_000_000),
  },
];

export function showConsumer({ registry, consumer, now }: ShowConsumer): void {
  for (const { name, help, read } of COUNTERS) {
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(read(consumer.figures(), now()) ?? 0);
      },
    });
  }
  for (const { name, help, read } of GAUGES) {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        const value = read(consumer.figures(), now());
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });
  }
}
