// From the cells of one CSV row to a canonical message, as its mapping says. Whether that is an event is decided where
// it is for all formats, in decode-object.ts. Never throws.
import type { Rejection } from '../../model/event.ts';
import type { JsonValue } from '../../model/json.ts';
import { parseTimestamp } from '../parse-timestamp.ts';
import type { WireObject } from '../wire-object.ts';
import { LocalTime } from './local-time.ts';
import type { FieldKind, RowMapping, Source, TimeSource } from './row-mapping.ts';

export type MappedRow =
  | { readonly ok: true; readonly wire: WireObject }
  | { readonly ok: false; readonly rejection: Rejection };

/** Where a mapped column stands in a row, from 0. */
export type FindColumn = (column: string | number) => number;

type ReadCell = (cells: readonly string[]) => string;
type ReadTime = (text: string) => number | undefined;

interface FieldReader {
  readonly name: string;
  readonly column: string | number;
  readonly index: number;
  readonly type: FieldKind;
}

const ID_FIELDS = ['event', 'account_id', 'user_id', 'id'] as const;

/** What the mapping means for a file's columns; made once a file. */
export class RowMapper {
  readonly #mapping: RowMapping;
  readonly #texts: readonly (readonly [string, ReadCell])[];
  readonly #fields: readonly FieldReader[];
  readonly #timeAt: number;
  readonly #readTime: ReadTime;
  readonly #fieldsName: 'properties' | 'traits';

  constructor(mapping: RowMapping, find: FindColumn) {
    this.#mapping = mapping;
    this.#texts = ID_FIELDS.flatMap((name) => {
      const source = mapping[name];
      return source === undefined ? [] : [[name, readerOf(source, find)] as const];
    });
    this.#fields = Object.entries(mapping.fields).map(([name, { column, type }]) => {
      return { name, column, type, index: find(column) };
    });
    this.#timeAt = find(mapping.timestamp.column);
    this.#readTime = timeReader(mapping.timestamp);
    this.#fieldsName = mapping.type === 'track' ? 'properties' : 'traits';
  }

  /** An empty cell is nothing: the field is left out. A row needs its time, or it could not be told from a repeat. */
  map(cells: readonly string[]): MappedRow {
    const written = cells[this.#timeAt]?.trim() ?? '';
    const timestamp = this.#readTime(written);
    if (timestamp === undefined) return this.#refuseTime(written);
    const wire: Record<string, unknown> = { type: this.#mapping.type, timestamp };
    for (const [name, read] of this.#texts) wire[name] = read(cells).trim();
    const fields: Record<string, JsonValue> = {};
    for (const field of this.#fields) {
      const cell = cells[field.index] ?? '';
      if (cell === '') continue;
      const value = readValue(cell, field.type);
      if (value === undefined) return refuseField(field, cell);
      fields[field.name] = value;
    }
    wire[this.#fieldsName] = fields;
    return { ok: true, wire };
  }

  #refuseTime(written: string): MappedRow {
    const { column, format } = this.#mapping.timestamp;
    const how = typeof format === 'string' ? format : `"${format.pattern}"`;
    const found = written === '' ? 'is empty' : `has ${shown(written)}`;
    return {
      ok: false,
      rejection: {
        reason: 'invalid_timestamp',
        detail: `Column ${shown(column)} ${found}; a time as ${how} is needed.`,
      },
    };
  }
}

function readerOf(source: Source, find: FindColumn): ReadCell {
  if ('value' in source) return () => source.value;
  const index = find(source.column);
  return (cells) => cells[index] ?? '';
}

const HAS_OFFSET = /(?:[Zz]|[+-]\d\d(?::?\d\d)?)$/;
const DATE_LENGTH = 10;
/** Whole or decimal; an exponent is how spreadsheets destroy digits of large numbers. */
const EPOCH = /^-?\d+(?:\.\d+)?$/;

function timeReader({ format, timezone }: TimeSource): ReadTime {
  const local = new LocalTime(timezone);
  const placed = (time: number | undefined): number | undefined =>
    time === undefined ? undefined : local.toInstant(time);
  switch (format) {
    case 'seconds':
      return (text) => (EPOCH.test(text) ? Math.floor(Number(text) * 1000) : undefined);
    case 'milliseconds':
      return (text) => (EPOCH.test(text) ? Math.floor(Number(text)) : undefined);
    case 'iso':
      return (written) => {
        // As BigQuery writes it.
        const text = written.endsWith(' UTC') ? `${written.slice(0, -4)}Z` : written;
        const time = parseTimestamp(text);
        return text.length > DATE_LENGTH && HAS_OFFSET.test(text) ? time : placed(time);
      };
    default:
      return (text) => placed(format.read(text));
  }
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  t: true,
  yes: true,
  1: true,
  false: false,
  f: false,
  no: false,
  0: false,
};

/** Undefined when the cell is not of this type. */
function readValue(cell: string, type: FieldKind): JsonValue | undefined {
  switch (type) {
    case 'text':
      return cell;
    case 'number': {
      const text = cell.trim();
      const number = Number(text);
      return NUMBER.test(text) && Number.isFinite(number) ? number : undefined;
    }
    case 'boolean': {
      const text = cell.trim().toLowerCase();
      return Object.hasOwn(BOOLEANS, text) ? BOOLEANS[text] : undefined;
    }
    case 'json':
      return readJson(cell);
  }
}

function readJson(cell: string): JsonValue | undefined {
  try {
    return JSON.parse(cell) as JsonValue;
  } catch {
    return undefined;
  }
}

const KINDS: Readonly<Record<FieldKind, string>> = {
  text: 'text',
  number: 'a number such as 1234.5',
  boolean: 'true or false',
  json: 'JSON',
};

const refuseField = ({ column, type }: FieldReader, cell: string): MappedRow => ({
  ok: false,
  rejection: {
    reason: 'invalid_field',
    detail: `Column ${shown(column)} has ${shown(cell)}; ${KINDS[type]} is needed.`,
  },
});

const SHOWN_LENGTH = 60;
const shown = (value: string | number): string =>
  typeof value === 'number' ? String(value) : JSON.stringify(value.slice(0, SHOWN_LENGTH));
