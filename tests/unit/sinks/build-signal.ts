// Builders with defaults for what sinks are given; tests name only what they are about.
import type {
  DeliveryKey,
  DeliveryOutcome,
  DeliveryRecord,
  SignalSnapshot,
  SinkRequest,
} from '../../../src/model/delivery.ts';
import type { AccountId, EpisodeId, RuleName, SinkName } from '../../../src/model/ids.ts';
import type { Champion } from '../../../src/model/signal.ts';
import type { Day, EpochMicros, EpochMillis } from '../../../src/model/time.ts';
import type { DeliverySituation } from '../../../src/sinks/decide-delivery.ts';

export const SINK = 'crm' as SinkName;
export const EPISODE = 'ep_acme_1' as EpisodeId;
export const KEY: DeliveryKey = { episode: EPISODE, sink: SINK };
export const NOW = (Date.UTC(2026, 2, 10) * 1000) as EpochMicros;

const OPENED_AT = Date.UTC(2026, 2, 2) as EpochMillis;

export const buildSignal = (change: Partial<SignalSnapshot> = {}): SignalSnapshot => ({
  episode: EPISODE,
  accountId: 'acme' as AccountId,
  accountName: 'Acme Inc.',
  accountTraits: { plan: 'free', seats: 5 },
  rule: 'team_hits_2000_messages' as RuleName,
  kind: 'pql',
  state: 'open',
  severity: 'medium',
  reason: 'condition',
  sentence: 'Acme Inc. has sent 2140 messages on the free plan',
  owner: undefined,
  playbook: undefined,
  openedOn: '2026-03-01' as Day,
  openedAt: OPENED_AT,
  decidedAt: ((OPENED_AT + 3_600_000) * 1000) as EpochMicros,
  changedAt: OPENED_AT,
  step: 1,
  held: false,
  silent: false,
  baseline: false,
  past: false,
  evidence: {
    leaves: [{ subject: 'messages_ever', value: 2140, test: 'gte 2000', outcome: 'true' }],
    scores: { adoption: { value: 71.5, band: 'good', coverage: 1, parts: [] } },
    traits: { plan: 'free' },
  },
  ...change,
});

export const buildChampion = (change: Partial<Champion> = {}): Champion => ({
  userId: 'ann',
  name: 'Ann Lee',
  email: 'ann@acme.com',
  role: 'Owner',
  points: 72.38,
  idleDays: 0,
  reasons: ['active on 20 of 28 days', 'uses 5 of 6 features', 'owner'],
  since: '2026-02-20' as Day,
  next: [
    {
      userId: 'bob',
      name: 'bob@acme.com',
      email: 'bob@acme.com',
      role: null,
      points: 10,
      idleDays: 71,
      reasons: ['sent 2 invitations', 'silent for 71 days'],
    },
  ],
  ...change,
});

export const buildRequest = (
  signal: Partial<SignalSnapshot> = {},
  request: Partial<Omit<SinkRequest, 'signal'>> = {},
): SinkRequest => {
  const built = buildSignal(signal);
  const remoteKey = `${built.episode}/${SINK}`;
  return { action: 'create', signal: built, remoteKey, remoteId: undefined, seq: 1, ...request };
};

export const buildSituation = (
  signal: Partial<SignalSnapshot> = {},
  situation: Partial<Omit<DeliverySituation, 'signal'>> = {},
): DeliverySituation => ({
  key: KEY,
  signal: buildSignal(signal),
  records: [],
  sinkSince: 0 as EpochMicros,
  deliverOpen: false,
  released: false,
  now: NOW,
  ...situation,
});

export const buildRecord = (change: Partial<DeliveryRecord> = {}): DeliveryRecord => ({
  key: KEY,
  seq: 1,
  phase: 'receipt',
  action: 'create',
  accountId: 'acme' as AccountId,
  rule: 'team_hits_2000_messages' as RuleName,
  step: 1,
  fields: { state: 'open', severity: 'medium', owner: undefined },
  outcome: 'delivered',
  reason: 'opened',
  remoteId: '101',
  remoteText: '',
  at: NOW,
  ...change,
});

export const buildIntent = (change: Partial<DeliveryRecord> = {}): DeliveryRecord =>
  buildRecord({ phase: 'intent', outcome: undefined, remoteId: undefined, ...change });

/** The two rows of one finished attempt. */
export const buildAttempt = (
  seq: number,
  outcome: DeliveryOutcome,
  change: Partial<DeliveryRecord> = {},
): readonly DeliveryRecord[] => [
  buildIntent({ seq, ...change }),
  buildRecord({ seq, outcome, remoteId: outcome === 'delivered' ? '101' : undefined, ...change }),
];
