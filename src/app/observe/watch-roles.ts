// Which parts must answer for the roles of a process to be ready.
import type { DeliveryQueue } from '../../model/delivery-queue.ts';
import type { EventLog, LogConsumer } from '../../model/event-log.ts';
import type { Store } from '../../model/store.ts';
import type { Role } from '../roles.ts';
import type { RulesInForce } from '../rules-in-force.ts';
import { type Readiness, watchReadiness } from './readiness.ts';

export interface WatchedParts {
  readonly roles: ReadonlySet<Role>;
  readonly store: Store;
  readonly log: EventLog;
  /** Embedded: the log has no server. */
  readonly direct: boolean;
  readonly queue: DeliveryQueue;
  /** The queue is in Redis. */
  readonly hasRedis: boolean;
  /** Undefined without the role `ingest`. */
  readonly consumer: LogConsumer | undefined;
  readonly rulesInForce: RulesInForce;
}

const USE_THE_LOG: readonly Role[] = ['collect', 'ingest', 'score'];

/** @returns what /health/ready asks. */
export function watchRoles(parts: WatchedParts): () => Promise<Readiness> {
  const { roles, store, log, direct, queue, hasRedis, consumer, rulesInForce } = parts;
  const usesLog = !direct && USE_THE_LOG.some((role) => roles.has(role));
  return watchReadiness({
    store,
    askLog: usesLog ? () => log.lag() : undefined,
    askQueue: hasRedis && roles.has('deliver') ? () => queue.depth() : undefined,
    consumer,
    hasRules: roles.has('score') ? async () => (await rulesInForce.current()) !== undefined : undefined,
  });
}
