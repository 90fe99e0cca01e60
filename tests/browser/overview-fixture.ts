// Believable data for the page: builders with defaults, and one full overview.

import type { Day, EpochMillis, TimeZone } from '../../src/model/time.ts';
import type { OpenSignal, Overview, Pipeline, ShownScore } from '../../src/web/web-data.ts';

const NOW = Date.parse('2026-03-31T15:20:00Z') as EpochMillis;
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

export const ago = (milliseconds: number, now: EpochMillis = NOW): EpochMillis =>
  (now - milliseconds) as EpochMillis;

export function aSignal(changes: Partial<OpenSignal> = {}): OpenSignal {
  const openedAt = changes.openedAt ?? ago(3 * DAY);
  return {
    episode: 'b11cd2931e0984fe8fbbace92d75710f',
    accountId: 'heron-robotics',
    accountName: 'Heron Robotics',
    rule: 'team_hits_2000_messages',
    kind: 'pql',
    sentence: 'Heron Robotics has sent 2,114 messages on the free plan, 11 people active in two weeks',
    severity: 'medium',
    state: 'open',
    openSince: new Date(openedAt).toISOString().slice(0, 10) as Day,
    openedAt,
    owner: 'growth',
    playbook: null,
    champion: {
      name: 'Mira Osei',
      email: 'mira@heron-robotics.example',
      reasons: ['active on 20 of 28 days', 'uses 5 of 6 features', 'owner'],
    },
    scores: [adoption([38, 30, 17, 10])],
    deliveries: [
      { sink: 'crm', outcome: 'delivered', remoteId: '20417', at: ago(2 * DAY), reason: 'opened' },
    ],
    unrouted: null,
    held: false,
    silent: false,
    baseline: false,
    ...changes,
  };
}

const PARTS = [
  ['volume', 40],
  ['people', 30],
  ['habit', 20],
  ['sharing', 10],
] as const;

/** Points of volume, people, habit and sharing; null for a part that is missing. */
export function adoption(points: readonly (number | null)[]): ShownScore {
  const value = points.reduce<number>((sum, p) => sum + (p ?? 0), 0);
  return {
    name: 'adoption',
    value,
    band: value >= 65 ? 'good' : value >= 35 ? 'fair' : 'poor',
    outOf: 100,
    parts: PARTS.map(([part, weight], i) => ({ part, weight, points: points[i] ?? null })),
  };
}

export function aPipeline(changes: Partial<Pipeline> = {}): Pipeline {
  return {
    eventsPerSecond: 20.4,
    lagMessages: 12,
    lastTickAt: ago(1000),
    lastTickMs: 38,
    lastCloseDay: '2026-03-30' as Day,
    deadLetters: 6,
    isDeadLettersCut: false,
    openSignals: 9,
    queueDepth: 1,
    engine: { store: 'embedded', log: 'direct', queue: 'in-process' },
    ...changes,
  };
}

export function anOverview(changes: Partial<Overview> = {}): Overview {
  return { at: NOW, timeZone: 'UTC' as TimeZone, signals: someSignals(), pipeline: aPipeline(), ...changes };
}

const toCrm = (remoteId: string, at: EpochMillis): OpenSignal['deliveries'][number] => ({
  sink: 'crm',
  outcome: 'delivered',
  remoteId,
  at,
  reason: 'opened',
});

export const notSent = (sink: string, reason: string): OpenSignal['deliveries'][number] => ({
  sink,
  outcome: 'not_sent',
  remoteId: null,
  at: null,
  reason,
});

/** Leads and alerts with every kind of delivery. */
const someSignals = (): readonly OpenSignal[] => [...someLeads(), ...someAlerts()];

