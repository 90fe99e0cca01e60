// The evaluate loop of `up`: closes days once they are whole, ticks in between while there is work.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import {
  addDays,
  type Day,
  dayOf,
  type EpochMicros,
  endOfDay,
  microsToMillis,
  millisToMicros,
} from '../../model/time.ts';
import type { Ruleset } from '../../rules/ruleset.ts';
import { isReleased, readFreshness } from '../../store/evaluation/read-freshness.ts';
import { hasNewBatches, readLastClose } from '../../store/evaluation/read-progress.ts';
import type { ChangedSignal } from '../../store/evaluation/save-transitions.ts';
import { type EvaluationReport, evaluateClose } from './evaluate-close.ts';
import { evaluateTick } from './evaluate-tick.ts';
import type { Evaluator } from './evaluator.ts';
import { judgeFreshness } from './judge-freshness.ts';
import { rememberPlans } from './remember-plans.ts';
import { restAfterTick } from './rest-after-tick.ts';
import type { EvaluationKind } from './time-part.ts';

export interface RunEvaluator extends Omit<Evaluator, 'ruleset'> {
  /** The ruleset in force; undefined before one was applied. */
  readonly loadRuleset: () => Promise<Ruleset | undefined>;
  /** Messages of the log that are not stored yet. A rejection leaves the day open, to be asked about again. */
  readonly lagMessages: () => Promise<number>;
  /** Told after the transitions are stored; losing the call loses nothing, a sweep finds them. */
  readonly onChanged: (changed: readonly ChangedSignal[]) => Promise<void>;
  /** For figures: of each close and tick that finished. */
  readonly onEvaluated?: (kind: EvaluationKind, report: EvaluationReport) => void;
  /** For figures: of each that failed. */
  readonly onFailed?: () => void;
  readonly logger: Logger;
}

export interface RunningEvaluator {
  /** Lets the close or tick under way finish. */
  stop(): Promise<void>;
}

const BEAT_MS = 500;
/** Ingestion has passed a day's end by this much before the day is closed. */
const GRACE_MICROS = 3_600_000_000;

export function runEvaluator(options: RunEvaluator): RunningEvaluator {
  const stopping = new AbortController();
  const beat = startBeat(options, startGuard(options));
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      const startedAt = Date.now();
      const did = await beat().catch((error: unknown) => {
        options.onFailed?.();
        options.logger.error(
          { err: error },
          'an evaluation failed; the next one takes the same batches again',
        );
        return 'failed' as const;
      });
      const took = Date.now() - startedAt;
      const rest = did === 'close' ? 0 : Math.max(BEAT_MS - took, did === 'tick' ? restAfterTick(took) : 0);
      await sleep(rest, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
}

function startBeat(options: RunEvaluator, mayClose: Guard): () => Promise<'close' | 'tick' | 'nothing'> {
  const report = startReport(options);
  const plans = rememberPlans(options.timezone);
  return async () => {
    const ruleset = await options.loadRuleset();
    if (ruleset === undefined) return 'nothing';
    const evaluator: Evaluator = { ...options, ruleset, plans };
    const due = await dueDay(options);
    if (due !== undefined && (await mayClose(due))) {
      await report('close', await evaluateClose(evaluator, due));
      return 'close';
    }
    if (!(await hasNewBatches(options.store))) return 'nothing';
    await report('tick', await evaluateTick(evaluator));
    return 'tick';
  };
}

/** The next day to close, when it has been over for an hour: days close in order, none skipped. */
async function dueDay({ store, clock, timezone }: RunEvaluator): Promise<Day | undefined> {
  const now = clock.now();
  const yesterday = addDays(dayOf(microsToMillis(now), timezone), -1);
  const last = await readLastClose(store);
  const next = last === undefined ? yesterday : addDays(last, 1);
  const over = millisToMicros(endOfDay(next, timezone)) + GRACE_MICROS;
  return next <= yesterday && now >= (over as EpochMicros) ? next : undefined;
}

type Guard = (day: Day) => Promise<boolean>;

/** A held day is looked at again after this long: the look reads two months of raw rows. */
const LOOK_AGAIN_MICROS = 60_000_000;

/** May the day be closed? One that is held says so once. */
function startGuard(options: RunEvaluator): Guard {
  let held: { readonly day: Day; readonly at: EpochMicros } | undefined;
  return async (day) => {
    const now = options.clock.now();
    if (held?.day === day && now - held.at < LOOK_AGAIN_MICROS && !(await isReleased(options.store, day))) {
      return false;
    }
    const freshness = await readFreshness(options.store, day, options.timezone);
    // Not asked of a released day: people release days for the very reason that the log is in trouble.
    const verdict = judgeFreshness(freshness, freshness.released ? 0 : await options.lagMessages());
    if (!verdict.close && held?.day !== day) {
      options.logger.warn(
        { day, reason: verdict.reason },
        `the close of ${day} is held: ${verdict.reason}; tidemark closes release ${day} overrides it`,
      );
    }
    held = verdict.close ? undefined : { day, at: now };
    return verdict.close;
  };
}

type Report = (kind: EvaluationKind, done: EvaluationReport) => Promise<void>;

/**
 * A rule that holds signals is warned of once in a local day, though a tick may come every half second, and the close
 * of the day before in between.
 */
function startReport({ logger, onChanged, onEvaluated }: RunEvaluator): Report {
  const warned = new Set<string>();
  return async (kind, done) => {
    const { day, accounts, opened, milliseconds, held, changed } = done;
    onEvaluated?.(kind, done);
    logger.debug({ kind, day, accounts, opened, milliseconds }, 'evaluated');
    for (const [rule, count] of held) {
      if (warned.has(`${rule} ${day}`)) continue;
      warned.add(`${rule} ${day}`);
      logger.warn(
        { rule, count, day },
        `${count} new signals of ${rule} are held, as is what it opens later on ${day}; tidemark signals release ${rule}`,
      );
    }
    if (changed.length > 0) await onChanged(changed);
  };
}
