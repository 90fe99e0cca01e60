// Which figures a process shows on /metrics of what is not counted where it happens, but asked for when somebody looks.
import type { Clock } from '../../model/clock.ts';
import type { DeliveryQueue } from '../../model/delivery-queue.ts';
import type { LogConsumer } from '../../model/event-log.ts';
import type { Store } from '../../model/store.ts';
import type { TimeZone } from '../../model/time.ts';
import type { Role } from '../roles.ts';
import type { Metrics } from './metrics.ts';
import { rememberProgress } from './read-progress.ts';
import { showConsumer } from './show-consumer.ts';
import { showProgress, showQueue } from './show-progress.ts';

export interface ShownParts {
  readonly metrics: Metrics;
  readonly roles: ReadonlySet<Role>;
  readonly store: Store;
  readonly queue: DeliveryQueue;
  /** Undefined without the role `ingest`. */
  readonly consumer: LogConsumer | undefined;
  readonly clock: Clock;
  readonly timezone: TimeZone;
}

/** Once for a process: each role adds its own. */
export function showFigures({ metrics, roles, store, queue, consumer, clock, timezone }: ShownParts): void {
  const { registry } = metrics;
  const now = () => clock.now();
  if (consumer !== undefined) showConsumer({ registry, consumer, now });
  if (roles.has('score')) {
    showProgress({ registry, read: rememberProgress({ store, clock, timezone }) });
  }
  if (roles.has('deliver')) {
    showQueue({ registry, depth: () => queue.depth() });
    metrics.deliveries.showOldest(now);
  }
}
