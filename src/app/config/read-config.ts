// From the text of tidemark.yaml to a Config, or to everything that is wrong with it. Reads no file and no clock.
import { type Document, isMap, isScalar, isSeq, parseDocument, visit } from 'yaml';
import { z } from 'zod';
import type { SinkName } from '../../model/ids.ts';
import type { Problem } from '../../model/problem.ts';
import { UTC } from '../../model/time.ts';
import { type Mistake, spanAt, spanOfRange, toProblems } from './config-problem.ts';
import { configSchema, type RawConfig } from './config-schema.ts';
import { describeIssues } from './describe-issues.ts';
import type { Config } from './settings.ts';
import { fillFromEnvironment, type MissingVariable, markVariables } from './variables.ts';

export interface ConfigSource {
  /** As shown in problems. */
  readonly file: string;
  readonly text: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** False for commands that send and collect nothing: they do without sinks and keys whose variables are not set. */
  readonly needsSecrets: boolean;
}

export type ReadConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** All problems at once, in file order. An empty file is a configuration of defaults. */
export function readConfig({ file, text, environment, needsSecrets }: ConfigSource): ReadConfig {
  const document = parseDocument(markVariables(text), { version: '1.2', prettyErrors: false, strict: true });
  const mistakes: Mistake[] = document.errors.map(({ pos, message }) => ({
    code: 'G001',
    span: { start: pos[0], end: pos[1] },
    message: `not readable: ${message}`,
  }));
  if (mistakes.length > 0) return { ok: false, problems: toProblems(file, text, mistakes) };

  mistakes.push(...literalSecrets(document));
  const { values: secrets, missing } = fillFromEnvironment(document, environment);
  const sinkNames = namesIn(document, 'sinks');
  const writeKeyNames = namesOfKeys(document);
  const content: unknown = document.contents === null ? {} : document.toJS({ maxAliasCount: 20 });
  const withoutIs = (variable: MissingVariable): boolean =>
    !needsSecrets && removeOwner(content, variable.path);
  mistakes.push(...missing.filter((variable) => !withoutIs(variable)).map(toMistake));
  const parsed = configSchema.safeParse(content ?? {});
  mistakes.push(...unknownSinks(content, document, sinkNames));
  if (!parsed.success) {
    // A variable that is missing was told of already; what its empty place then lacks is no second mistake.
    const told = new Set(mistakes.map(({ span }) => span.start));
    const found = describeIssues(parsed.error.issues, document.contents);
    mistakes.push(...found.filter(({ span }) => !told.has(span.start)));
  }
  if (mistakes.length > 0 || !parsed.success)
    return { ok: false, problems: toProblems(file, text, mistakes) };
  const reader = parsed.data.reader ?? (document.has('reader') ? 'unknown' : 'automatic');
  return { ok: true, config: toConfig(parsed.data, { secrets, sinkNames, writeKeyNames, reader }) };
}

const toMistake = ({ name, span }: MissingVariable): Mistake => ({
  code: 'G004',
  span,
  message: `the environment has no variable ${name}`,
  hint: `set it where Tidemark is started: export ${name}=…`,
});

const namesIn = (document: Document, key: string): readonly string[] => {
  const node = document.get(key, true);
  return isMap(node)
    ? node.items.flatMap((item) => (isScalar(item.key) ? [String(item.key.value)] : []))
    : [];
};

const namesOfKeys = (document: Document): readonly string[] => {
  const node = document.get('write_keys', true);
  return isSeq(node)
    ? node.items.flatMap((item) => (isMap(item) && item.has('name') ? [String(item.get('name'))] : []))
    : [];
};

/** Takes out the sink or write key that a path leads into. @returns false when it leads elsewhere. */
function removeOwner(content: unknown, [section, owner]: readonly (string | number)[]): boolean {
  if (typeof content !== 'object' || content === null) return false;
  if (
    section === 'sinks' &&
    'sinks' in content &&
    typeof content.sinks === 'object' &&
    content.sinks !== null
  ) {
    return Reflect.deleteProperty(content.sinks, String(owner));
  }
  if (section === 'reader') return Reflect.deleteProperty(content, 'reader');
  // All keys go: what the others are is of no interest to a command that collects nothing.
  return section === 'write_keys' && Reflect.deleteProperty(content, 'write_keys');
}

const SECRET_KEYS = new Set(['token', 'key', 'secret', 'password']);

/** A file is copied, committed and shown to others; what opens doors stays out of it. */
function literalSecrets(document: Document): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  visit(document, {
    Pair(_, pair) {
      const { key, value } = pair;
      if (!isScalar(key) || !SECRET_KEYS.has(String(key.value)) || !isScalar(value)) return;
      if (value.value === null || /^\uE000_[^\uE000\uE001]+\uE001$/u.test(String(value.value))) return;
      mistakes.push({
        code: 'G005',
        span: spanOfRange(value.range),
        message: `"${String(key.value)}" is written into the file; secrets come only from the environment`,
        hint: `write ${String(key.value)}: $\{NAME}, and set NAME where Tidemark is started`,
      });
    },
  });
  return mistakes;
}

const looseRoutes = z.object({
  routes: z.record(z.string(), z.array(z.unknown()).catch([])).catch({}),
});

/** Looked for even where other parts are wrong, so that everything is told at once. */
function unknownSinks(content: unknown, document: Document, sinks: readonly string[]): readonly Mistake[] {
  const loose = looseRoutes.safeParse(content);
  if (!loose.success) return [];
  const hint = sinks.length === 0 ? 'there are none; add it under sinks' : `there are ${sinks.join(', ')}`;
  return Object.entries(loose.data.routes).flatMap(([kind, names]) =>
    names.flatMap((name, index): readonly Mistake[] => {
      if (typeof name !== 'string' || sinks.includes(name)) return [];
      const span = spanAt(document.contents, ['routes', kind, index]);
      return [{ code: 'G007', span, message: `routes.${kind}: "${name}" is no sink of this file`, hint }];
    }),
  );
}

const toConfig = (
  raw: RawConfig,
  read: Pick<Config, 'secrets' | 'sinkNames' | 'writeKeyNames' | 'reader'>,
): Config => ({
  timezone: raw.timezone ?? UTC,
  rules: raw.rules ?? './rules',
  data: raw.data ?? './.tidemark',
  listen: raw.listen ?? { host: '127.0.0.1', port: 8080 },
  metrics: raw.metrics,
  retentionMonths: raw.retention,
  writeKeys: raw.write_keys ?? [],
  allowedOrigins: raw.allowed_origins,
  limits: limitsOf(raw.limits ?? {}),
  sinks: new Map(Object.entries(raw.sinks ?? {}).map(([name, sink]) => [name as SinkName, sink])),
  routes: new Map(
    Object.entries(raw.routes ?? {}).map(([kind, names]) => [
      kind,
      names as readonly string[] as readonly SinkName[],
    ]),
  ),
  ...read,
});

const limitsOf = (raw: NonNullable<RawConfig['limits']>): Config['limits'] => ({
  ...(raw.event !== undefined && { maxItemBytes: raw.event }),
  ...(raw.request !== undefined && { maxRequestBytes: raw.request }),
  ...(raw.pending_events !== undefined && { maxPendingEvents: raw.pending_events }),
  ...(raw.pending_bytes !== undefined && { maxPendingBytes: raw.pending_bytes }),
});
