// What is sent and why: the table of reasons, and the laws that make triggers harmless.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeliveryOutcome, DeliveryRecord, SignalSnapshot } from '../../../src/model/delivery.ts';
import { SEVERITIES, type SignalState } from '../../../src/model/signal.ts';
import type { EpochMicros } from '../../../src/model/time.ts';
import { type DeliverySituation, decideDelivery } from '../../../src/sinks/decide-delivery.ts';
import {
  buildAttempt,
  buildIntent,
  buildRecord,
  buildSignal,
  buildSituation,
  KEY,
  NOW,
} from './build-signal.ts';

const decide = (signal: Partial<SignalSnapshot>, situation: Partial<DeliverySituation> = {}) => {
  const decision = decideDelivery(buildSituation(signal, situation));
  return decision.send === undefined ? decision.skip : `${decision.send.action} ${decision.send.reason}`;
};

const OPENED = buildAttempt(1, 'delivered');
const RESOLVED = [
  ...OPENED,
  ...buildAttempt(2, 'delivered', {
    action: 'resolve',
    fields: { state: 'resolved', severity: 'medium', owner: undefined },
  }),
];

describe('a signal that was never sent', () => {
  it('is created when it is open', () => expect(decide({})).toBe('create opened'));
  it('is created when it is recovering, which people see as open', () =>
    expect(decide({ state: 'recovering' })).toBe('create opened'));
  it('waits while it is pending', () => expect(decide({ state: 'pending' })).toBe('pending'));
  it('is never resolved', () => {
    expect(decide({ state: 'resolved' })).toBe('never_sent');
    expect(decide({ state: 'none' })).toBe('never_sent');
  });
  it('is withheld while it is silent, held or baseline', () => {
    expect(decide({ silent: true })).toBe('silent');
    expect(decide({ held: true })).toBe('held');
    expect(decide({ baseline: true })).toBe('baseline');
  });
  it('is sent once its rule is released', () =>
    expect(decide({ held: true }, { released: true })).toBe('create opened'));
  it('is withheld when it was opened before the sink was configured', () => {
    expect(decide({ decidedAt: (NOW - 1) as EpochMicros }, { sinkSince: NOW })).toBe('before_sink');
  });
  it('is sent when the sink came between the end of a day and its close', () => {
    const [midnight, oneInTheMorning] = [buildSignal().openedAt, buildSignal().decidedAt];
    const sinkSince = (midnight * 1000 + 600_000_000) as EpochMicros;
    expect(sinkSince).toBeLessThan(oneInTheMorning);
    expect(decide({}, { sinkSince })).toBe('create opened');
  });
  it('is sent when a day is closed long after its end, by a process that was down', () =>
    expect(decide({ decidedAt: NOW }, { sinkSince: NOW })).toBe('create opened'));
  it('is withheld when it was opened by `tidemark evaluate`', () =>
    expect(decide({ past: true, decidedAt: NOW }, { sinkSince: NOW })).toBe('past_close'));
  it('is sent with --deliver-open, however old, but not when it is silent or held', () => {
    const flags = { sinkSince: NOW, deliverOpen: true };
    expect(decide({ baseline: true }, flags)).toBe('create opened');
    expect(decide({ past: true }, flags)).toBe('create opened');
    expect(decide({ silent: true }, flags)).toBe('silent');
    expect(decide({ held: true }, flags)).toBe('held');
    expect(decide({ state: 'resolved' }, flags)).toBe('never_sent');
  });
});

describe('a signal that was delivered', () => {
  const records = OPENED;
  it('is left alone while nothing changed', () => {
    expect(decide({}, { records })).toBe('nothing_changed');
    expect(decide({ state: 'recovering', step: 2 }, { records })).toBe('nothing_changed');
  });
  it('is updated when severity rises, not when it falls', () => {
    expect(decide({ severity: 'high' }, { records })).toBe('update severity_rose');
    expect(decide({ severity: 'low' }, { records })).toBe('nothing_changed');
  });
  it('is updated when the owner changes', () =>
    expect(decide({ owner: 'csm' }, { records })).toBe('update owner_changed'));
  it('is updated when a repeated notice is due', () => {
    const later = (days: number) => (NOW + days * 86_400_000_000) as EpochMicros;
    expect(decide({}, { records, repeatDays: 14, now: later(13) })).toBe('nothing_changed');
    expect(decide({}, { records, repeatDays: 14, now: later(14) })).toBe('update repeat_due');
  });
  it('is resolved, also when the rule is gone or the cooldown over', () => {
    expect(decide({ state: 'resolved' }, { records })).toBe('resolve resolved');
    expect(decide({ state: 'none' }, { records })).toBe('resolve resolved');
    expect(decide({ state: 'resolved', reason: 'rule_deleted' }, { records })).toBe('resolve rule_deleted');
  });
  it('is resolved although it has become silent, or its rule held', () => {
    expect(decide({ state: 'resolved', silent: true, held: true }, { records })).toBe('resolve resolved');
    expect(decide({ severity: 'high', silent: true }, { records })).toBe('silent');
  });
  it('is resolved once', () =>
    expect(decide({ state: 'resolved' }, { records: RESOLVED })).toBe('nothing_changed'));
  it('is created again when it is open after all', () =>
    expect(decide({}, { records: RESOLVED })).toBe('create reopened'));
  it('carries the remote id, and one key for good', () => {
    const first = decideDelivery(buildSituation());
    const next = decideDelivery(buildSituation({ state: 'resolved' }, { records }));
    expect(first.send?.request).toMatchObject({ remoteId: undefined, remoteKey: 'ep_acme_1/crm' });
    expect(next.send?.request).toMatchObject({ remoteId: '101', remoteKey: 'ep_acme_1/crm' });
  });
});

