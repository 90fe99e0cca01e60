// What the collector and the log of this process did: requests, items, and what waits to become durable.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { AnsweredRequest } from '../../ingest/collector/collector.ts';
import type { EventLog, LogMessage } from '../../model/event-log.ts';

export interface CollectorMetrics {
  /** For `CollectorOptions.onAnswered`. */
  onAnswered(answered: AnsweredRequest): void;
  /** The same log, counted: what waits in it, how long it took, and dead letters by source and reason. */
  observe(log: EventLog): EventLog;
}

const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const UNKNOWN_KEY = 'unknown';

export function createCollectorMetrics(registry: Registry): CollectorMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'tidemark_collector_requests_total',
    help: 'Requests answered by the collector.',
    labelNames: ['route', 'status'],
    registers,
  });
  const items = new Counter({
    name: 'tidemark_collector_items_total',
    help: 'Events in answered requests by the name of their write key; verdict is accepted or rejected.',
    labelNames: ['key', 'verdict'],
    registers,
  });
  const seconds = new Histogram({
    name: 'tidemark_collector_request_duration_seconds',
    help: 'Time from a request to its answer, which comes when its events are durable.',
    labelNames: ['route'],
    buckets: REQUEST_SECONDS,
    registers,
  });
  return {
    onAnswered: ({ keyName = UNKNOWN_KEY, route, status, accepted, rejected, milliseconds }) => {
      requests.inc({ route, status: String(status) });
      seconds.observe({ route }, milliseconds / 1000);
      if (accepted > 0) items.inc({ key: keyName, verdict: 'accepted' }, accepted);
      if (rejected > 0) items.inc({ key: keyName, verdict: 'rejected' }, rejected);
    },
    observe: observeLog(registry),
  };
}

function observeLog(registry: Registry): (log: EventLog) => EventLog {
  const registers = [registry];
  const pendingEvents = new Gauge({
    name: 'tidemark_collector_pending_events',
    help: 'Events handed to the log and not durable yet.',
    registers,
  });
  const pendingBytes = new Gauge({
    name: 'tidemark_collector_pending_bytes',
    help: 'Bytes of the events handed to the log and not durable yet.',
    registers,
  });
  const failures = new Counter({
    name: 'tidemark_log_publish_failures_total',
    help: 'Publishes that the log refused or did not answer; their senders were told to send again.',
    registers,
  });
  const countLetters = createDeadLetterCounter(registry);

  const publish = async (log: EventLog, messages: readonly LogMessage[]): Promise<void> => {
    const bytes = messages.reduce((sum, { value }) => sum + value.length, 0);
    pendingEvents.inc(messages.length);
    pendingBytes.inc(bytes);
    try {
      await log.publish(messages);
    } catch (error) {
      failures.inc();
      throw error;
    } finally {
      pendingEvents.dec(messages.length);
      pendingBytes.dec(bytes);
    }
  };

  return (log) => ({
    publish: (messages) => publish(log, messages),
    consume: (handler) => log.consume(handler),
    publishDeadLetters: async (messages) => {
      await log.publishDeadLetters(messages);
      countLetters(messages);
    },
    lag: () => log.lag(),
    close: () => log.close(),
  });
}

const COLLECTOR = 'collector';

/** They are counted where their copies are published, which comes after the table has them. */
function createDeadLetterCounter(registry: Registry) {
  const letters = new Counter({
    name: 'tidemark_dead_letters_total',
    help: 'Events that were kept as dead letters, by where they came in (collector or topic) and why.',
    labelNames: ['source', 'reason'],
    registers: [registry],
  });
  return (messages: Parameters<EventLog['publishDeadLetters']>[0]): void => {
    for (const { headers } of messages) {
      const source = headers.topic === COLLECTOR ? COLLECTOR : 'topic';
      letters.inc({ source, reason: headers.reason ?? 'unknown' });
    }
  };
}
