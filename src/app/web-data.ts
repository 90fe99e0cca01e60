// What the page shows, from the tables and from what this process knows of its own parts.
import type { Clock } from '../model/clock.ts';
import type { DeliveryKey, DeliveryRecord } from '../model/delivery.ts';
import type { SinkName } from '../model/ids.ts';
import type { ScoreEvidence } from '../model/signal.ts';
import type { Store } from '../model/store.ts';
import { microsToMillis, type TimeZone } from '../model/time.ts';
import type { Ruleset } from '../rules/ruleset.ts';
import { decideDelivery } from '../sinks/decide-delivery.ts';
import { readHistory } from '../sinks/read-history.ts';
import { loadDeliveriesOf } from '../store/delivery/load-deliveries.ts';
import { type Episode, loadEpisodes } from '../store/delivery/load-episodes.ts';
import { readLatestScores } from '../store/read/read-latest-scores.ts';
import { readPipeline } from '../store/read/read-pipeline.ts';
import type { OpenSignal, Overview, Pipeline, ShownDelivery, ShownScore, WebData } from '../web/web-data.ts';
import { type DeliveryRules, sinksOf, situationOf, toSnapshot } from './delivery-plan.ts';
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
    readiness: async () => {
      const answers = await options.store.ping().catch(() => false);
      return answers
        ? { ready: true, reasons: [] }
        : { ready: false, reasons: ['ClickHouse does not answer.'] };
    },
  };
}

/** More than anybody reads on one page; the figure of open signals counts them all. */
const SHOWN = { which: 'open', limit: 1000 } as const;

async function readOverview(options: WebDataOptions): Promise<Overview> {
  const { store, clock, timezone, readRules } = options;
  const [episodes, records, scores, rules] = await Promise.all([
    loadEpisodes(store, SHOWN),
    loadDeliveriesOf(store, SHOWN),
    readLatestScores(store),
    readRules(),
  ]);
  const byEpisode = groupByEpisode(records);
  const signals = episodes.map((episode) => {
    const ofEpisode = byEpisode.get(episode.episode) ?? [];
    const shown = { ...episode.evidence.scores, ...scores.get(episode.accountId) };
    return toOpenSignal(episode, {
      scores: showScores(shown, rules.ruleset),
      deliveries: showDeliveries(episode, ofEpisode, { rules, clock }),
      rules,
    });
  });
  const pipeline = await readFigures(options);
  return { at: microsToMillis(clock.now()), timeZone: timezone, signals, pipeline };
}

interface Shown {
  readonly scores: readonly ShownScore[];
  readonly deliveries: readonly ShownDelivery[];
  readonly rules: DeliveryRules;
}

function toOpenSignal(episode: Episode, { scores, deliveries, rules }: Shown): OpenSignal {
  const { owner, playbook } = toSnapshot(episode, rules.ruleset);
  const released = (rules.releases.get(episode.rule) ?? 0) >= episode.decidedAt;
  const sent = deliveries.length > 0;
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
    scores,
    deliveries,
    held: episode.held && !released && !sent,
    silent: episode.silent && !sent,
    baseline: episode.baseline && !sent,
  };
}

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

interface DeliveryView {
  readonly rules: DeliveryRules;
  readonly clock: Clock;
}

function showDeliveries(
  episode: Episode,
  records: readonly DeliveryRecord[],
  view: DeliveryView,
): readonly ShownDelivery[] {
  return sinksOf(episode, records, view.rules).flatMap((sink) => {
    const ofSink = records.filter((record) => record.key.sink === sink);
    const shown = ofSink.length > 0 ? showLast(sink, ofSink) : showWaiting(sink, episode, view);
    return shown === undefined ? [] : [shown];
  });
}

function showLast(sink: SinkName, records: readonly DeliveryRecord[]): ShownDelivery {
  const { lastReceipt: receipt, lastDelivered } = readHistory(records);
  const intent = records.find((row) => row.phase === 'intent' && row.seq > (receipt?.seq ?? 0));
  const remoteId = lastDelivered?.remoteId ?? null;
  const last = intent ?? receipt ?? records[0];
  const at = last === undefined ? null : microsToMillis(last.at);
  if (intent !== undefined || receipt === undefined) {
    return { sink, outcome: 'waiting', remoteId, at, reason: last?.reason ?? '' };
  }
  const outcome = receipt.outcome ?? 'waiting';
  const reason = outcome === 'delivered' ? receipt.reason : receipt.remoteText;
  return { sink, outcome, remoteId, at, reason };
}

/** Nothing was tried yet; shown only if something is about to be. */
function showWaiting(
  sink: SinkName,
  episode: Episode,
  { rules, clock }: DeliveryView,
): ShownDelivery | undefined {
  const key: DeliveryKey = { episode: episode.episode, sink };
  const situation = situationOf(key, { episode, records: [] }, rules);
  if (situation === undefined) return undefined;
  const { send } = decideDelivery({ ...situation, key, now: clock.now() });
  return send && { sink, outcome: 'waiting', remoteId: null, at: null, reason: send.reason };
}

async function readFigures({ store, live }: WebDataOptions): Promise<Pipeline> {
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
    openSignals: figures.openSignals,
    queueDepth,
    engine: live.engine,
  };
}
