// The figures of one process for Prometheus, by role: each role counts only what passes through this process. Labels
// are of few values, so that no account, user or event name may become one. docs/operating.md has every name.
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { type CollectorMetrics, createCollectorMetrics } from './collector-metrics.ts';
import { createDeliveryMetrics, type DeliveryMetrics } from './delivery-metrics.ts';
import { createScoreMetrics, type ScoreMetrics } from './score-metrics.ts';
import { createStoreMetrics, type StoreMetrics } from './store-metrics.ts';

export interface Metrics {
  readonly registry: Registry;
  readonly collector: CollectorMetrics;
  readonly store: StoreMetrics;
  readonly score: ScoreMetrics;
  readonly deliveries: DeliveryMetrics;
}

/** With the process's own figures: heap, event loop, memory. `roles` and `version` go into tidemark_build_info. */
export function createMetrics(build: {
  readonly version: string;
  readonly roles: readonly string[];
}): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'tidemark_build_info',
    help: 'Always 1; its labels say which version runs, on which Node, and which roles it has.',
    labelNames: ['version', 'node', 'roles'],
    registers: [registry],
  }).set({ version: build.version, node: process.version, roles: build.roles.join(',') }, 1);
  return {
    registry,
    collector: createCollectorMetrics(registry),
    store: createStoreMetrics(registry),
    score: createScoreMetrics(registry),
    deliveries: createDeliveryMetrics(registry),
  };
}
