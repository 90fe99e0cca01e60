// Reads HubSpot's answers: results, the refusal of a record inside a 207, and which limit a 429 speaks of.
import { z } from 'zod';
import type { HttpAnswer } from '../classify-response.ts';

const recordSchema = z.object({
  id: z.string(),
  new: z.boolean().optional(),
  properties: z.record(z.string(), z.string().nullable()).optional(),
});
const errorSchema = z.object({ category: z.string().optional(), message: z.string().optional() });
const answerSchema = z.object({
  results: z.array(recordSchema).optional().catch(undefined),
  numErrors: z.number().optional(),
  errors: z.array(errorSchema).optional().catch(undefined),
  message: z.string().optional(),
  category: z.string().optional(),
  correlationId: z.string().optional(),
  policyName: z.string().optional(),
});
export type HubspotAnswer = z.infer<typeof answerSchema>;

/** The status that a category of error has when it comes alone. */
const STATUS_OF_CATEGORY: Readonly<Record<string, number>> = {
  VALIDATION_ERROR: 400,
  INVALID_AUTHENTICATION: 401,
  MISSING_SCOPES: 403,
  OBJECT_NOT_FOUND: 404,
  CONFLICT: 409,
  RATE_LIMITS: 429,
  INTERNAL_ERROR: 500,
};

/** The daily limit is lifted at midnight of the HubSpot account's zone, which we do not know: ask every hour. */
const PAUSE_OF_POLICY: Readonly<Record<string, number>> = {
  SECONDLY: 1000,
  TEN_SECONDLY_ROLLING: 10_000,
  DAILY: 3_600_000,
};

type Answered = Extract<HttpAnswer, { kind: 'answer' }>;

/** An answer that is not what HubSpot documents reads as empty. */
export function readHubspotAnswer(text: string): HubspotAnswer {
  try {
    return answerSchema.parse(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Undefined for a plain success. Text is HubSpot's own message with its correlation id. */
export function readRefusal(
  answer: Answered,
): { readonly status: number; readonly text: string } | undefined {
  const read = readHubspotAnswer(answer.text);
  const isSuccess = answer.status >= 200 && answer.status < 300;
  const first = read.errors?.[0];
  if (isSuccess && first === undefined && !read.numErrors) return undefined;
  const status = isSuccess ? (STATUS_OF_CATEGORY[first?.category ?? ''] ?? 400) : answer.status;
  const message = (isSuccess ? first?.message : undefined) ?? read.message ?? answer.text;
  const details = [first?.category ?? read.category, read.policyName, read.correlationId].filter(Boolean);
  return { status, text: details.length === 0 ? message : `${message} (${details.join(', ')})` };
}

/** Milliseconds that the exceeded limit asks for; undefined when it names none. */
export const readPolicyPause = (answer: Answered): number | undefined =>
  PAUSE_OF_POLICY[readHubspotAnswer(answer.text).policyName ?? ''];
