// HubSpot under a seeded storm of faults, through the real deliver loop: whatever is lost, refused for now or done
// twice, it ends with one company an account and one task an episode, each as its signal is.
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS, type FaultKind, seededRandom } from '../../demo/hubspot/plan-faults.ts';
import { startHubSpotStandIn } from '../../demo/hubspot/start-stand-in.ts';
import type { DeliveryKey, DeliveryRecord, SignalSnapshot } from '../../src/model/delivery.ts';
import type { AccountId, EpisodeId, SinkName } from '../../src/model/ids.ts';
import { SEVERITIES } from '../../src/model/signal.ts';
import type { EpochMicros } from '../../src/model/time.ts';
import { deliverSignal } from '../../src/sinks/deliver-signal.ts';
import { openSink } from '../../src/sinks/open-sink.ts';
import { readHistory } from '../../src/sinks/read-history.ts';
import { sinkConfigSchema } from '../../src/sinks/sink-config.ts';
import { buildSignal } from '../unit/sinks/build-signal.ts';
import { MovableClock } from './sink.contract.ts';

const TOKEN = 'storm-token';
const ACCOUNTS = 25;
const EPISODES = 50;
/** All that may pass by itself. Hangs cost real time and are the rarest. */
const PASSING: readonly FaultKind[] = FAULT_KINDS.filter(
  (kind) => !['invalid', 'redirect', 'hang_before', 'hang_after'].includes(kind),
);
const KINDS: readonly FaultKind[] = [...PASSING, ...PASSING, ...PASSING, 'hang_after'];

const keyOf = (signal: SignalSnapshot): DeliveryKey => ({ episode: signal.episode, sink: 'crm' as SinkName });

const buildSignals = (): SignalSnapshot[] =>
  Array.from({ length: EPISODES }, (_, i) =>
    buildSignal({
      episode: `ep_${i}` as EpisodeId,
      accountId: `account_${i % ACCOUNTS}` as AccountId,
      kind: i % 3 === 0 ? 'churn_risk' : 'pql',
    }),
  );

/** The signal's next step: it rises, is reassigned, recovers or resolves. */
function change(signal: SignalSnapshot, random: () => number): SignalSnapshot {
  const step = signal.step + 1;
  if (signal.state === 'resolved') return signal;
  const pick = random();
  if (pick < 0.3) return { ...signal, step, severity: SEVERITIES[Math.floor(random() * 4)] ?? 'low' };
  if (pick < 0.5) return { ...signal, owner: `owner_${step}` };
  if (pick < 0.7) return { ...signal, step, state: 'recovering' };
  return { ...signal, step, state: 'resolved' };
}

describe.each([1, 2, 3])('a storm with seed %i', (seed) => {
  it('ends with one company an account and one task an episode', async () => {
    const random = seededRandom(seed);
    const standIn = await startHubSpotStandIn({ token: TOKEN, faults: { seed, share: 0.4, kinds: KINDS } });
    const clock = new MovableClock();
    const config = sinkConfigSchema.parse({
      type: 'hubspot',
      token: TOKEN,
      base_url: standIn.url,
      timeout_ms: 100,
    });
    const sinks = new Map([['crm', openSink('crm' as SinkName, config, { clock, write: () => undefined })]]);
    const signals = new Map(buildSignals().map((signal) => [signal.episode, signal]));
    const rows: DeliveryRecord[] = [];

    const deliver = async (key: DeliveryKey): Promise<boolean> => {
      const verdict = await deliverSignal({
        key,
        sinks,
        clock,
        random,
        load: async ({ episode }) => {
          const signal = signals.get(episode);
          const records = rows.filter((row) => row.key.episode === episode);
          return (
            signal && { signal, records, sinkSince: 0 as EpochMicros, deliverOpen: false, released: false }
          );
        },
        record: async (row) => {
          // Now and then the process stops before the receipt is written.
          if (row.phase === 'receipt' && random() < 0.05) throw new Error('stopped before the receipt');
          rows.push(row);
        },
      }).catch(() => ({ next: 'again', delayMs: 0 }) as const);
      if (verdict.next === 'again') clock.advance(verdict.delayMs);
      return verdict.next === 'done';
    };

    for (let i = 0; i < 150; i += 1) {
      const signal = [...signals.values()][Math.floor(random() * EPISODES)];
      if (signal === undefined) continue;
      if (random() < 0.5) signals.set(signal.episode, change(signal, random));
      // A flushed queue may let two workers take one key at once.
      await Promise.all(
        random() < 0.2 ? [deliver(keyOf(signal)), deliver(keyOf(signal))] : [deliver(keyOf(signal))],
      );
    }
    for (const signal of signals.values()) {
      for (let tries = 0; !(await deliver(keyOf(signal))); tries += 1) expect(tries).toBeLessThan(100);
    }

    const wasSent = (episode: EpisodeId) =>
      readHistory(rows.filter((row) => row.key.episode === episode)).possiblySent;
    const expected = [...signals.values()].filter(({ episode }) => wasSent(episode));
    const isDone = (signal: SignalSnapshot) => (signal.state === 'resolved' ? 'COMPLETED' : 'NOT_STARTED');
    const tasks = standIn
      .tasks()
      .map(({ properties }) => `${properties.tidemark_episode} ${properties.hs_task_status}`);
    expect(tasks.toSorted()).toEqual(
      expected.map((signal) => `${signal.episode} ${isDone(signal)}`).toSorted(),
    );
    expect(standIn.tasks().every(({ companyIds }) => companyIds.length === 1)).toBe(true);
    const companies = standIn.companies().map(({ properties }) => properties.tidemark_account_id);
    expect(companies.toSorted()).toEqual([...new Set(expected.map(({ accountId }) => accountId))].toSorted());
    expect(standIn.requests().filter(({ fault }) => fault !== undefined).length).toBeGreaterThan(50);
    await standIn.close();
  });
});
