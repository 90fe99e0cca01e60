// Reads what the columns of a CSV file mean (`--map FILE.yaml`): to a RowMapping, or to everything that is wrong with
// it, each with its place. Reads no file but the one it is given.
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { type Node, parseDocument } from 'yaml';
import { z } from 'zod';
import { FIELD_KINDS, type RowMapping, type TimeSource } from '../ingest/import/row-mapping.ts';
import { readTimePattern } from '../ingest/import/time-pattern.ts';
import type { Problem } from '../model/problem.ts';
import { parseTimeZone, type TimeZone, UTC } from '../model/time.ts';
import { nearestName } from '../rules/read/suggest-name.ts';
import { childOf, type Mistake, spanAt, toProblems } from './config/config-problem.ts';
import { ConfigError } from './config/load-settings.ts';

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
    `"${text}" ${read.why}; write iso, seconds, milliseconds or a pattern such as "yyyy-MM-dd HH:mm:ss"`,
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

const schemas = {
  track: z.strictObject({
    ...shared,
    type: z.literal('track'),
    event: sourceSchema,
    properties: fieldsSchema,
  }),
  identify: z.strictObject({
    type: z.literal('identify'),
    ...shared,
    account_id: z.undefined().optional(),
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
const mappingSchema = z.discriminatedUnion('type', [schemas.track, schemas.identify, schemas.group], {
  error: 'must be track, identify or group: what a row of the file says',
});

export type ReadMapping =
  | { readonly ok: true; readonly mapping: RowMapping }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** All problems at once, in file order. `file` is as shown in them. */
export function readMapping(file: string, text: string): ReadMapping {
  const document = parseDocument(text, { version: '1.2', prettyErrors: false, strict: true });
  const refuse = (mistakes: readonly Mistake[]): ReadMapping => {
    return { ok: false, problems: toProblems(file, text, mistakes) };
  };
  if (document.errors.length > 0) {
    return refuse(
      document.errors.map(({ pos: [start, end], message }) => {
        return { code: 'G001', span: { start, end }, message: `not readable: ${message}` };
      }),
    );
  }
  const parsed = mappingSchema.safeParse(document.toJS({ maxAliasCount: 20 }) ?? {});
  if (!parsed.success) {
    return refuse(parsed.error.issues.flatMap((issue) => describeIssue(issue, document.contents)));
  }
  const mistakes = [...ownerMistakes(parsed.data), ...headerMistakes(parsed.data, document.contents)];
  return mistakes.length > 0 ? refuse(mistakes) : { ok: true, mapping: toMapping(parsed.data) };
}

/** @param file resolved @throws ConfigError with every problem */
export async function loadMapping(file: string, workingDirectory: string): Promise<RowMapping> {
  const shown = relative(workingDirectory, file) || file;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw new ConfigError(`${shown}: cannot be read (${String(code)}); check the path given with --map`);
  }
  const read = readMapping(shown, text);
  if (!read.ok) throw new ConfigError(`${shown} cannot be used`, read.problems, { [shown]: text });
  return read.mapping;
}

type Parsed = z.infer<typeof mappingSchema>;

function toMapping(raw: Parsed): RowMapping {
  const { type, account_id, user_id, id, delimiter, header } = raw;
  const { column, format, timezone = UTC } = raw.timestamp;
  return {
    type,
    event: raw.type === 'track' ? raw.event : undefined,
    account_id,
    user_id,
    id,
    timestamp: { column, format, timezone },
    fields: raw.type === 'track' ? raw.properties : raw.traits,
    delimiter,
    header,
  };
}

function ownerMistakes({ type, account_id, user_id }: Parsed): readonly Mistake[] {
  if (type !== 'track' || account_id !== undefined || user_id !== undefined) return [];
  const message = 'a track needs account_id or user_id, or both';
  return [{ code: 'G003', span: { start: 0, end: 1 }, message, hint: 'write account_id: {column: NAME}' }];
}

/** Without a header columns have numbers only. */
function headerMistakes(raw: Parsed, root: Node | null): readonly Mistake[] {
  if (raw.header) return [];
  const fieldsName = raw.type === 'track' ? 'properties' : 'traits';
  const fields = raw.type === 'track' ? raw.properties : raw.traits;
  const named: [readonly string[], unknown][] = [
    ...['event', 'account_id', 'user_id', 'id', 'timestamp'].map((key): [readonly string[], unknown] => [
      [key],
      childValue(raw, key),
    ]),
    ...Object.entries(fields).map(([key, field]): [readonly string[], unknown] => [[fieldsName, key], field]),
  ];
  return named.flatMap(([path, source]): readonly Mistake[] => {
    const column = childValue(source, 'column');
    if (typeof column !== 'string') return [];
    const message = `${path.join('.')}: there is no header, so column "${column}" has no name`;
    const hint = 'write its number, from 1, such as {column: 3}';
    return [{ code: 'G003', span: spanAt(root, [...path, 'column']), message, hint }];
  });
}

const childValue = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

type Issue = z.core.$ZodIssue;

function describeIssue(issue: Issue, root: Node | null): readonly Mistake[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(issue.path, key, root));
  const where = issue.path.join('.') || 'the mapping';
  const span = spanAt(root, issue.path);
  if (issue.code === 'invalid_union' && issue.path.length > 0 && issue.path[0] !== 'type') {
    const inside = knownKeyMistakes(issue, root);
    if (inside.length > 0) return inside;
  }
  const isMissing = childOf(nodeAt(root, issue.path.slice(0, -1)), issue.path.at(-1) ?? '') === undefined;
  if (isMissing && issue.path.length > 0) {
    const hint = issue.path.at(-1) === 'type' ? 'write type: track, identify or group' : undefined;
    return [{ code: 'G003', span, message: `${where} is missing`, hint }];
  }
  const message = issue.message.startsWith('Invalid input: expected ')
    ? `must be ${WORDS[issue.message.slice('Invalid input: expected '.length).split(',')[0] ?? ''] ?? 'of another kind'}`
    : issue.message;
  return [
    { code: 'G003', span, message: message.startsWith('"') ? `${where}: ${message}` : `${where} ${message}` },
  ];
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'text; put it in quotes',
  record: 'a map',
  object: 'a map',
  boolean: 'true or false',
};

const SOURCE_KEYS = ['column', 'value'];

/** Of {column} or {value} with a key that is neither: the key is the mistake, not the whole. */
function knownKeyMistakes(issue: Issue, root: Node | null): readonly Mistake[] {
  const node = nodeAt(root, issue.path);
  const keys = typeof node === 'object' && node !== null && 'items' in node ? keysOf(node.items) : [];
  return keys.filter((key) => !SOURCE_KEYS.includes(key)).map((key) => unknownKey(issue.path, key, root));
}

const keysOf = (items: unknown): readonly string[] =>
  Array.isArray(items)
    ? items.flatMap((item) => (childValue(item, 'key') ? [String(childValue(item, 'key'))] : []))
    : [];

function unknownKey(path: readonly PropertyKey[], key: string, root: Node | null): Mistake {
  const owner = nodeAt(root, path);
  const where = path.length === 0 ? '' : ` in ${path.join('.')}`;
  const nearest = nearestName(key, keysAt(path, root));
  return {
    code: 'G002',
    span: childOf(owner, key)?.key ?? spanAt(root, path),
    message: `unknown key "${key}"${where}`,
    hint: nearest === undefined ? undefined : `did you mean "${nearest}"?`,
  };
}

function keysAt(path: readonly PropertyKey[], root: Node | null): readonly string[] {
  if (path.length === 0) {
    const type = String(childOf(root, 'type')?.value ?? '');
    return type === 'track' || type === 'identify' || type === 'group'
      ? Object.keys(schemas[type].shape)
      : [];
  }
  if (path[0] === 'timestamp') return ['column', 'format', 'timezone'];
  return path.length === 1 ? SOURCE_KEYS : ['column', 'type'];
}

function nodeAt(root: Node | null, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((node, step) => childOf(node, step)?.value, root);
}
