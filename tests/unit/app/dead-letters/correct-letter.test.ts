import { describe, expect, it } from 'vitest';
import { correctLetter } from '../../../../src/app/dead-letters/correct-letter.ts';
import type { Fix } from '../../../../src/app/dead-letters/read-fixes.ts';
import { decodeDeadLetter } from '../../../../src/ingest/decode-dead-letter.ts';
import type { EpochMicros } from '../../../../src/model/time.ts';
import type { WholeDeadLetter } from '../../../../src/store/dead-letters/read-dead-letters.ts';

const AT = (Date.UTC(2026, 2, 1) * 1000) as EpochMicros;

const ofTopic = {
  ce_specversion: '1.0',
  ce_id: 'c1',
  ce_source: 's',
  ce_type: 'exported',
  ce_time: 'then',
  ce_subject: 'acme',
};
const ofHttp = {
  path: '/events',
  'content-type': 'application/json',
  ...Object.fromEntries(Object.entries(ofTopic).map(([name, value]) => [name.replace('_', '-'), value])),
};

const letter = (source: WholeDeadLetter['source'], headers: WholeDeadLetter['headers']): WholeDeadLetter => ({
  place: 'events/0/1/f',
  topic: 'events',
  partition: 0,
  offset: 1,
  source,
  reason: 'invalid_timestamp',
  detail: '',
  receivedAt: AT,
  appendedAt: AT,
  headers,
  body: Buffer.from('{"rows":7}'),
  replayedAt: undefined,
});
const fix = (body: unknown, headers: Fix['headers'] = {}): Fix => ({
  body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
  headers,
});

const whole = {
  specversion: '1.0',
  id: 'c2',
  source: 's',
  type: 'imported',
  subject: 'beta',
  data: { rows: 8 },
};

describe.each([
  ['the topic', letter('topic', ofTopic), 'ce_time'],
  ['the collector', letter('collector', ofHttp), 'ce-time'],
])('a CloudEvent in binary mode from %s', (_, broken, time) => {
  it('is the whole event that its body was corrected to, whatever its headers were', () => {
    expect(decodeDeadLetter(correctLetter(broken, fix(whole)))).toMatchObject({
      ok: true,
      events: [{ event: 'imported', accountId: 'beta', properties: { rows: 8 } }],
    });
  });

  it('is what it came as, when one of its headers is corrected', () => {
    expect(decodeDeadLetter(broken)).toMatchObject({ ok: false, rejection: { reason: 'invalid_timestamp' } });
    expect(
      decodeDeadLetter(correctLetter(broken, fix(undefined, { [time]: '2026-02-01T00:00:00Z' }))),
    ).toMatchObject({
      ok: true,
      events: [{ event: 'exported', accountId: 'acme', properties: { rows: 7 } }],
    });
    expect(decodeDeadLetter(correctLetter(broken, fix(undefined, { [time]: null })))).toMatchObject({
      ok: true,
      events: [{ timestamp: AT / 1000 }],
    });
  });

  it('has other data, under its headers as they are, when its body is no event of its own', () => {
    const corrected = correctLetter(broken, fix({ rows: 9 }, { [time]: null }));
    expect(decodeDeadLetter(corrected)).toMatchObject({
      ok: true,
      events: [{ event: 'exported', properties: { rows: 9 } }],
    });
  });
});

it('what was cut is whole with another body, and still cut with other headers', () => {
  const cut = letter('collector', { path: '/v1/track', cut: 'true' });
  const body = { userId: 'ann', event: 'login' };
  expect(decodeDeadLetter(correctLetter(cut, fix(body, { cut: 'true' })))).toMatchObject({ ok: true });
  expect(decodeDeadLetter(correctLetter(cut, fix(undefined, { path: '/v1/batch' })))).toMatchObject({
    ok: false,
    rejection: { reason: 'too_large' },
  });
});

it('what had no headers has none afterwards', () => {
  expect(correctLetter(letter('import', undefined), fix({})).headers).toBeUndefined();
});