describe('an answer that was lost', () => {
  it('sends the create again, whether we stopped or the connection did', () => {
    expect(decide({}, { records: [buildIntent()] })).toBe('create answer_lost');
    expect(decide({}, { records: buildAttempt(1, 'ambiguous') })).toBe('create answer_lost');
  });
  it('resolves what may have been created', () =>
    expect(decide({ state: 'resolved' }, { records: [buildIntent()] })).toBe('resolve resolved'));
  it('sends the update again although the severity has fallen back', () => {
    const fields = { state: 'open', severity: 'high', owner: undefined } as const;
    const lost = buildIntent({ seq: 2, action: 'update', fields });
    expect(decide({}, { records: [...OPENED, lost] })).toBe('update answer_lost');
  });
  it('does not count when the remote refused, or was never reached', () => {
    expect(decide({ state: 'resolved' }, { records: buildAttempt(1, 'rejected') })).toBe('never_sent');
    expect(decide({ state: 'resolved' }, { records: buildAttempt(1, 'transient') })).toBe('never_sent');
  });
});

describe('a send that failed on its way', () => {
  it('is resolved, since a part of it arrived', () => {
    const records = buildAttempt(1, 'rejected', { remoteId: 'company 1' });
    expect(decide({ state: 'resolved' }, { records })).toBe('resolve resolved');
    expect(decide({ step: 2 }, { records })).toBe('create opened');
  });
});

describe('two workers that took one number', () => {
  it('leave an answer lost when one of them wrote no receipt', () => {
    const records = [buildIntent(), buildIntent(), buildRecord({ outcome: 'rate_limited' })];
    expect(decide({ state: 'resolved' }, { records })).toBe('resolve resolved');
  });
});

describe('a rejection', () => {
  const records = buildAttempt(1, 'rejected');
  it('is not repeated as it is', () => expect(decide({}, { records })).toBe('rejected_before'));
  it('is tried anew with the next step, severity or owner', () => {
    expect(decide({ step: 2 }, { records })).toBe('create opened');
    expect(decide({ severity: 'high' }, { records })).toBe('create opened');
    expect(decide({ owner: 'csm' }, { records })).toBe('create opened');
  });
  it('is tried anew after a restart', () => {
    const retryRejectedBefore = (NOW + 1) as EpochMicros;
    expect(decide({}, { records, retryRejectedBefore })).toBe('create opened');
  });
  it('ends the repetition of a lost answer', () => {
    const afterLost = [buildIntent(), ...buildAttempt(2, 'rejected')];
    expect(decide({}, { records: afterLost })).toBe('rejected_before');
    expect(decide({}, { records: [...afterLost, buildIntent({ seq: 3 })] })).toBe('create answer_lost');
  });
});

describe('a route that asks for some states', () => {
  it('hears of those only', () => {
    expect(decide({}, { states: ['resolved'] })).toBe('state_not_wanted');
    expect(decide({ state: 'resolved' }, { states: ['open'], records: OPENED })).toBe('state_not_wanted');
    expect(decide({ state: 'recovering' }, { states: ['open'] })).toBe('create opened');
  });
});

const states = fc.constantFrom<SignalState>('none', 'pending', 'open', 'recovering', 'resolved');
const signals = fc.record({
  state: states,
  severity: fc.constantFrom(...SEVERITIES),
  owner: fc.constantFrom(undefined, 'csm', 'sdr'),
  reason: fc.constantFrom('condition' as const, 'rule_deleted' as const),
  step: fc.integer({ min: 1, max: 4 }),
  held: fc.boolean(),
  silent: fc.boolean(),
  baseline: fc.boolean(),
});
const outcomes = fc.constantFrom<DeliveryOutcome | undefined>(
  'delivered',
  'ambiguous',
  'transient',
  'rate_limited',
  'rejected',
  'unauthorised',
  undefined,
);

