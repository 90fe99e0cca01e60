// The deliver loop: what is written when, and what the queue is told.
import { expect, it } from 'vitest';
import type { DeliveryRecord, SinkRequest, SinkResult } from '../../../src/model/delivery.ts';
import {
  type DeliverSignalOptions,
  type DeliveryReport,
  deliverSignal,
} from '../../../src/sinks/deliver-signal.ts';
import { buildAttempt, buildSituation, KEY, NOW, SINK } from './build-signal.ts';

const DELIVERED: SinkResult = { outcome: 'delivered', remoteId: '101', remoteText: 'ok' };
const fail = (outcome: 'transient' | 'rejected' | 'rate_limited', retryAfterMs?: number): SinkResult => ({
  outcome,
  retryAfterMs,
  status: 500,
  remoteText: 'no',
});

function buildRun(result: SinkResult, records: readonly DeliveryRecord[] = []) {
  const steps: (string | DeliveryRecord | SinkRequest)[] = [];
  const reports: DeliveryReport[] = [];
  const send = async (request: SinkRequest): Promise<SinkResult> => {
    steps.push('send', request);
    return result;
  };
  const options: DeliverSignalOptions = {
    key: KEY,
    load: async () => buildSituation({}, { records }),
    sinks: new Map([[SINK, { name: SINK, type: 'fake', send, close: async () => undefined }]]),
    record: async (row) => void steps.push(row.phase, row),
    clock: { now: () => NOW },
    random: () => 0,
    report: (report) => reports.push(report),
  };
  const names = () => steps.filter((step) => typeof step === 'string');
  const rows = () =>
    steps.filter((step): step is DeliveryRecord => typeof step === 'object' && 'phase' in step);
  return { options, names, rows, reports };
}

it('writes an intent, sends, and writes the receipt, under one number', async () => {
  const { options, names, rows, reports } = buildRun(DELIVERED);
  expect(await deliverSignal(options)).toEqual({ next: 'done' });
  expect(names()).toEqual(['intent', 'send', 'receipt']);
  expect(rows()).toMatchObject([
    { key: KEY, seq: 1, action: 'create', reason: 'opened', outcome: undefined, remoteId: undefined },
    {
      key: KEY,
      seq: 1,
      action: 'create',
      reason: 'opened',
      outcome: 'delivered',
      remoteId: '101',
      remoteText: 'ok',
    },
  ]);
  expect(reports).toMatchObject([{ sent: 'opened', seq: 1, retryInMs: undefined }]);
});

it('writes and sends nothing when there is nothing to say', async () => {
  const { options, names, reports } = buildRun(DELIVERED, buildAttempt(1, 'delivered'));
  expect(await deliverSignal(options)).toEqual({ next: 'done' });
  expect(names()).toEqual([]);
  expect(reports).toEqual([{ key: KEY, skipped: 'nothing_changed' }]);
});

it('neither loads nor writes anything while the sink is paused, and comes back when it is not', async () => {
  const { options, names, reports } = buildRun(DELIVERED);
  const sink = options.sinks.get(SINK);
  if (sink === undefined) throw new Error('no sink');
  const load = async () => Promise.reject(new Error('it was loaded'));
  const paused = { ...options, load, sinks: new Map([[SINK, { ...sink, pausedForMs: () => 7000 }]]) };
  expect(await deliverSignal(paused)).toEqual({ next: 'again', delayMs: 7000 });
  expect(await deliverSignal({ ...paused, random: () => 0.5 })).toEqual({ next: 'again', delayMs: 7350 });
  expect(names()).toEqual([]);
  expect(reports).toMatchObject([{ skipped: 'sink_paused' }, { skipped: 'sink_paused' }]);
});

it('comes back later after a failure that may pass, and not after one that cannot', async () => {
  expect(await deliverSignal(buildRun(fail('transient')).options)).toEqual({ next: 'again', delayMs: 500 });
  const third = buildRun(fail('transient'), [
    ...buildAttempt(1, 'transient'),
    ...buildAttempt(2, 'transient'),
  ]);
  expect(await deliverSignal(third.options)).toEqual({ next: 'again', delayMs: 2000 });
  expect(await deliverSignal(buildRun(fail('rate_limited', 9000)).options)).toEqual({
    next: 'again',
    delayMs: 9000,
  });
  expect(await deliverSignal(buildRun(fail('rejected')).options)).toEqual({ next: 'done' });
});

it('sends nothing when the intent cannot be written', async () => {
  const { options, names } = buildRun(DELIVERED);
  const record = async (): Promise<void> => Promise.reject(new Error('the store is away'));
  await expect(deliverSignal({ ...options, record })).rejects.toThrow('the store is away');
  expect(names()).toEqual([]);
});

it('is done with episodes and sinks that are gone', async () => {
  const { options, reports } = buildRun(DELIVERED);
  await deliverSignal({ ...options, load: async () => undefined });
  await deliverSignal({ ...options, sinks: new Map() });
  expect(reports).toMatchObject([{ skipped: 'no_such_signal' }, { skipped: 'no_such_sink' }]);
});