const someLeads = (): readonly OpenSignal[] => [
  aSignal({
    severity: 'high',
    openedAt: ago(40_000),
    playbook:
      'Ask the owner what the team uses it for, and offer a team plan with history that does not end.',
    deliveries: [toCrm('20431', ago(38_000))],
  }),
  aSignal({
    accountId: 'lantern-studios',
    accountName: 'Lantern Studios',
    rule: 'team_gathers_pace',
    severity: 'high',
    sentence: 'Lantern Studios has 12 active people on the trial plan, 71% more than two weeks ago',
    playbook: 'Welcome the newest members, and show the owner how a team plan adds people.',
    openedAt: ago(26 * 60 * MINUTE),
    scores: [adoption([31.5, 30, 14, 0])],
    deliveries: [toCrm('20398', ago(25 * 60 * MINUTE))],
  }),
  aSignal({
    accountId: 'sable-finance',
    accountName: 'Sable Finance',
    rule: 'seats_nearly_full',
    kind: 'expansion',
    severity: 'high',
    owner: 'account-management',
    sentence: 'Sable Finance uses 100% of its 18 seats',
    openedAt: ago(4 * DAY),
    scores: [adoption([40, 30, 20, 10])],
    deliveries: [{ sink: 'crm', outcome: 'waiting', remoteId: null, at: null, reason: 'opened' }],
  }),
  aSignal({
    accountId: 'wren-learning',
    accountName: 'Wren Learning',
    openedAt: ago(9 * DAY),
    sentence: 'Wren Learning has sent 2,380 messages on the free plan, 8 people active in two weeks',
    scores: [adoption([29, 22, 16, 10])],
    deliveries: [
      {
        sink: 'crm',
        outcome: 'rejected',
        remoteId: null,
        at: ago(9 * DAY),
        reason: 'Property "pql_score" does not exist',
      },
    ],
  }),
  aSignal({
    accountId: 'osprey-foods',
    accountName: 'Osprey Foods',
    openedAt: ago(60 * DAY),
    sentence: 'Osprey Foods has sent 5,902 messages on the free plan, 9 people active in two weeks',
    scores: [adoption([40, 22, 20, null])],
    deliveries: [notSent('crm', 'baseline')],
    baseline: true,
  }),
];

const someAlerts = (): readonly OpenSignal[] => [
  aSignal({
    accountId: 'thistle-logistics',
    accountName: 'Thistle Logistics',
    rule: 'seats_go_quiet',
    kind: 'churn_risk',
    severity: 'critical',
    owner: 'customer-success',
    sentence: 'Thistle Logistics: last seen 31 days ago, 0% of 16 seats used in two weeks',
    playbook: 'Call the owner before the renewal; ask what stopped, and who took over.',
    openedAt: ago(17 * DAY),
    scores: [adoption([0, 0, 0, 0])],
    deliveries: [
      { sink: 'csm_alerts', outcome: 'delivered', remoteId: null, at: ago(17 * DAY), reason: 'opened' },
      toCrm('20377', ago(17 * DAY)),
    ],
  }),
  aSignal({
    accountId: 'copper-health',
    accountName: 'Copper Health',
    rule: 'usage_drops',
    kind: 'churn_risk',
    severity: 'high',
    owner: 'customer-success',
    sentence: 'Copper Health: messages changed by -78% in two weeks, 3 people still active',
    playbook: 'Look for the one who has gone; a team often follows its champion within a month.',
    openedAt: ago(2 * DAY),
    scores: [adoption([6.4, 12, 13, 0])],
    deliveries: [
      { sink: 'csm_alerts', outcome: 'rate_limited', remoteId: null, at: ago(20_000), reason: 'opened' },
      toCrm('20425', ago(2 * DAY)),
    ],
  }),
  aSignal({
    accountId: 'juniper-and-sons',
    accountName: 'Juniper & Sons',
    rule: 'seats_go_quiet',
    kind: 'churn_risk',
    owner: 'customer-success',
    state: 'recovering',
    sentence: 'Juniper & Sons: last seen 15 days ago, 8% of 12 seats used in two weeks',
    openedAt: ago(6 * DAY),
    scores: [adoption([3, 5, 4, 0])],
    deliveries: [toCrm('20409', ago(6 * DAY))],
  }),
  aSignal({
    accountId: 'meadow-energy',
    accountName: 'Meadow Energy',
    rule: 'usage_drops',
    kind: 'churn_risk',
    severity: 'low',
    owner: 'customer-success',
    sentence: 'Meadow Energy: messages changed by -52% in two weeks, 6 people still active',
    openedAt: ago(DAY),
    scores: [adoption([17, 22, 15, 10])],
    deliveries: [notSent('csm_alerts', 'held'), notSent('crm', 'held')],
    held: true,
  }),
];
