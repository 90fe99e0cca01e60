// Health and metrics as routes of a server: what a probe and a scrape are answered.
import Fastify, { type FastifyInstance } from 'fastify';
import { Counter, Registry } from 'prom-client';
import { afterEach, expect, test } from 'vitest';
import { registerObservation } from '../../../../src/app/observe/register-observation.ts';

const opened: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((app) => app.close()));
});

function aServer(reasons: readonly string[] = [], options: { readonly metrics?: boolean } = {}) {
  const registry = new Registry();
  new Counter({ name: 'tides_total', help: 'Tides.', registers: [registry] }).inc(3);
  const app = Fastify();
  opened.push(app);
  registerObservation(app, {
    registry: options.metrics === false ? undefined : registry,
    readiness: async () => ({ ready: reasons.length === 0, reasons, remarks: ['No rules.'] }),
  });
  return app;
}

test('a process is live as long as it answers, and ready when nothing is missing', async () => {
  expect((await aServer().inject('/health/live')).statusCode).toBe(200);
  const answer = await aServer().inject('/health/ready');
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({ status: 'ready', reasons: [], remarks: ['No rules.'] });
});

test('one that is not ready says why, and is live all the same', async () => {
  const app = aServer(['Kafka does not answer.']);
  const answer = await app.inject('/health/ready');
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toEqual({
    status: 'not ready',
    reasons: ['Kafka does not answer.'],
    remarks: ['No rules.'],
  });
  expect((await app.inject('/health/live')).statusCode).toBe(200);
});

test('metrics come as Prometheus text', async () => {
  const answer = await aServer().inject('/metrics');
  expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(answer.body).toContain('# HELP tides_total Tides.\n# TYPE tides_total counter\ntides_total 3');
});

test('metrics are refused to foreign host names, health is not', async () => {
  const app = aServer();
  const from = (host: string, url: string) => app.inject({ url, headers: { host } });
  expect((await from('evil.example', '/metrics')).statusCode).toBe(403);
  expect((await from('127.0.0.1:9464', '/metrics')).statusCode).toBe(200);
  expect((await from('[::1]:9464', '/metrics')).statusCode).toBe(200);
  expect((await from('tidemark:8080', '/health/ready')).statusCode).toBe(200);
});

test('where metrics have a listener of their own they are not here', async () => {
  const app = aServer([], { metrics: false });
  expect((await app.inject('/metrics')).statusCode).toBe(404);
  expect((await app.inject('/health/live')).statusCode).toBe(200);
});
