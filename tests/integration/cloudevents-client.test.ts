// The real SDK of CloudEvents, unmodified, through the collector into the engine, in both modes; batches as
// OpenMeter's SDK sends them. What is sent again counts once.
import { CloudEvent, emitterFor, HTTP, httpTransport, Mode } from 'cloudevents';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collecting, startCollecting, WRITE_KEY } from './support/collecting.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';

const AT = '2026-03-01T09:30:00.120Z';
const BEARER = { authorization: `Bearer ${WRITE_KEY}` };
const BASIC = { authorization: `Basic ${Buffer.from(`${WRITE_KEY}:`).toString('base64')}` };

let engine: TestEngine;
let collecting: Collecting;

beforeAll(async () => {
  engine = await startTestEngine();
  collecting = await startCollecting(await engine.openDatabase());
});

afterAll(async () => {
  await collecting?.stop();
  await engine?.stop();
});

const eventOf = (fields: object): CloudEvent<unknown> =>
  new CloudEvent({
    source: '/chat',
    type: 'message_sent',
    subject: 'acme',
    userid: 'ann',
    time: AT,
    data: { channel: 'general' },
    ...fields,
  });

const events = (): Promise<readonly (readonly unknown[])[]> =>
  collecting.rows(
    "SELECT event, ifNull(account_id, ''), user_id, count(), uniqExact(id) FROM events GROUP BY ALL ORDER BY ALL",
  );

test('all that is emitted is stored, and what is emitted three times counts once', async () => {
  const { proxy, rows } = collecting;
  for (const mode of [Mode.BINARY, Mode.STRUCTURED]) {
    const emit = emitterFor(httpTransport(`${proxy.url}/events`), { binding: HTTP, mode });
    // The SDK neither throws on a 503 nor tells its status; whoever uses it sends again.
    proxy.failNext('after', 'before');
    for (const _ of ['answer lost', 'not passed on', 'taken']) {
      await emit(eventOf({ id: `${mode} 1` }), { headers: BEARER });
    }
    for (let index = 2; index <= 20; index++)
      await emit(eventOf({ id: `${mode} ${index}` }), { headers: BASIC });
    // The other mode's are the same events.
    await emit(eventOf({ id: 'both' }), { headers: BEARER });
    await emit(eventOf({ id: 'both', source: '/mail', subject: 'globex' }), { headers: BEARER });
    const login = {
      id: 'l',
      type: 'login',
      data: Buffer.from([0, 255]),
      datacontenttype: 'application/octet-stream',
    };
    await emit(eventOf(login), { headers: BEARER });
    const said = [
      { id: 'i', type: 'tidemark.identify', data: { email: 'ann@acme.test' } },
      { id: 'g', type: 'tidemark.group', data: { plan: 'pro' } },
      { id: 'a', type: 'tidemark.alias', data: { previous_id: 'anonymous-7' } },
    ];
    for (const fields of said) await emit(eventOf(fields), { headers: BEARER });
  }
  expect(proxy.answered().filter((status) => status === 503)).toHaveLength(4);
  expect(new Set(proxy.answered())).toEqual(new Set([503, 204]));
  expect(await events()).toEqual([
    ['login', 'acme', 'ann', '1', '1'],
    ['message_sent', 'acme', 'ann', '41', '41'],
    ['message_sent', 'globex', 'ann', '1', '1'],
  ]);
  expect(await rows("SELECT properties FROM events WHERE event = 'login'")).toEqual([
    ['{"data_base64":"AP8="}'],
  ]);
  expect(await rows('SELECT user_id, trait, value FROM user_traits FINAL')).toEqual([
    ['ann', 'email', '"ann@acme.test"'],
  ]);
  expect(await rows('SELECT account_id, trait, value FROM account_traits FINAL')).toEqual([
    ['acme', 'plan', '"pro"'],
  ]);
  expect(await rows('SELECT user_id, account_id FROM memberships FINAL')).toEqual([['ann', 'acme']]);
  expect(await rows('SELECT user_id, previous_id FROM user_aliases FINAL')).toEqual([['ann', 'anonymous-7']]);
  expect(await rows('SELECT count() FROM dead_letters')).toEqual([['0']]);
});

test('its chunked requests are read as they come, without a proxy that gathers them', async () => {
  const emit = emitterFor(httpTransport(`${collecting.address}/events`), {
    binding: HTTP,
    mode: Mode.STRUCTURED,
  });
  await emit(eventOf({ id: 'chunked', type: 'chunked' }), { headers: BEARER });
  const emitted = (await events()).filter(([event]) => event === 'chunked');
  expect(emitted).toEqual([['chunked', 'acme', 'ann', '1', '1']]);
});

const post = async (body: string, headers: Record<string, string>, path = '/api/v1/events') => {
  const response = await fetch(`${collecting.address}${path}`, { method: 'POST', body, headers });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
};

test('a batch as OpenMeter’s SDK sends it is answered 204, as OpenMeter does', async () => {
  const batch = JSON.stringify([1, 2].map((id) => eventOf({ id: `m${id}`, type: 'metered' }).toJSON()));
  const headers = { ...BEARER, 'content-type': 'application/cloudevents-batch+json' };
  for (const _ of ['once', 'again'])
    expect(await post(batch, headers)).toEqual({ status: 204, body: undefined });
  expect((await events()).filter(([event]) => event === 'metered')).toEqual([
    ['metered', 'acme', 'ann', '2', '2'],
  ]);
});

test('what is none is answered 400 with the reasons and kept, and costs the others nothing', async () => {
  const batch = [
    eventOf({ id: 'good', type: 'judged' }).toJSON(),
    { specversion: '0.3', id: 'old', source: 's', type: 't' },
  ];
  const answer = await post(JSON.stringify(batch), {
    ...BEARER,
    'content-type': 'application/cloudevents-batch+json',
  });
  expect(answer).toMatchObject({
    status: 400,
    body: {
      success: false,
      accepted: 1,
      rejected: 1,
      verdicts: [
        { index: 0, status: 'accepted', id: '/chat good' },
        {
          index: 1,
          status: 'rejected',
          reason: 'invalid_field',
          detail: expect.stringContaining('"specversion"'),
        },
      ],
    },
  });
  const binary = {
    'content-type': 'application/json',
    'ce-id': 'b',
    'ce-source': 's',
    'ce-type': 't',
    'ce-specversion': '1.0',
  };
  expect(await post('{"a":1}', { ...BEARER, ...binary }, '/events')).toMatchObject({ status: 400 });
  expect((await events()).filter(([event]) => event === 'judged')).toHaveLength(1);
  const kept = await collecting.rows(
    "SELECT body, headers FROM dead_letters FINAL WHERE reason = 'missing_account_and_user'",
  );
  const [[body, headers] = []] = kept;
  expect(body).toBe('{"a":1}');
  expect(JSON.parse(String(headers))).toEqual({ path: '/events', ...binary });
  expect(await post('[]', {})).toMatchObject({ status: 401 });
  expect(await post('hello', BEARER)).toMatchObject({
    status: 400,
    body: { error: { code: 'invalid_json' } },
  });
});
