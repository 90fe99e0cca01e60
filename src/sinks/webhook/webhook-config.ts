// What `type: webhook` takes in tidemark.yaml.
import { z } from 'zod';
import { httpUrlSchema } from '../http-url.ts';

/** Base64 of 24 to 64 bytes after `whsec_`, as the Standard Webhooks specification asks for. */
const secretSchema = z.string().refine((text) => {
  const match = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text);
  const bytes = Buffer.from(match?.[1] ?? '', 'base64').length;
  return bytes >= 24 && bytes <= 64;
}, 'must be "whsec_" and the base64 of 24 to 64 random bytes: echo "whsec_$(openssl rand -base64 32)"');

export const webhookConfigSchema = z.strictObject({
  type: z.literal('webhook'),
  url: httpUrlSchema,
  secret: secretSchema,
  timeout_ms: z.int().min(100).max(120_000).default(15_000),
});

export type WebhookConfig = z.infer<typeof webhookConfigSchema>;
