import { describe, expect, it } from 'vitest';
import type { Item } from '../../../src/ingest/collector/read-request.ts';
import { answerItems, verdictsTypeOf } from '../../../src/ingest/collector/shape-answer.ts';
import { reject } from '../../../src/ingest/read-fields.ts';
import { eventOf, wireTrack } from './build.ts';

const event = (id: string) => ({ ok: true, event: eventOf(wireTrack({ id })) }) as const;
const item = (...decoded: Item['decoded']): Item => ({ body: Buffer.from('{}'), decoded });
const bad = reject('missing_user', 'An "alias" needs "user_id".');
const silent = { answer: { status: 204, body: undefined } };
const told = { answer: { status: 200, body: { status: 1 } } };

describe('the answer to decided items', () => {
  it('is the one of the route, with a body or without', () => {
    const items = [item(event('a'))];
    expect(answerItems(items, silent, undefined)).toEqual({ status: 204, headers: {}, body: undefined });
    expect(answerItems([item(bad)], told, undefined)).toMatchObject({ status: 200, body: { status: 1 } });
  });

  it('with verdicts has a body in any case, and keeps what the client expects in it', () => {
    const verdicts = [{ index: 0, status: 'accepted', id: 'a' }];
    expect(answerItems([item(event('a'))], silent, 'application/json')).toMatchObject({
      status: 200,
      body: { success: true, accepted: 1, rejected: 0, verdicts },
    });
    expect(answerItems([item(event('a'))], told, 'application/json').body).toMatchObject({
      status: 1,
      verdicts,
    });
  });

  it('takes an item of several events when each is one, and names all of them', () => {
    const items = [item(event('a'), event('b')), item(event('c'), bad, event('d')), item()];
    expect(answerItems(items, silent, 'application/json').body).toMatchObject({
      accepted: 2,
      rejected: 1,
      verdicts: [
        { index: 0, status: 'accepted', ids: ['a', 'b'] },
        { index: 1, status: 'rejected', reason: 'missing_user' },
        { index: 2, status: 'accepted', ids: [] },
      ],
    });
  });

  it('tells of a refused item by its status where the route says so', () => {
    const strict = { ...silent, refusedStatus: 400 };
    expect(answerItems([item(event('a')), item(bad)], strict, undefined)).toMatchObject({
      status: 400,
      body: { success: false, accepted: 1, rejected: 1, verdicts: [{}, { reason: 'missing_user' }] },
    });
    expect(answerItems([item(event('a'))], strict, undefined)).toMatchObject({ status: 204 });
  });
});

it.each([
  [undefined, undefined, undefined],
  ['*/*', undefined, undefined],
  ['*/*', '0', undefined],
  ['text/html, Application/Vnd.Tidemark+JSON;q=0.9', undefined, 'application/vnd.tidemark+json'],
  ['*/*', '1', 'application/json; charset=utf-8'],
  [undefined, ['1', '1'], undefined],
])('Accept %s and ?verdicts=%s ask for verdicts as %s', (accept, verdicts, type) => {
  expect(verdictsTypeOf({ accept, verdicts })).toBe(type);
});