/** Lives through changes of a signal; at each, an attempt with the given outcome is made if one is decided. */
function live(life: readonly (readonly [Partial<SignalSnapshot>, DeliveryOutcome | undefined])[]) {
  const records: DeliveryRecord[] = [];
  for (const [signal, outcome] of life) {
    const seq = records.length + 1;
    const decision = decideDelivery(buildSituation(signal, { records }));
    if (decision.send)
      records.push(...attempt(decision.send.request.signal, decision.send.action, seq, outcome));
  }
  return records;
}

function attempt(
  { state, severity, owner, step }: SignalSnapshot,
  action: DeliveryRecord['action'],
  seq: number,
  outcome: DeliveryOutcome | undefined,
): readonly DeliveryRecord[] {
  const row = { key: KEY, seq, action, step, fields: { state, severity, owner } };
  const remoteId = outcome === 'delivered' ? '101' : undefined;
  return outcome === undefined
    ? [buildIntent(row)]
    : [buildIntent(row), buildRecord({ ...row, outcome, remoteId })];
}

describe('laws', () => {
  const lives = fc.array(fc.tuple(signals, outcomes), { maxLength: 8 });

  it('after a delivered receipt of what was decided, nothing is left to say', () => {
    fc.assert(
      fc.property(lives, signals, (life, signal) => {
        const records = live(life);
        const decision = decideDelivery(buildSituation(signal, { records }));
        if (decision.send === undefined) return;
        const done = attempt(decision.send.request.signal, decision.send.action, 100, 'delivered');
        const next = decideDelivery(buildSituation(signal, { records: [...records, ...done] }));
        const silenced = signal.silent && signal.state !== 'resolved' && signal.state !== 'none';
        expect(next.skip).toBe(silenced ? 'silent' : 'nothing_changed');
      }),
    );
  });

  it('the order in which rows are read does not matter', () => {
    fc.assert(
      fc.property(lives, signals, fc.infiniteStream(fc.integer()), (life, signal, order) => {
        const records = live(life);
        const shuffled = records
          .map((row) => ({ row, at: order.next().value ?? 0 }))
          .sort((a, b) => a.at - b.at)
          .map(({ row }) => row);
        const decided = decideDelivery(buildSituation(signal, { records }));
        expect(decideDelivery(buildSituation(signal, { records: shuffled }))).toEqual(decided);
      }),
    );
  });

  it('a trigger that finds nothing to say leaves the next decision as it was', () => {
    fc.assert(
      fc.property(lives, signals, (life, signal) => {
        const repeated = life.flatMap(([change, outcome]) =>
          outcome === 'delivered' && !change.silent
            ? [[change, outcome] as const, [change, outcome] as const]
            : [[change, outcome] as const],
        );
        const decided = decideDelivery(buildSituation(signal, { records: live(life) }));
        const again = decideDelivery(buildSituation(signal, { records: live(repeated) }));
        expect(again.skip ?? again.send?.reason).toBe(decided.skip ?? decided.send?.reason);
      }),
    );
  });

  it('a resolve is never sent unless a create or its like may have arrived', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const records = live(life);
        const first = records.find((row) => row.action === 'resolve');
        if (first === undefined) return;
        const before = records.filter((row) => row.seq < first.seq);
        const arrived = (row: DeliveryRecord) =>
          row.phase === 'receipt'
            ? row.outcome === 'delivered' || row.outcome === 'ambiguous'
            : !before.some((other) => other.phase === 'receipt' && other.seq === row.seq);
        expect(before.some(arrived)).toBe(true);
      }),
    );
  });

  it('however it went, deliveries that arrive bring the sink to the state of the signal', () => {
    fc.assert(
      fc.property(lives, signals, (life, end) => {
        const signal = { ...end, held: false, silent: false, baseline: false, step: 9 };
        const records = [...live(life)];
        const decision = decideDelivery(buildSituation(signal, { records }));
        if (decision.send)
          records.push(...attempt(decision.send.request.signal, decision.send.action, 100, 'delivered'));
        const told = records.findLast((row) => row.outcome === 'delivered')?.fields.state;
        const isOpen = (state: string | undefined) => state === 'open' || state === 'recovering';
        if (signal.state !== 'pending') expect(isOpen(told)).toBe(isOpen(signal.state));
      }),
    );
  });
});
