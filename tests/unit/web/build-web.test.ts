import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { buildWeb, type WebOptions } from '../../../src/web/build-web.ts';
import type { Overview, WebData } from '../../../src/web/web-data.ts';
import { anOverview } from '../../browser/overview-fixture.ts';

const opened: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((app) => app.close()));
});

function aServer(changes: Partial<WebData> & Partial<WebOptions> = {}) {
  const errors: unknown[] = [];
  const app = Fastify();
  opened.push(app);
  const data: WebData = {
    overview: changes.overview ?? (async (): Promise<Overview> => anOverview()),
  };
  const hosts = changes.hosts === undefined ? {} : { hosts: changes.hosts };
  app.register(buildWeb({ data, onError: (error) => errors.push(error), ...hosts }));
  return { app, errors };
}

describe('the page over HTTP', () => {
  it('is one document that loads nothing from elsewhere', async () => {
    const answer = await aServer().app.inject('/');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    const references = [...answer.body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(references.filter((reference) => /^(https?:)?\/\//.test(reference))).toEqual([]);
  });

  it('finds every module that its scripts import', async () => {
    const { app } = aServer();
    const waiting = ['main.js'];
    const seen = new Set<string>();
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      const answer = await app.inject(`/client/${name}`);
      expect([name, answer.statusCode, answer.headers['content-type']]).toEqual([
        name,
        200,
        'text/javascript; charset=utf-8',
      ]);
      waiting.push(...[...answer.body.matchAll(/from '\.\/([^']+)'/g)].map((match) => match[1] ?? ''));
    }
    expect(seen.size).toBeGreaterThan(5);
  });

  it('serves no file that it does not list', async () => {
    const { app } = aServer();
    for (const path of ['/client/../build-web.ts', '/client/%2e%2e/build-web.ts', '/client/']) {
      expect((await app.inject(path)).statusCode).toBe(404);
    }
  });

  it('answers with the overview, never from a cache', async () => {
    const answer = await aServer().app.inject('/api/overview');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.json()).toEqual(JSON.parse(JSON.stringify(anOverview())));
  });

  it('says that the data cannot be read, and keeps why to itself', async () => {
    const { app, errors } = aServer({
      overview: async () => Promise.reject(new Error('password of clickhouse')),
    });
    const answer = await app.inject('/api/overview');
    expect(answer.statusCode).toBe(503);
    expect(answer.body).not.toContain('password');
    expect(answer.json()).toMatchObject({ error: 'unavailable' });
    expect(errors).toHaveLength(1);
  });

  it('refuses foreign host names, so that no website reads it through a name of its own', async () => {
    const { app } = aServer();
    const from = (host: string) => app.inject({ url: '/api/overview', headers: { host } });
    expect((await from('evil.example')).statusCode).toBe(403);
    expect((await from('localhost:8080')).statusCode).toBe(200);
    expect((await from('127.0.0.1:8080')).statusCode).toBe(200);
    expect((await from('[::1]:8080')).statusCode).toBe(200);
  });

  it('can be asked for under another name that was allowed', async () => {
    const { app } = aServer({ hosts: ['tidemark.internal'] });
    const answer = await app.inject({ url: '/', headers: { host: 'tidemark.internal' } });
    expect(answer.statusCode).toBe(200);
  });
});
