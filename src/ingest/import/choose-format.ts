// Which format a file is read as: what the user says, else what its beginning shows.
import { type TimeZone, UTC } from '../../model/time.ts';
import { csvFormat } from './csv-format.ts';
import { detectFormat } from './detect-format.ts';
import { FormatError, type FormatName, type ImportFormat } from './import-format.ts';
import { jsonFormat } from './json-format.ts';
import { LocalTime } from './local-time.ts';
import type { RowMapping } from './row-mapping.ts';

/** How a user says that files are to be read. The same for all files of an import. */
export interface ReadAs {
  readonly format: FormatName | 'auto';
  /** Of CSV, which cannot be read without. */
  readonly mapping?: RowMapping | undefined;
  /** Of Mixpanel's events: the property that holds the account. */
  readonly accountProperty?: string | undefined;
  /** Of the Mixpanel project, whose exports shift every time by its offset. */
  readonly timezone?: TimeZone | undefined;
}

export interface ChosenFormat {
  readonly format: ImportFormat;
  /** Text that is the same when the same bytes become the same events. */
  readonly key: string;
}

const ACCOUNT_PROPERTY = 'company_id';

/** @throws FormatError when the file is not so, or something must be said first. */
export function chooseFormat(file: string, head: Buffer, as: ReadAs): ChosenFormat {
  const { mapping, accountProperty = ACCOUNT_PROPERTY, timezone } = as;
  const named = as.format === 'auto' && mapping !== undefined ? 'csv' : as.format;
  const name = named === 'auto' ? detectFormat(file, head) : named;
  if (name === 'csv') {
    if (mapping === undefined)
      throw new FormatError('what the columns of CSV mean must be said: write --map FILE.yaml');
    return { format: csvFormat(mapping, head), key: JSON.stringify([name, mapping]) };
  }
  if (name === 'mixpanel' && timezone === undefined) {
    throw new FormatError(
      `Mixpanel's exports have times of the project's zone: write --timezone UTC for a project made since 2023, else the zone of its settings, such as --timezone America/Los_Angeles`,
    );
  }
  const mixpanel = { accountProperty, projectTime: new LocalTime(timezone ?? UTC) };
  const key = name === 'mixpanel' ? [name, accountProperty, timezone] : [name];
  return { format: jsonFormat(name, { head, mixpanel }), key: JSON.stringify(key) };
}
