// Gauges of what no process can count by itself: what the tables say about evaluation, and the delivery queue.
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Progress } from './read-progress.ts';

export interface ShowProgress {
  readonly registry: Registry;
  readonly read: () => Promise<Progress>;
  /** Milliseconds that a scrape waits for them. Default 3,000. */
  readonly patienceMs?: number;
}

const GAUGES: readonly {
  readonly name: string;
  readonly help: string;
  readonly of: (progress: Progress) => number | undefined;
}[] = [
  {
    name: 'tidemark_score_last_tick_age_seconds',
    help: 'Since the last tick, by any process; without new events there are none. Missing before the first.',
    of: ({ tickAgeSeconds }) => tickAgeSeconds,
  },
  {
    name: 'tidemark_score_closes_behind_days',
    help: 'Days up to yesterday that are not closed; 1 between midnight and an hour later. Missing before the first close.',
    of: ({ closesBehind }) => closesBehind,
  },
  {
    name: 'tidemark_signals_open',
    help: 'Signals that are open or recovering now.',
    of: ({ openSignals }) => openSignals,
  },
  {
    name: 'tidemark_signals_held',
    help: 'Of the open signals, those held back by max_new_per_day and not released.',
    of: ({ heldSignals }) => heldSignals,
  },
];

/** While the tables cannot be read the gauges are missing, the failures counted, and all other figures there. */
export function showProgress({ registry, read, patienceMs }: ShowProgress): void {
  const failures = createFailures(registry);
  for (const { name, help, of } of GAUGES) {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const progress = await answerOf(read, { failures, ...(patienceMs !== undefined && { patienceMs }) });
        setOrRemove(this, progress && of(progress));
      },
    });
  }
}

export function showQueue({
  registry,
  depth,
}: {
  readonly registry: Registry;
  readonly depth: () => Promise<number>;
}): void {
  new Gauge({
    name: 'tidemark_deliver_queue_depth',
    help: 'Delivery jobs waiting or running, of all processes that share the queue. Missing while Redis is away.',
    registers: [registry],
    async collect() {
      setOrRemove(this, await answerOf(depth));
    },
  });
}

function setOrRemove(gauge: Gauge, value: number | undefined): void {
  if (value === undefined) gauge.remove();
  else gauge.set(value);
}

const createFailures = (registry: Registry): Counter =>
  new Counter({
    name: 'tidemark_metrics_read_failures_total',
    help: 'Times that the tables could not be read for the figures that come from them.',
    registers: [registry],
  });

/** A scrape must be answered while a server is away: that is what it is for. */
const PATIENCE_MS = 3000;

async function answerOf<Value>(
  ask: () => Promise<Value>,
  { failures, patienceMs = PATIENCE_MS }: { readonly failures?: Counter; readonly patienceMs?: number } = {},
): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      failures?.inc();
      resolve(undefined);
    }, patienceMs);
  });
  try {
    return await Promise.race([ask(), tooLate]);
  } catch {
    failures?.inc();
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
