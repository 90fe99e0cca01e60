// What the tables say about evaluation, for figures that no single process knows. Read at most every few seconds,
// however often it is asked, since it reads every transition.
import type { Clock } from '../../model/clock.ts';
import type { Store } from '../../model/store.ts';
import { addDays, type Day, dayOf, daysBetween, microsToMillis, type TimeZone } from '../../model/time.ts';
import { countSignals } from '../../store/read/count-signals.ts';
import { readPipeline } from '../../store/read/read-pipeline.ts';

export interface Progress {
  /** Undefined before the first tick. */
  readonly tickAgeSeconds: number | undefined;
  /** Whole days between the last closed one and yesterday; undefined before the first close. */
  readonly closesBehind: number | undefined;
  readonly openSignals: number;
  readonly heldSignals: number;
}

export interface ProgressOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly timezone: TimeZone;
}

const KEEP_MICROS = 10_000_000;

/** The answer is at most ten seconds old, or older by what the tables need to answer. A failure is not kept. */
export function rememberProgress(options: ProgressOptions): () => Promise<Progress> {
  let kept: { until: number; readonly progress: Promise<Progress> } | undefined;
  return () => {
    if (kept !== undefined && options.clock.now() < kept.until) return kept.progress;
    const mine = { until: Number.POSITIVE_INFINITY, progress: readProgress(options) };
    kept = mine;
    mine.progress.then(
      () => {
        mine.until = options.clock.now() + KEEP_MICROS;
      },
      () => {
        mine.until = 0;
      },
    );
    return mine.progress;
  };
}

async function readProgress({ store, clock, timezone }: ProgressOptions): Promise<Progress> {
  const [pipeline, signals] = await Promise.all([readPipeline(store), countSignals(store)]);
  const now = microsToMillis(clock.now());
  const { lastTickAt, lastCloseDay } = pipeline;
  return {
    tickAgeSeconds: lastTickAt === undefined ? undefined : Math.max(0, (now - lastTickAt) / 1000),
    closesBehind: lastCloseDay === undefined ? undefined : daysBehind(lastCloseDay, dayOf(now, timezone)),
    openSignals: signals.open,
    heldSignals: signals.held,
  };
}

/** Yesterday is the last day that can be closed; its close comes an hour after its end. */
const daysBehind = (lastClose: Day, today: Day): number =>
  Math.max(0, daysBetween(lastClose, addDays(today, -1)));
