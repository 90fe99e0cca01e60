import { expect, it } from 'vitest';
import { readBytes, readEventData } from '../../../../src/ingest/formats/read-event-data.ts';

const bytes = Buffer.from('{"a":1}');

it.each([
  ['application/json', { data: { a: 1 } }],
  ['application/cloudevents+JSON ; charset=utf-8', { data: { a: 1 } }],
  [' text/plain; a="application/json"', { data: '{"a":1}' }],
  ['application/xml', { data: '{"a":1}' }],
  ['image/png; of="text/plain"', { data_base64: bytes.toString('base64') }],
])('what a content type says that bytes are: %s', (type, data) => {
  expect(readBytes(bytes, type)).toEqual(data);
});

it('a content type costs no more than its length, and is refused beyond what one has', () => {
  const started = performance.now();
  for (const type of ['/'.repeat(150_000), `a${' '.repeat(150_000)}x`, `a${'/xml '.repeat(50_000)}x`]) {
    expect(readBytes(bytes, type)).toHaveProperty('data_base64');
    expect(readEventData({ data_base64: 'YWI=', datacontenttype: type })).toMatchObject({ ok: false });
  }
  expect(readBytes(bytes, `${' '.repeat(150_000)}x`)).toHaveProperty('data_base64');
  expect(performance.now() - started).toBeLessThan(500);
});
