// The law of the collector: whatever a batch holds, every item is answered once, and what was accepted is exactly what
// was published.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eventsIn, startCollector } from './start-collector.ts';

interface Verdict {
  readonly index: number;
  readonly status: string;
  readonly id?: string;
  readonly ids?: readonly string[];
}

/** The values of keys are not kept. */
const withoutKey = (text: string): string =>
  text.replaceAll(/"writeKey":"(?:[^"\\]|\\.)*"/g, '"writeKey":""').replaceAll('"secret"', '""');

const anyText = fc.oneof(
  fc.string(),
  fc.constantFrom('', 'track', '__proto__', 'constructor', '\u0000', '\ud800'),
);
const anyValue = fc.oneof(anyText, fc.jsonValue({ maxDepth: 3 }));

/** Messages that may be events, with one field or another spoilt or missing. */
const anyMessage = fc.record(
  {
    type: fc.oneof(
      {
        weight: 6,
        arbitrary: fc.constantFrom('track', 'identify', 'group', 'page', 'screen', 'alias', 'retract'),
      },
      { weight: 1, arbitrary: anyValue },
    ),
    distinct_id: fc.oneof(fc.constant('ann'), anyValue),
    specversion: fc.oneof({ weight: 5, arbitrary: fc.constant('1.0') }, { weight: 1, arbitrary: anyValue }),
    source: fc.constantFrom('/chat', ''),
    id: fc.uuid(),
    subject: fc.constant('acme'),
    messageId: fc.oneof(fc.uuid(), anyValue),
    userId: fc.oneof(fc.constantFrom('ann', 'bob', 7), anyValue),
    previousId: anyValue,
    groupId: fc.oneof(fc.constant('acme'), anyValue),
    event: fc.oneof(fc.constant('login'), anyValue),
    timestamp: fc.oneof(fc.date().map(String), fc.constant('2026-03-01T09:30:00Z'), anyValue),
    properties: fc.oneof(fc.dictionary(anyText, anyValue), anyValue),
    traits: anyValue,
    context: anyValue,
    writeKey: anyValue,
  },
  { requiredKeys: [] },
);

const anyItem = fc.oneof({ weight: 5, arbitrary: anyMessage }, { weight: 1, arbitrary: anyValue });

it.each([
  ['/v1/batch?verdicts=1', (items: readonly unknown[]) => ({ batch: items })],
  ['/v1/events', (items: readonly unknown[]) => items],
  ['/batch?verdicts=1', (items: readonly unknown[]) => ({ batch: items })],
  ['/events?verdicts=1', (items: readonly unknown[]) => items],
])(
  'every item sent to %s is answered once, and accepted is what is published',
  async (path, wrap) => {
    const { app, published, rejected, answered, post } = startCollector();
    await fc.assert(
      fc.asyncProperty(fc.array(anyItem, { maxLength: 20 }), async (items) => {
        for (const kept of [published, rejected, answered]) kept.length = 0;
        const { status, body } = await post(path, wrap(items));
        expect(status).toBe(path.startsWith('/events') && rejected.length > 0 ? 400 : 200);
        const verdicts: readonly Verdict[] = body.verdicts;
        expect(verdicts.map(({ index }) => index)).toEqual(items.map((_, index) => index));
        const accepted = verdicts.filter((verdict) => verdict.status === 'accepted');
        expect(published.map(({ key }) => key)).toEqual(accepted.flatMap(({ id = '', ids = [id] }) => ids));
        expect(eventsIn(published).map(({ id }) => id)).toEqual(published.map(({ key }) => key));
        const refused = verdicts.filter((verdict) => verdict.status === 'rejected');
        expect(rejected.map(({ body: kept }) => withoutKey(Buffer.from(kept).toString()))).toEqual(
          refused.map(({ index }) => withoutKey(JSON.stringify(items[index]))),
        );
        expect(answered).toMatchObject([{ accepted: accepted.length, rejected: rejected.length }]);
        expect(body).toMatchObject({ accepted: accepted.length, rejected: rejected.length });
      }),
    );
    await app.close();
  },
  60_000,
);

it('whatever the bytes are, there is one answer, and nothing is published without a verdict', async () => {
  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.string().map((text) => Buffer.from(`{"batch":[${text}]}`)),
    fc.string().map((text) => Buffer.from(`data=${text}`)),
  );
  const { app, published, answered, post } = startCollector();
  await fc.assert(
    fc.asyncProperty(
      anyBytes,
      fc.constantFrom('/v1/batch', '/v1/events', '/v1/track'),
      async (bytes, path) => {
        const [publishedBefore, answeredBefore] = [published.length, answered.length];
        const { status } = await post(path, bytes);
        expect([200, 400]).toContain(status);
        const told = answered.slice(answeredBefore);
        expect(told).toMatchObject([{ status }]);
        expect(published.length - publishedBefore).toBe(told[0]?.accepted);
      },
    ),
  );
  await app.close();
}, 60_000);
