// Reads what the columns of a CSV file mean (`--map FILE.yaml`): to a RowMapping, or to everything that is wrong with
// it, each with its place. Reads no file but the one it is given.
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { RowMapping } from '../../ingest/import/row-mapping.ts';
import type { Problem } from '../../model/problem.ts';
import { UTC } from '../../model/time.ts';
import { type Mistake, spanAt, toProblems } from '../config/config-problem.ts';
import { ConfigError } from '../config/load-settings.ts';
import { describeMappingIssue } from './describe-mapping-issue.ts';
import { mappingSchema } from './mapping-schema.ts';

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
    return refuse(parsed.error.issues.flatMap((issue) => describeMappingIssue(issue, document.contents)));
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
