// What the page shows, from the tables and from what this process knows of its own parts.
import type { Clock } from '../model/clock.ts';
import type { Champion, ScoreEvidence } from '../model/signal.ts';
import type { Store } from '../model/store.ts';
import { microsToMillis, type TimeZone } from '../model/time.ts';
import type { Ruleset } from '../rules/ruleset.ts';
import { loadDeliveriesOf } from '../store/delivery/load-deliveries.ts';
import { type Episode, loadEpisodes } from '../store/delivery/load-episodes.ts';
import { countOpenSignals } from '../store/read/count-open-signals.ts';
import { readLatestScores } from '../store/read/read-latest-scores.ts';
import { MOST_DEAD_LETTERS, readPipeline } from '../store/read/read-pipeline.ts';
import type { OpenSignal, Overview, Pipeline, ShownDelivery, ShownScore, WebData } from '../web/web-data.ts';
import { type DeliveryRules, isReleased, toSnapshot } from './delivery-plan.ts';
import { showDeliveries, whyUnrouted } from './show-deliveries.ts';
import { groupByEpisode } from './sweep-deliveries.ts';

export interface WebDataOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly timezone: TimeZone;
  readonly readRules: () => Promise<DeliveryRules>;
  /** What only this process can say; null where it does not run the role. */
  readonly live: LiveFigures;
}

interface LiveFigures {
  eventsPerSecond(): Promise<number>;
  lagMessages(): Promise<number | null>;
  queueDepth(): Promise<number>;
  readonly engine: Pipeline['engine'];
}

/** However many browsers look, the tables are asked once in this time, and once in four times what it took. */
const KEEP_MS = 1000;
const KEEP_TIMES = 4;

export function createWebData(options: WebDataOptions): WebData {
  let kept: { until: number; readonly overview: Promise<Overview> } | undefined;
  return {
    overview: () => {
      const at = microsToMillis(options.clock.now());
      if (kept !== undefined && at < kept.until) return kept.overview;
      const overview = readOverview(options);
      const mine = { until: Number.POSITIVE_INFINITY, overview };
      kept = mine;
      overview.then(
        () => {
          const took = microsToMillis(options.clock.now()) - at;
          mine.until = at + Math.max(KEEP_MS, KEEP_TIMES * took);
        },
        // A failure is not kept: the next one asks again.
        () => {
          mine.until = 0;
        },
      );
      return overview;
    },
  };
}

/** More than anybody reads on one page; the figure of open signals counts them all. */
const MOST_SHOWN = 1000;
const SHOWN = { which: 'open', limit: MOST_SHOWN } as const;

async function readOverview(options: WebDataOptions): Promise<Overview> {
  const { store, clock, timezone, readRules } = options;
  const [episodes, records, rules] = await Promise.all([
    loadEpisodes(store, SHOWN),
    loadDeliveriesOf(store, SHOWN),
    readRules(),
  ]);
  const scores = await readLatestScores(store, [...new Set(episodes.map(({ accountId }) => accountId))]);
  const byEpisode = groupByEpisode(records);
  const signals = episodes.map((episode) => {
    const ofEpisode = byEpisode.get(episode.episode) ?? [];
    const shown = { ...episode.evidence.scores, ...scores.get(episode.accountId) };
    return toOpenSignal(episode, {
      scores: showScores(shown, rules.ruleset),
      deliveries: showDeliveries(episode, ofEpisode, { rules, now: clock.now() }),
      rules,
    });
  });
  const openSignals = episodes.length < MOST_SHOWN ? episodes.length : await countOpenSignals(store);
  const pipeline = await readFigures(options, openSignals);
  return { at: microsToMillis(clock.now()), timeZone: timezone, signals, pipeline };
}

interface Shown {
  readonly scores: readonly ShownScore[];
  readonly deliveries: readonly ShownDelivery[];
  readonly rules: DeliveryRules;
}

function toOpenSignal(episode: Episode, { scores, deliveries, rules }: Shown): OpenSignal {
  const { owner, playbook } = toSnapshot(episode, rules.ruleset);
  const released = isReleased(episode, rules);
  const sent = deliveries.some(({ outcome }) => outcome !== 'not_sent');
  return {
    episode: episode.episode,
    accountId: episode.accountId,
    accountName: episode.accountName,
    rule: episode.rule,
    kind: episode.kind,
    sentence: episode.sentence,
    severity: episode.severity,
    state: episode.state === 'recovering' ? 'recovering' : 'open',
    openSince: episode.openedOn,
    openedAt: episode.openedAt,
    owner: owner ?? null,
    playbook: playbook ?? null,
    champion: showChampion(episode.evidence.champion),
    scores,
    deliveries,
    unrouted: whyUnrouted(episode, deliveries, rules),
    held: episode.held && !released && !sent,
    silent: episode.silent && !sent,
    baseline: episode.baseline && !sent,
  };
}

const showChampion = (champion: Champion | undefined): OpenSignal['champion'] =>
  champion === undefined ? null : { name: champion.name, email: champion.email, reasons: champion.reasons };

const showScores = (
  scores: Readonly<Record<string, ScoreEvidence>>,
  ruleset: Ruleset | undefined,
): readonly ShownScore[] =>
  Object.entries(scores).map(([name, { value, band, parts }]) => ({
    name,
    value,
    band,
    outOf: ruleset?.scores.get(name)?.outOf ?? 100,
    parts: parts.map(({ part, points, weight }) => ({ part, points, weight })),
  }));

async function readFigures({ store, live }: WebDataOptions, openSignals: number): Promise<Pipeline> {
  const [figures, eventsPerSecond, lagMessages, queueDepth] = await Promise.all([
    readPipeline(store),
    live.eventsPerSecond(),
    live.lagMessages(),
    live.queueDepth(),
  ]);
  return {
    eventsPerSecond,
    lagMessages,
    lastTickAt: figures.lastTickAt ?? null,
    lastTickMs: figures.lastTickMs ?? null,
    lastCloseDay: figures.lastCloseDay ?? null,
    deadLetters: figures.deadLetters,
    isDeadLettersCut: figures.deadLetters >= MOST_DEAD_LETTERS,
    openSignals,
    queueDepth,
    engine: live.engine,
  };
}
