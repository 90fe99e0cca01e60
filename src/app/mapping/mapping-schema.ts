// The shape of a mapping of CSV columns. Unknown keys are errors, and what a type of event does not have is one too.
import { z } from 'zod';
import { FIELD_KINDS, type TimeSource } from '../../ingest/import/row-mapping.ts';
import { readTimePattern } from '../../ingest/import/time-pattern.ts';
import { parseTimeZone, type TimeZone } from '../../model/time.ts';

const columnSchema = z.union([z.string().min(1), z.int().min(1)], {
  error: "must be a column's name, or its number from 1 where header is false",
});
const SOURCE = 'must be {column: NAME}, or {value: TEXT} for the same in every row';
const sourceSchema = z.union(
  [z.strictObject({ column: columnSchema }), z.strictObject({ value: z.string().min(1) })],
  { error: SOURCE },
);
const fieldSchema = z.strictObject(
  {
    column: columnSchema,
    type: z.enum(FIELD_KINDS, { error: `must be one of ${FIELD_KINDS.join(', ')}` }).default('text'),
  },
  { error: (issue) => (issue.code === 'invalid_type' ? 'must be {column: NAME, type: number}' : undefined) },
);
const fieldsSchema = z.record(z.string(), fieldSchema).default({});

const timezoneSchema = z.string().transform((name, context): TimeZone => {
  try {
    return parseTimeZone(name);
  } catch {
    context.addIssue(`"${name}" is not a time zone; write its IANA name, such as Europe/Berlin`);
    return z.NEVER;
  }
});

const KNOWN_FORMATS = ['iso', 'seconds', 'milliseconds'] as const;
const isKnownFormat = (text: string): text is (typeof KNOWN_FORMATS)[number] =>
  KNOWN_FORMATS.some((known) => known === text);

const timeFormatSchema = z.string().transform((text, context): TimeSource['format'] => {
  if (isKnownFormat(text)) return text;
  const read = readTimePattern(text);
  if (read.ok) return read.pattern;
  context.addIssue(
    `"${text}" is no pattern of times such as "yyyy-MM-dd HH:mm:ss", and not iso, seconds or milliseconds: it ${read.why}`,
  );
  return z.NEVER;
});

const timeSchema = z
  .strictObject({
    column: columnSchema,
    format: timeFormatSchema.default('iso'),
    timezone: timezoneSchema.optional(),
  })
  .refine(
    ({ format, timezone }) => timezone === undefined || !['seconds', 'milliseconds'].includes(`${format}`),
    {
      path: ['timezone'],
      error: 'means nothing to seconds and milliseconds, which count from 1970 in UTC',
    },
  );

const delimiterSchema = z
  .string()
  .regex(/^[^"\r\n\u0080-\uffff]$/, 'must be one ASCII character, such as ";" or "\\t"')
  .default(',');

const shared = {
  user_id: sourceSchema.optional(),
  account_id: sourceSchema.optional(),
  id: sourceSchema.optional(),
  timestamp: timeSchema,
  delimiter: delimiterSchema,
  header: z.boolean().default(true),
};

export const mappingSchemas = {
  track: z.strictObject({
    ...shared,
    type: z.literal('track'),
    event: sourceSchema,
    properties: fieldsSchema,
  }),
  identify: z.strictObject({
    type: z.literal('identify'),
    ...shared,
    account_id: z
      .undefined({ error: 'means nothing to an identify; say who belongs where by a mapping of type group' })
      .optional(),
    user_id: sourceSchema,
    traits: fieldsSchema,
  }),
  group: z.strictObject({
    type: z.literal('group'),
    ...shared,
    account_id: sourceSchema,
    traits: fieldsSchema,
  }),
};
export const mappingSchema = z.discriminatedUnion(
  'type',
  [mappingSchemas.track, mappingSchemas.identify, mappingSchemas.group],
  {
    error: 'must be track, identify or group: what a row of the file says',
  },
);
