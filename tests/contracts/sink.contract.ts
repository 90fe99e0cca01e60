// What every Sink promises; run on each implementation by sink.test.ts, against the faults of a real server.
import { afterEach, describe, expect, it } from 'vitest';
import type { FaultKind } from '../../demo/hubspot/plan-faults.ts';
import type { SinkFailureClass, SinkResult } from '../../src/model/delivery.ts';
import type { EpisodeId } from '../../src/model/ids.ts';
import type { Sink } from '../../src/model/sink.ts';
import type { EpochMicros } from '../../src/model/time.ts';
import { buildRequest, EPISODE } from '../unit/sinks/build-signal.ts';

export interface SinkUnderTest {
  readonly sink: Sink;
  /** Records that the remote holds of an episode, after its own deduplication. */
  count(episode: EpisodeId): number;
  /** Requests that reached the remote; undefined for a sink without one. */
  readonly remote: RemoteUnderTest | undefined;
  /** What no result may repeat. */
  readonly secrets: readonly string[];
  close(): Promise<void>;
}

interface RemoteUnderTest {
  failNext(...kinds: readonly FaultKind[]): void;
  /** Lets time pass, for remotes that asked for a pause. */
  advance(ms: number): void;
}

/** The system's clock, and as much as a test adds to it. */
export class MovableClock {
  #addedMs = 0;
  now = (): EpochMicros => ((Date.now() + this.#addedMs) * 1000) as EpochMicros;
  advance = (ms: number): void => {
    this.#addedMs += ms;
  };
}

type Expected = readonly [
  FaultKind,
  SinkFailureClass,
  { readonly retryAfterMs?: number; readonly status?: number },
];

const EXPECTED: readonly Expected[] = [
  ['rate_limited', 'rate_limited', { retryAfterMs: 1000, status: 429 }],
  ['unavailable', 'transient', { retryAfterMs: 1000, status: 503 }],
  ['server_error_before', 'ambiguous', { status: 500 }],
  ['server_error_after', 'ambiguous', { status: 500 }],
  ['reset_before', 'ambiguous', {}],
  ['reset_after', 'ambiguous', {}],
  ['hang_before', 'ambiguous', {}],
  ['hang_after', 'ambiguous', {}],
  ['conflict', 'transient', { status: 409 }],
  ['invalid', 'rejected', { status: 400 }],
  ['unauthorised', 'unauthorised', { status: 401 }],
  ['redirect', 'rejected', { status: 302 }],
];

/** `open` gives a sink whose remote is empty and answers within 300 ms or not at all. */
export function describeSink(name: string, open: () => Promise<SinkUnderTest>, hasRemote: boolean): void {
  describe(`the sink ${name}`, () => {
    const opened: SinkUnderTest[] = [];
    const start = async (): Promise<SinkUnderTest> => {
      const under = await open();
      opened.push(under);
      return under;
    };
    afterEach(async () => {
      for (const under of opened.splice(0)) await under.close();
    });

    it('delivers a create, and names the remote record', async () => {
      const { sink, count } = await start();
      expect(await sink.send(buildRequest())).toMatchObject({
        outcome: 'delivered',
        remoteId: expect.stringMatching(/./),
      });
      expect(count(EPISODE)).toBe(1);
    });

    it('leaves one record when the same request is sent twice, also at once', async () => {
      const { sink, count } = await start();
      const first = await sink.send(buildRequest());
      const again = await Promise.all([
        sink.send(buildRequest({}, { seq: 2 })),
        sink.send(buildRequest({}, { seq: 3 })),
      ]);
      const remoteId = deliveredId(first);
      for (const result of again) expect(result).toMatchObject({ outcome: 'delivered', remoteId });
      expect(count(EPISODE)).toBe(1);
    });

    it('delivers what follows a create: a rise, and the end', async () => {
      const { sink } = await start();
      let remoteId = deliveredId(await sink.send(buildRequest()));
      const rise = buildRequest({ severity: 'high', step: 2 }, { action: 'update', remoteId, seq: 2 });
      remoteId = deliveredId(await sink.send(rise));
      const end = buildRequest({ state: 'resolved', step: 3 }, { action: 'resolve', remoteId, seq: 3 });
      deliveredId(await sink.send(end));
    });

    it('takes text as people write it', async () => {
      const { sink, count } = await start();
      const text = '<b>"Müller & Söhne" 🚀\n\u2028 sent {2,140}';
      deliveredId(await sink.send(buildRequest({ sentence: text, accountName: text })));
      expect(count(EPISODE)).toBe(1);
    });

    if (!hasRemote) return;

    it.each(EXPECTED)(
      'answers %s with %s, and makes it good when sent again',
      async (fault, outcome, more) => {
        const { sink, count, remote } = await start();
        remote?.failNext(fault);
        const request = buildRequest();
        const failed = await sink.send(request);
        expect(failed).toMatchObject({ outcome, ...more });
        expect(failed.remoteText).not.toBe('');
        remote?.advance(5000);
        deliveredId(await sink.send({ ...request, seq: 2 }));
        expect(count(EPISODE)).toBe(1);
      },
    );

    it('repeats no secret, whatever the remote says', async () => {
      const { sink, remote, secrets } = await start();
      for (const [fault] of EXPECTED) {
        remote?.failNext(fault);
        const { remoteText } = await sink.send(buildRequest());
        for (const secret of secrets) expect(remoteText).not.toContain(secret);
        remote?.advance(5000);
      }
    });
  });
}

export function deliveredId(result: SinkResult): string {
  if (result.outcome !== 'delivered') throw new Error(`not delivered: ${JSON.stringify(result)}`);
  return result.remoteId;
}
