// The shape of tidemark.yaml. Every key is optional; unknown keys are errors.
import { z } from 'zod';
import { parseTimeZone, type TimeZone } from '../../model/time.ts';
import { sinkConfigSchema } from '../../sinks/sink-config.ts';
import { limitsSchema } from './limits-schema.ts';
import type { ListenAddress } from './settings.ts';

const NAME = /^[a-z][a-z0-9_]*$/;
const nameSchema = z.string().regex(NAME, 'must be a name: lower-case letters, digits and _, a letter first');

const timezoneSchema = z
  .string('must be the name of a time zone, such as Europe/Berlin')
  .transform((name, context): TimeZone => {
    try {
      return parseTimeZone(name);
    } catch {
      context.addIssue(`"${name}" is not a time zone; write its IANA name, such as Europe/Berlin`);
      return z.NEVER;
    }
  });

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
const OPEN_LISTEN =
  'can be reached by others, and access is not configured: write 127.0.0.1, ::1 or localhost, and put a proxy with a login in front';

export const listenSchema = z
  .string('must be an address and a port, such as 127.0.0.1:8080')
  .transform((text, context): ListenAddress => {
    const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text);
    const port = Number(match?.[3]);
    const host = match?.[1] ?? match?.[2];
    if (host === undefined || port > 65_535) {
      context.addIssue(`"${text}" is not an address and a port; write it as 127.0.0.1:8080`);
      return z.NEVER;
    }
    if (!LOOPBACK.has(host)) {
      context.addIssue({ code: 'custom', message: OPEN_LISTEN, params: { problem: 'G006' } });
      return z.NEVER;
    }
    return { host, port };
  });

const retentionSchema = z
  .string('must be "forever" or months such as 25mo')
  .transform((text, context): number | undefined => {
    if (text === 'forever') return undefined;
    const months = /^([1-9]\d{0,3})mo$/.exec(text)?.[1];
    if (months === undefined) {
      context.addIssue(`"${text}" is no retention; write "forever", or months such as 25mo`);
      return z.NEVER;
    }
    return Number(months);
  });

const pathSchema = z.string('must be a path').min(1, 'must be a path');

/** A word with digits only is read as a number by YAML, and an empty key would let everybody in. */
const keySchema = z
  .string({ error: ({ input }) => (input === undefined ? 'is missing' : 'must be text; put it in quotes') })
  .min(8, 'must have at least 8 characters');

const originSchema = z
  .string('must be the origin of a website, such as https://app.example.com')
  .transform((text, context): string => {
    const origin = URL.canParse(text) ? new URL(text).origin : 'null';
    if (origin === text) return text;
    const hint = origin === 'null' ? 'https://app.example.com' : origin;
    context.addIssue(`"${text}" is not the origin of a website; write it as ${hint}`);
    return z.NEVER;
  });

export const configSchema = z.strictObject({
  timezone: timezoneSchema.optional(),
  rules: pathSchema.optional(),
  data: pathSchema.optional(),
  listen: listenSchema.optional(),
  metrics: listenSchema.optional(),
  retention: retentionSchema.optional(),
  write_keys: z.array(z.strictObject({ name: nameSchema, key: keySchema })).optional(),
  allowed_origins: z.array(originSchema).optional(),
  limits: limitsSchema.optional(),
  reader: z.strictObject({ listen: listenSchema, password: keySchema }).optional(),
  sinks: z.record(nameSchema, sinkConfigSchema).optional(),
  routes: z.record(nameSchema, z.array(nameSchema)).optional(),
});

export type RawConfig = z.infer<typeof configSchema>;

/** Of the sink types, for hints. */
export const SINK_TYPES: readonly string[] = sinkConfigSchema.options.map(
  (option) => option.shape.type.value,
);
/** Of all sink types together. */
export const SINK_KEYS: readonly string[] = sinkConfigSchema.options.flatMap((option) =>
  Object.keys(option.shape),
);
