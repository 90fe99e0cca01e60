// The answer to a request that could not be taken: why, and when to send it again.
import type { FastifyReply } from 'fastify';
import { LogError } from '../../model/event-log.ts';
import type { IngestLogger } from '../ingest-logger.ts';
import { RETRY_AFTER_SECONDS, RequestRefusal, refuseRequest } from './request-refusal.ts';

export function answerFault(error: unknown, reply: FastifyReply, logger: IngestLogger): FastifyReply {
  const refusal = toRefusal(error);
  if (refusal.statusCode >= 500) logger.error({ err: error }, 'the collector could not take a request');
  // The rest of a body that is too large may still be on its way.
  if (refusal.statusCode === 413) reply.header('connection', 'close');
  if (refusal.retryAfter !== undefined) reply.header('retry-after', String(refusal.retryAfter));
  const { code, message } = refusal;
  return reply.code(refusal.statusCode).send({ success: false, error: { code, message } });
}

function toRefusal(error: unknown): RequestRefusal {
  if (error instanceof RequestRefusal) return error;
  if (error instanceof LogError && !error.retryable) return refuseRequest(400, 'not_accepted', error.message);
  // Fastify's own refusals.
  if (
    error instanceof Error &&
    'statusCode' in error &&
    typeof error.statusCode === 'number' &&
    error.statusCode < 500
  ) {
    return refuseRequest(error.statusCode, 'bad_request', error.message);
  }
  const message = 'The events could not be stored; send them again.';
  return new RequestRefusal(503, { code: 'unavailable', message, retryAfter: RETRY_AFTER_SECONDS });
}
