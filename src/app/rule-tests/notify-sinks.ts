// Who hears of the signals of a test, close by close: the decision of the delivery loop, with every send delivered.
import type { DeliveryRecord, SignalSnapshot } from '../../model/delivery.ts';
import type { EpisodeId, SinkName } from '../../model/ids.ts';
import type { Transition } from '../../model/signal.ts';
import {
  addDays,
  type Day,
  type EpochMicros,
  endOfDay,
  millisToMicros,
  type TimeZone,
} from '../../model/time.ts';
import type { Rule } from '../../rules/rule.ts';
import { decideDelivery } from '../../sinks/decide-delivery.ts';
import { type ChosenSink, chooseSinks } from '../choose-sinks.ts';

export interface NotifySinks {
  readonly rule: Rule;
  /** Of this rule and one account, in the order in which they were taken. */
  readonly transitions: readonly Transition[];
  readonly routes: ReadonlyMap<string, readonly SinkName[]>;
  readonly timezone: TimeZone;
  /** The last close that is asked for. */
  readonly to: Day;
}

/** The sinks that were told something, by the day of the close; days without news are absent. */
export function notifySinks(options: NotifySinks): ReadonlyMap<Day, readonly SinkName[]> {
  const { rule, transitions, routes, timezone, to } = options;
  const told = new Map<Day, SinkName[]>();
  const first = transitions[0]?.day;
  const sinks = chooseSinks(rule, routes);
  if (first === undefined || sinks.length === 0) return told;
  const records = new Map<string, DeliveryRecord[]>();
  for (let day = first; day <= to; day = addDays(day, 1)) {
    const now = millisToMicros(endOfDay(day, timezone));
    const episodes = episodesAt(rule, transitions, day);
    for (const signal of episodes)
      for (const sink of sinks)
        if (tell({ signal, sink, now, records })) told.set(day, [...(told.get(day) ?? []), sink.sink]);
  }
  return told;
}

/** Those that were decided up to the day, as a sink would see them. */
function episodesAt(rule: Rule, transitions: readonly Transition[], day: Day): readonly SignalSnapshot[] {
  const episodes = new Map<EpisodeId, Transition[]>();
  for (const transition of transitions) {
    const { episode, to } = transition;
    // A wait, and what comes after the cooldown, carry the episode before them.
    if (episode === undefined || transition.day > day || to === 'none' || to === 'pending') continue;
    episodes.set(episode, [...(episodes.get(episode) ?? []), transition]);
  }
  return [...episodes].flatMap(([episode, steps]) => {
    const [opening, latest] = [steps.find(({ to }) => to === 'open'), steps.at(-1)];
    return opening === undefined || latest === undefined
      ? []
      : [toSnapshot(episode, rule, { opening, latest })];
  });
}

function toSnapshot(
  episode: EpisodeId,
  rule: Rule,
  { opening, latest }: { readonly opening: Transition; readonly latest: Transition },
): SignalSnapshot {
  return {
    episode,
    accountId: latest.accountId,
    accountName: latest.accountId,
    accountTraits: latest.evidence.traits,
    rule: latest.rule,
    kind: latest.kind,
    state: latest.to,
    severity: latest.severity,
    reason: latest.reason,
    sentence: latest.sentence,
    owner: rule.owner,
    playbook: rule.playbook,
    openedOn: opening.day,
    openedAt: opening.at,
    decidedAt: opening.evaluatedAt,
    changedAt: latest.at,
    step: latest.step,
    held: opening.held,
    silent: opening.silent,
    baseline: opening.reason === 'baseline',
    past: false,
    evidence: latest.evidence,
  };
}

interface Telling {
  readonly signal: SignalSnapshot;
  readonly sink: ChosenSink;
  readonly now: EpochMicros;
  readonly records: Map<string, DeliveryRecord[]>;
}

function tell({ signal, sink, now, records }: Telling): boolean {
  const key = { episode: signal.episode, sink: sink.sink };
  const known = records.get(JSON.stringify(key)) ?? [];
  const { send } = decideDelivery({
    key,
    signal,
    records: known,
    sinkSince: 0 as EpochMicros,
    deliverOpen: false,
    released: false,
    states: sink.states,
    repeatDays: sink.repeatDays,
    now,
  });
  if (send === undefined) return false;
  const receipt: DeliveryRecord = {
    key,
    seq: known.length + 1,
    phase: 'receipt',
    action: send.action,
    accountId: signal.accountId,
    rule: signal.rule,
    step: signal.step,
    fields: { state: signal.state, severity: signal.severity, owner: signal.owner },
    outcome: 'delivered',
    reason: send.reason,
    remoteId: 'test',
    remoteText: '',
    at: now,
  };
  records.set(JSON.stringify(key), [...known, receipt]);
  return true;
}
