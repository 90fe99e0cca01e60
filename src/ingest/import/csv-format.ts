// CSV with a mapping. The header is looked at before any row is imported: a column that is not there is a mistake of
// the mapping, not of each of a million rows.
import { isUtf8 } from 'node:buffer';
import { decodeObject } from '../decode-object.ts';
import { reject } from '../read-fields.ts';
import { FormatError, type ImportFormat } from './import-format.ts';
import { type FindColumn, RowMapper } from './map-row.ts';
import { parseRow } from './parse-row.ts';
import type { Column, RowMapping } from './row-mapping.ts';
import { RowSplitter } from './split-rows.ts';

/**
 * @param head the beginning of the file, unpacked
 * @throws FormatError when the mapping names a column that the header does not have
 */
export function csvFormat(mapping: RowMapping, head: Buffer): ImportFormat {
  const { delimiter, header } = mapping;
  const first = firstRow(head, delimiter);
  // An empty file has no columns, and no rows that would miss them.
  const isEmpty = first.length === 0;
  const find = header && !isEmpty ? findByName(first, delimiter) : findByNumber;
  const mapper = new RowMapper(mapping, isEmpty ? () => 0 : find);
  return {
    name: 'csv',
    splitter: () => new RowSplitter({ delimiter, header }),
    decode: ({ bytes }, context) => {
      if (!isUtf8(bytes)) return reject('invalid_utf8', 'The row is not UTF-8 text; convert the file first.');
      const row = parseRow(bytes.toString('utf8'), delimiter);
      if (!row.ok) return row;
      const found = row.fields.length;
      if (found !== first.length) {
        const than = header ? 'the header' : 'the first row';
        return reject('invalid_field', `The row has ${found} fields, and ${than} ${first.length}.`);
      }
      const mapped = mapper.map(row.fields);
      if (!mapped.ok) return mapped;
      const decoded = decodeObject(mapped.wire, context);
      return decoded.ok ? { ok: true, events: [decoded.event] } : decoded;
    },
  };
}

/** The header's fields, or those of the first row. */
function firstRow(head: Buffer, delimiter: string): readonly string[] {
  const splitter = new RowSplitter({ delimiter, header: false });
  const [first] = splitter.push(Buffer.concat([head, Buffer.from('\n')]));
  if (first === undefined) return [];
  const row = parseRow(first.bytes.toString('utf8'), delimiter);
  if (!row.ok) throw new FormatError(`the first row cannot be read: ${row.rejection.detail}`);
  return row.fields;
}

const MOST_SHOWN = 30;

function findByName(header: readonly string[], delimiter: string): FindColumn {
  const names = header.map((name) => name.trim());
  return (column) => {
    const index = names.indexOf(String(column));
    if (index === -1) throw new FormatError(describeMissing(column, names, delimiter));
    if (names.includes(String(column), index + 1))
      throw new FormatError(`two columns are called "${column}"; give them names of their own`);
    return index;
  };
}

function describeMissing(column: Column, names: readonly string[], delimiter: string): string {
  const listed = names.slice(0, MOST_SHOWN).join(', ') + (names.length > MOST_SHOWN ? ', …' : '');
  const one = names.length === 1 ? `; is the delimiter really ${JSON.stringify(delimiter)}?` : '';
  return `there is no column "${column}", which the mapping names; there are: ${listed}${one}`;
}

const findByNumber: FindColumn = (column) => Number(column) - 1;
