import { describe, expect, it } from 'vitest';
import { decodeDeadLetter, type LetterToDecode } from '../../../src/ingest/decode-dead-letter.ts';
import { RECEIVED_AT } from './build.ts';

const letter = (body: unknown, fields: Partial<LetterToDecode> = {}): LetterToDecode => ({
  source: 'collector',
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  headers: undefined,
  appendedAt: RECEIVED_AT,
  ...fields,
});
const from = (path: string, more: object = {}) => ({ headers: { path, ...more } });
const event = { type: 'track', userId: 'ann', event: 'login' };
const AT = Math.floor(RECEIVED_AT / 1000);

describe('a dead letter is read again', () => {
  it.each([
    ['by the path that gave its type', { userId: 'ann', event: 'login' }, from('/v1/track')],
    ['as a message of a batch', event, from('/v1/batch')],
    ['as a whole batch', { batch: [event] }, from('/v1/batch')],
    ['without a path, by what it looks like', event, {}],
    ['as PostHog’s', { event: 'login', distinct_id: 'ann' }, from('/batch')],
    [
      'from the topic, whatever its headers say of a path',
      event,
      { source: 'topic' as const, ...from('/batch') },
    ],
    ['from a file', { type: 'track', user_id: 'ann', event: 'login' }, { source: 'import' as const }],
  ])('%s, with the time of its receipt', (_, body, fields) => {
    expect(decodeDeadLetter(letter(body, fields))).toMatchObject({
      ok: true,
      events: [{ type: 'track', userId: 'ann', event: 'login', timestamp: AT }],
    });
  });

  it('as the message of a batch of CloudEvents', () => {
    const body = { specversion: '1.0', id: 'c1', source: 's', type: 'exported', subject: 'acme' };
    const fields = from('/events', { 'content-type': 'application/cloudevents-batch+json' });
    expect(decodeDeadLetter(letter(body, fields))).toMatchObject({
      ok: true,
      events: [{ event: 'exported' }],
    });
  });

  it.each([
    ['segment', { type: 'track', id: 'row-1', userId: 'ann', event: 'login' }],
    ['posthog', { uuid: 'u', distinct_id: 'ann', event: 'login', properties: '{"a":1}' }],
    ['canonical', { type: 'track', user_id: 'ann', event: 'login' }],
  ])('from a file in the format of its import, %s', (format, body) => {
    expect(decodeDeadLetter(letter(body, { source: 'import', headers: { format } }))).toMatchObject({
      ok: true,
      events: [
        {
          type: 'track',
          userId: 'ann',
          event: 'login',
          ...(format === 'posthog' && { id: 'u', properties: { a: 1 } }),
        },
      ],
    });
  });

  it('as a whole or not at all', () => {
    const batch = { batch: [event, { type: 'track', userId: 'bob' }] };
    expect(decodeDeadLetter(letter(batch, from('/v1/batch')))).toMatchObject({
      ok: false,
      rejection: { reason: 'missing_event', detail: expect.stringMatching(/^Message 2 of 2: /) },
    });
  });

  it.each([
    ['broken', '{"batch":[', 'invalid_json'],
    ['empty', { batch: [] }, 'empty_message'],
  ])('and refused while it is %s', (_, body, reason) => {
    expect(decodeDeadLetter(letter(body, from('/v1/batch')))).toMatchObject({
      ok: false,
      rejection: { reason },
    });
  });

  it('and refused where only its beginning was kept, even if that can be read', () => {
    const fields = from('/v1/events', { cut: 'true' });
    expect(decodeDeadLetter(letter(`${JSON.stringify(event)}\n`, fields))).toMatchObject({
      ok: false,
      rejection: { reason: 'too_large' },
    });
  });

  it('up to the limit of the topic, and no further', () => {
    const large = (bytes: number) => ({ ...event, properties: { text: 'x'.repeat(bytes) } });
    expect(decodeDeadLetter(letter(large(100_000), from('/v1/track')))).toMatchObject({ ok: true });
    expect(decodeDeadLetter(letter(large(1_100_000), from('/v1/track')))).toMatchObject({
      ok: false,
      rejection: { reason: 'too_large' },
    });
  });
});
