import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { admitBrowsers } from '../../../src/ingest/collector/admit-browsers.ts';
import { registerCollector } from '../../../src/ingest/collector/build-collector.ts';
import { configuredKeys } from '../../../src/ingest/collector/write-keys.ts';
import { RECEIVED_AT } from './build.ts';
import { BASIC } from './start-collector.ts';

const SHOP = 'https://shop.example';

/** A server with a collector and a path that is not the collector's. */
function server(allowedOrigins?: readonly string[]) {
  const app = Fastify();
  app.post('/api/mutes', async () => 'muted');
  void app.register(async (scope) => {
    await admitBrowsers(scope, allowedOrigins);
    registerCollector(scope, {
      log: { publish: async () => {} },
      keys: configuredKeys([{ name: 'web', key: 'secret' }]),
      clock: { now: () => RECEIVED_AT },
      logger: { info: () => {}, warn: () => {}, error: () => {} },
      onRejected: async () => {},
    });
  });
  const ask = (url: string, origin = SHOP) =>
    app.inject({
      method: 'OPTIONS',
      url,
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization, ce-id, anonymousid',
      },
    });
  const send = (headers: Record<string, string>) =>
    app.inject({ method: 'POST', url: '/v1/events', headers: { ...BASIC, ...headers }, payload: '[]' });
  return { app, ask, send };
}

describe('a browser on a page of another website', () => {
  it.each(['/v1/batch', '//v1/batch', '/v1/track/', '/v1/events?verdicts=1', '/e/'])(
    'may send to %s',
    async (url) => {
      const answer = await server().ask(url);
      expect(answer.statusCode).toBe(204);
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'authorization, ce-id, anonymousid',
      });
      expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
    },
  );

  it.each(['/api/mutes', '/', '/v1/nothing', '*'])('may not send to %s', async (url) => {
    const answer = await server().ask(url);
    expect(answer.statusCode).toBe(404);
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('may not read what the rest of the server answers', async () => {
    const { app } = server();
    const answer = await app.inject({ method: 'POST', url: '/api/mutes', headers: { origin: SHOP } });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('may read its answer, a refusal too', async () => {
    const { send } = server();
    expect((await send({ origin: SHOP })).headers['access-control-allow-origin']).toBe('*');
    const refused = await send({ origin: SHOP, authorization: 'Bearer wrong' });
    expect(refused.statusCode).toBe(401);
    expect(refused.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'retry-after',
    });
  });
});

describe('with allowed origins', () => {
  it('only their pages may send', async () => {
    const { ask, send } = server([SHOP]);
    expect((await ask('/v1/batch')).headers['access-control-allow-origin']).toBe(SHOP);
    expect((await ask('/v1/batch', 'https://evil.example')).headers).not.toHaveProperty(
      'access-control-allow-origin',
    );
    expect((await send({ origin: SHOP })).statusCode).toBe(200);
    // Text is sent without asking, and would be taken.
    const refused = await send({ origin: 'https://evil.example', 'content-type': 'text/plain' });
    expect(refused.statusCode).toBe(403);
    expect(refused.json()).toMatchObject({ error: { code: 'origin_not_allowed' } });
    expect((await send({ origin: 'null' })).statusCode).toBe(403);
  });

  it('servers and apps send as before', async () => {
    expect((await server([SHOP]).send({})).statusCode).toBe(200);
  });
});
