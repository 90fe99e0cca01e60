// The JSON that webhook, file and console say about a signal: documented in docs/sinks.md, so names are for good.
import type { SinkRequest } from '../model/delivery.ts';
import type { JsonObject } from '../model/json.ts';
import type { Champion, Person } from '../model/signal.ts';

const TYPES = { create: 'signal.opened', update: 'signal.updated', resolve: 'signal.resolved' } as const;

export interface SignalMessage {
  readonly type: (typeof TYPES)[keyof typeof TYPES];
  /** Of the transition, not of the attempt: every attempt has the same body. ISO 8601, UTC. */
  readonly timestamp: string;
  readonly data: JsonObject;
}

export function describeSignal({ action, signal }: SinkRequest): SignalMessage {
  const { accountId, accountName, accountTraits, evidence } = signal;
  return {
    type: TYPES[action],
    timestamp: new Date(signal.changedAt).toISOString(),
    data: {
      episode: signal.episode,
      step: signal.step,
      rule: signal.rule,
      kind: signal.kind,
      state: signal.state,
      severity: signal.severity,
      reason: signal.reason,
      sentence: signal.sentence,
      owner: signal.owner ?? null,
      playbook: signal.playbook ?? null,
      opened_on: signal.openedOn,
      opened_at: new Date(signal.openedAt).toISOString(),
      account: { id: accountId, name: accountName, traits: accountTraits },
      evidence: evidence.leaves.map(({ subject, value, test, outcome }) => ({
        subject,
        value,
        test,
        outcome,
      })),
      scores: Object.fromEntries(
        Object.entries(evidence.scores).map(([name, { value, band, coverage, parts }]) => [
          name,
          { value, band, coverage, parts: parts.map((part) => ({ ...part })) },
        ]),
      ),
      ...(evidence.grades === undefined ? {} : { grades: { ...evidence.grades } }),
      champion: evidence.champion === undefined ? null : describeChampion(evidence.champion),
    },
  };
}

const describeChampion = (champion: Champion): JsonObject => ({
  ...describePerson(champion),
  since: champion.since,
  next: champion.next.map(describePerson),
});

const describePerson = ({ userId, name, email, role, points, idleDays, reasons }: Person): JsonObject => ({
  user_id: userId,
  name,
  email,
  role,
  points,
  idle_days: idleDays,
  reasons,
});
