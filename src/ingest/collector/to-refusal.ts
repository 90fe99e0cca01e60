// A request that could not be taken, as a refusal: why, and when to send it again.
import { LogError } from '../../model/event-log.ts';
import { RETRY_AFTER_SECONDS, RequestRefusal, refuseRequest } from './request-refusal.ts';

/** Of anything that was thrown while a request was taken. */
export function toRefusal(error: unknown): RequestRefusal {
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
