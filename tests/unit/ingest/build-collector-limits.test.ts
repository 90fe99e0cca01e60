import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { LogMessage } from '../../../src/model/event-log.ts';
import type { EpochMicros } from '../../../src/model/time.ts';
import { RECEIVED_AT, wireTrack } from './build.ts';
import { BASIC, eventsIn, segmentTrack, startCollector } from './start-collector.ts';

const limits = { maxItemBytes: 300, maxRequestBytes: 2000, maxPendingEvents: 3 };

describe('the limit of an event', () => {
  const large = { ...segmentTrack, properties: { text: 'x'.repeat(400) } };

  it('refuses one that is too large, alone', async () => {
    const { post } = startCollector({ limits });
    expect((await post('/v1/batch?verdicts=1', { batch: [segmentTrack, large] })).body).toMatchObject({
      accepted: 1,
      verdicts: [{ status: 'accepted' }, { status: 'rejected', reason: 'too_large' }],
    });
  });

  it('answers one that is the whole request 413, and keeps it', async () => {
    const { rejected, post } = startCollector({ limits });
    expect(await post('/v1/track', large)).toMatchObject({
      status: 413,
      body: { error: { code: 'too_large' } },
    });
    expect(rejected).toMatchObject([{ body: Buffer.from(JSON.stringify(large)) }]);
  });

  it('is 32 kB unless set', async () => {
    const { post } = startCollector();
    const ofBytes = (bytes: number) => {
      const empty = JSON.stringify({ ...segmentTrack, properties: { text: '' } });
      return empty.replace('"text":""', `"text":"${'x'.repeat(bytes - empty.length)}"`);
    };
    expect(await post('/v1/track', ofBytes(32 * 1024))).toMatchObject({ status: 200 });
    expect(await post('/v1/track', ofBytes(32 * 1024 + 1))).toMatchObject({ status: 413 });
  });
});

describe('the limit of a request', () => {
  it('is answered 413, packed or not', async () => {
    const { post } = startCollector({ limits });
    expect(await post('/v1/events', 'x'.repeat(2001))).toMatchObject({
      status: 413,
      body: { error: { code: 'too_large' } },
    });
    const bomb = gzipSync('x'.repeat(100_000));
    expect(await post('/v1/events', bomb, { ...BASIC, 'content-encoding': 'gzip' })).toMatchObject({
      status: 413,
    });
  });

  it('keeps the beginning of what goes beyond it, packed or not, with the name of its key', async () => {
    const { rejected, post } = startCollector({ limits });
    const large = `{"event":"import"}${' '.repeat(20_000)}`;
    await post('/v1/events', large);
    await post('/v1/events', gzipSync(large), { ...BASIC, 'content-encoding': 'gzip' });
    expect(rejected.map(({ rejection }) => rejection)).toEqual([
      {
        reason: 'too_large',
        detail:
          'The body has 20018 bytes; 2000 are allowed in a request. Sent with the write key "web"; kept are its first 8192 bytes.',
      },
      {
        reason: 'too_large',
        detail:
          'The body unpacks to more than 2000 bytes. Sent with the write key "web"; kept are its first 8192 bytes.',
      },
    ]);
    for (const { body } of rejected) expect(Buffer.from(body).toString()).toBe(large.slice(0, 8192));
  });

  it('counts in the log what is refused without a trace, a line a minute', async () => {
    const lines: object[] = [];
    const logger = { info: () => {}, error: () => {}, warn: (details: object) => void lines.push(details) };
    let now: number = RECEIVED_AT;
    const clock = { now: () => now as EpochMicros };
    const { rejected, post } = startCollector({ limits, logger, clock });
    await post('/v1/events', 'x'.repeat(2001), {});
    await post('/v1/events', 'x'.repeat(2001), {});
    await post('/v1/events', wireTrack(), { authorization: 'Bearer wrong' });
    expect(lines).toMatchObject([{ count: 1, code: 'too_large' }]);
    now += 60_000_000;
    await post('/v1/events', 'not JSON', {});
    expect(lines).toMatchObject([{ count: 1 }, { count: 3 }]);
    expect(rejected).toEqual([]);
  });
});

