// The sinks of tidemark.yaml: one strict schema a type. Secrets come in as text, already taken from the environment.
import { z } from 'zod';
import { consoleConfigSchema } from './console/console-config.ts';
import { fileConfigSchema } from './file/file-config.ts';
import { hubspotConfigSchema } from './hubspot/hubspot-config.ts';
import { webhookConfigSchema } from './webhook/webhook-config.ts';

export const sinkConfigSchema = z.discriminatedUnion('type', [
  webhookConfigSchema,
  fileConfigSchema,
  consoleConfigSchema,
  hubspotConfigSchema,
]);

export type SinkConfig = z.infer<typeof sinkConfigSchema>;
