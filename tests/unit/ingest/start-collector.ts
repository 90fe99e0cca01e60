// A collector for tests, with a log and a place for dead letters that only remember what they were given.
import type { LightMyRequestResponse } from 'fastify';
import { buildCollector } from '../../../src/ingest/collector/build-collector.ts';
import type { AnsweredRequest, CollectorOptions } from '../../../src/ingest/collector/collector.ts';
import type { RejectedItem } from '../../../src/ingest/collector/refused-requests.ts';
import { configuredKeys } from '../../../src/ingest/collector/write-keys.ts';
import { decodeMessage } from '../../../src/ingest/decode-message.ts';
import type { CanonicalEvent } from '../../../src/model/event.ts';
import type { LogMessage } from '../../../src/model/event-log.ts';
import { RECEIVED_AT } from './build.ts';

export const BASIC = { authorization: `Basic ${Buffer.from('secret:').toString('base64')}` };

export const segmentTrack = {
  type: 'track',
  messageId: 'm1',
  userId: 'ann',
  event: 'login',
  context: { groupId: 'acme' },
};

/** With the key `secret`, called web. What `post` sends carries it in the header unless told otherwise. */
export function startCollector(options: Partial<CollectorOptions> = {}) {
  const published: LogMessage[] = [];
  const rejected: RejectedItem[] = [];
  const answered: AnsweredRequest[] = [];
  const app = buildCollector({
    log: { publish: async (messages) => void published.push(...messages) },
    keys: configuredKeys([{ name: 'web', key: 'secret' }]),
    clock: { now: () => RECEIVED_AT },
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    onRejected: async (items) => void rejected.push(...items),
    onAnswered: (request) => void answered.push(request),
    ...options,
  });
  const post = async (url: string, payload: unknown, headers: Record<string, string> = BASIC) => {
    const body = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
    return readResponse(await app.inject({ method: 'POST', url, payload: body, headers }));
  };
  const listen = (): Promise<string> => app.listen({ host: '127.0.0.1', port: 0 });
  return { app, published, rejected, answered, post, listen };
}

const readResponse = ({ statusCode, headers, body }: LightMyRequestResponse) => ({
  status: statusCode,
  headers,
  body: JSON.parse(body),
});

/** @throws Error when one of them is no event. */
export const eventsIn = (published: readonly LogMessage[]): CanonicalEvent[] =>
  published.map(({ value }) => {
    const decoded = decodeMessage(value, { receivedAt: RECEIVED_AT });
    if (!decoded.ok) throw new Error(decoded.rejection.detail);
    return decoded.event;
  });
