import { expect, test } from 'vitest';
import { notReached, refusedByClickHouse } from '../../../src/store/store-failure.ts';

const address = { url: 'http://db:8123', username: 'ann', password: 'p@ss word' };

test.each([
  [60, 404, false],
  [159, 408, true],
  [202, 503, true],
  [241, 500, true],
  [252, 500, false],
])('code %i is retryable or not', (code, status, retryable) => {
  const error = refusedByClickHouse(`Code: ${code}. DB::Exception: Some words. (NAME)`, status, address);
  expect(error).toMatchObject({ code, retryable });
  expect(error.message).toContain('Some words.');
});

test('a status without words of ClickHouse is a proxy between, and worth another try when it is its fault', () => {
  expect(refusedByClickHouse('', 502, address)).toMatchObject({ code: undefined, retryable: true });
  expect(refusedByClickHouse('', 404, address)).toMatchObject({ code: undefined, retryable: false });
});

test('no message repeats the password, whichever way it was written', () => {
  const texts = [
    refusedByClickHouse('Code: 62. DB::Exception: near p@ss word', 400, address).message,
    notReached(new Error('http://ann:p%40ss%20word@db'), address).message,
  ];
  for (const text of texts) expect(text).not.toMatch(/p@ss word|p%40ss%20word/);
});

test('an error without a message is told by its code', () => {
  const refused = Object.assign(new Error(''), { code: 'ECONNREFUSED' });
  expect(notReached(refused, address).message).toContain('ECONNREFUSED');
});