describe('a log that is slow', () => {
  const two = { batch: [segmentTrack, { ...segmentTrack, messageId: 'm2' }] };

  it('answers 429 with Retry-After while too many events wait', async () => {
    const log = heldLog();
    const { post } = startCollector({ limits, log });
    const [first, second] = [post('/v1/batch', two), post('/v1/batch', two)];
    expect(await Promise.race([first, second])).toMatchObject({
      status: 429,
      headers: { 'retry-after': '5' },
    });
    log.release();
    expect((await Promise.all([first, second])).map(({ status }) => status).sort()).toEqual([200, 429]);
    expect(await post('/v1/batch', two)).toMatchObject({ status: 200 });
  });

  it('answers 429 while too many bytes wait, however few the events', async () => {
    const log = heldLog();
    const { post } = startCollector({ limits: { maxPendingBytes: 10_000 }, log });
    const large = { ...segmentTrack, properties: { text: 'x'.repeat(9_000) } };
    const first = post('/v1/track', large);
    await log.asked;
    expect(await post('/v1/track', large)).toMatchObject({
      status: 429,
      body: { error: { code: 'queue_full' } },
    });
    log.release();
    expect(await first).toMatchObject({ status: 200 });
    expect(await post('/v1/track', large)).toMatchObject({ status: 200 });
  });

  it('answers 503 after its time; what then arrives all the same is, sent again, the same event', async () => {
    const log = heldLog();
    const { answered, post } = startCollector({ log, limits: { publishMillis: 20 } });
    expect(await post('/v1/batch', two)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      body: { error: { code: 'log_slow' } },
    });
    log.release();
    expect(await post('/v1/batch', two)).toMatchObject({ status: 200 });
    const [late, again] = [eventsIn(log.published.slice(0, 2)), eventsIn(log.published.slice(2))];
    expect(again.map(({ id }) => id)).toEqual(late.map(({ id }) => id));
    expect(answered.map(({ status, accepted }) => [status, accepted])).toEqual([
      [503, 0],
      [200, 2],
    ]);
  });

  it('fills up no memory with what was answered 503 and is still under way', async () => {
    const log = heldLog();
    const { post } = startCollector({ log, limits: { publishMillis: 5, maxPendingEvents: 5 } });
    const statuses: number[] = [];
    for (let round = 0; round < 5; round++) statuses.push((await post('/v1/batch', two)).status);
    expect(statuses).toEqual([503, 503, 429, 429, 429]);
    log.release();
    expect(await post('/v1/batch', two)).toMatchObject({ status: 200 });
  });
});

describe('a sender that is slow', () => {
  it('is answered 408 when its body does not arrive, and loses its connection', async () => {
    const { app, answered, listen } = startCollector({ limits: { bodyMillis: 50 } });
    const address = new URL(await listen());
    const heard = await talk(
      address,
      `POST /v1/track HTTP/1.1\r\n${HEAD}Content-Length: 100\r\n\r\n{"type":`,
    );
    expect(heard).toContain('HTTP/1.1 408');
    expect(heard.toLowerCase()).toContain('connection: close');
    expect(answered).toMatchObject([{ status: 408 }]);
    await app.close();
  });

  it('whose key is not in its header shares a quarter of the room, and keeps nobody out who is known', async () => {
    const { app, post, listen } = startCollector({
      limits: { bodyMillis: 1500, maxPendingBytes: 8_000 },
    });
    const address = new URL(await listen());
    const start = 'POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n';
    const slow = talk(address, `${start}${'x'.repeat(1_900)}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await talk(address, `${start}${'x'.repeat(1_900)}`)).toContain('HTTP/1.1 429');
    const large = { ...segmentTrack, properties: { text: 'x'.repeat(1_500) } };
    expect(await post('/v1/track', large)).toMatchObject({ status: 200 });
    expect(await slow).toContain('HTTP/1.1 408');
    expect(await post('/v1/track', { ...large, writeKey: 'secret' }, {})).toMatchObject({ status: 200 });
    await app.close();
  });

  it('is answered 401 before its body is read where only the header may have the key', async () => {
    const { app, listen } = startCollector({ limits: { bodyMillis: 1500 } });
    const address = new URL(await listen());
    const started = performance.now();
    const request = 'POST /events HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 9000\r\n\r\nx';
    expect(await talk(address, request)).toContain('HTTP/1.1 401');
    expect(performance.now() - started).toBeLessThan(1400);
    await app.close();
  });

  it('holds memory only up to the limit, and gives it back', async () => {
    const { app, answered, post, listen } = startCollector({
      limits: { bodyMillis: 1500, maxPendingBytes: 5_000 },
    });
    const address = new URL(await listen());
    const start = `POST /v1/track HTTP/1.1\r\n${HEAD}Content-Length: 9000\r\n\r\n`;
    const slow = talk(address, `${start}${'x'.repeat(4_900)}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    // The rest of the second body would be taken for the next request, so that its connection is closed.
    const second = await talk(address, `${start}${'x'.repeat(500)}`);
    expect(second).toContain('HTTP/1.1 429');
    expect(second.toLowerCase()).toContain('connection: close');
    const large = { ...segmentTrack, properties: { text: 'x'.repeat(500) } };
    expect(await post('/v1/track', large)).toMatchObject({ status: 429 });
    expect(await slow).toContain('HTTP/1.1 408');
    expect(await post('/v1/track', large)).toMatchObject({ status: 200 });
    expect(answered.map(({ status }) => status)).toEqual([429, 429, 408, 200]);
    await app.close();
  });
});

const HEAD = `Host: localhost\r\nAuthorization: ${BASIC.authorization}\r\n`;

/** Sends bytes and resolves with all that comes back until the other side closes. */
function talk(address: URL, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const socket = connect(Number(address.port), address.hostname, () => socket.write(bytes));
    socket.on('data', (chunk) => {
      heard += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(heard));
  });
}

/** Takes messages only once it is released. */
function heldLog() {
  let [release, onAsked] = [() => {}, () => {}];
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const asked = new Promise<void>((resolve) => {
    onAsked = resolve;
  });
  const published: LogMessage[] = [];
  const publish = async (messages: readonly LogMessage[]): Promise<void> => {
    onAsked();
    await released;
    published.push(...messages);
  };
  return { publish, published, asked, release: () => release() };
}
