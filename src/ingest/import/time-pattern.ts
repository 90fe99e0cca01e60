// Times as spreadsheets and databases write them, by a pattern such as "yyyy-MM-dd HH:mm:ss". Reads text, knows no zone.

/** A pattern that has been read. */
export interface TimePattern {
  readonly pattern: string;
  /** The wall clock's time in milliseconds, as if it were UTC; undefined when `text` is not so or no real time. */
  read(text: string): number | undefined;
}

type Part = 'year' | 'month' | 'day' | 'hour' | 'hour12' | 'minute' | 'second' | 'millis' | 'half';

const TOKENS: Readonly<Record<string, readonly [Part, string]>> = {
  yyyy: ['year', '(\\d{4})'],
  MM: ['month', '(\\d{2})'],
  M: ['month', '(\\d{1,2})'],
  dd: ['day', '(\\d{2})'],
  d: ['day', '(\\d{1,2})'],
  HH: ['hour', '(\\d{2})'],
  H: ['hour', '(\\d{1,2})'],
  hh: ['hour12', '(\\d{2})'],
  h: ['hour12', '(\\d{1,2})'],
  mm: ['minute', '(\\d{2})'],
  ss: ['second', '(\\d{2})'],
  SSS: ['millis', '(\\d{3})'],
  a: ['half', '([AaPp][Mm])'],
};

/** Runs of one letter are tokens, text in single quotes and everything else stands for itself. */
const PIECES = /([A-Za-z])\1*|'([^']*)'|[^A-Za-z']+|'/g;

export type ReadPattern =
  | { readonly ok: true; readonly pattern: TimePattern }
  | { readonly ok: false; readonly why: string };

/** Says why, where it is no pattern that names a day. */
export function readTimePattern(pattern: string): ReadPattern {
  const parts: Part[] = [];
  let expression = '';
  for (const [piece, letter, inQuotes] of pattern.matchAll(PIECES)) {
    const token = letter === undefined ? undefined : TOKENS[piece];
    if (letter !== undefined && token === undefined) {
      const known = Object.keys(TOKENS).join(', ');
      return {
        ok: false,
        why: `has "${piece}", which stands for nothing (there are ${known}; text goes in '…')`,
      };
    }
    if (token !== undefined) parts.push(token[0]);
    expression += token?.[1] ?? literal(inQuotes ?? piece);
  }
  for (const needed of ['year', 'month', 'day'] as const) {
    if (!parts.includes(needed)) return { ok: false, why: `names no ${needed}` };
  }
  if (new Set(parts).size < parts.length) return { ok: false, why: 'names something twice' };
  if (parts.includes('hour12') !== parts.includes('half'))
    return { ok: false, why: 'needs hh and a together' };
  const regex = new RegExp(`^${expression}$`);
  return { ok: true, pattern: { pattern, read: (text) => readTime(regex.exec(text), parts) } };
}

function readTime(match: RegExpExecArray | null, parts: readonly Part[]): number | undefined {
  if (match === null) return undefined;
  const found: Partial<Record<Part, number>> = {};
  parts.forEach((part, index) => {
    const text = match[index + 1] ?? '';
    found[part] = part === 'half' ? Number(text.toLowerCase() === 'pm') : Number(text);
  });
  const { year = 0, month = 0, day = 0, minute = 0, second = 0, millis = 0, hour12, half } = found;
  const hour = hour12 === undefined ? (found.hour ?? 0) : (hour12 % 12) + 12 * (half ?? 0);
  if (hour > 23 || minute > 59 || second > 59 || (hour12 !== undefined && (hour12 < 1 || hour12 > 12)))
    return undefined;
  const midnight = new Date(Date.UTC(2000, month - 1, day));
  midnight.setUTCFullYear(year, month - 1, day);
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined;
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 + millis;
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
