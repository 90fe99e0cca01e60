// The file of `dead-letters replay --fixed-with`: one JSON object a line, the place of a dead letter and what its
// message, or the headers of it, should have been.
import { Buffer } from 'node:buffer';

/** What of a dead letter is meant otherwise. */
export interface Fix {
  /** Undefined: as it came. */
  readonly body: Uint8Array | undefined;
  /** Laid over those that were kept; null takes one away. */
  readonly headers: Readonly<Record<string, string | null>>;
}

/** By place. */
export type Fixes = ReadonlyMap<string, Fix>;

export type ReadFixes =
  | { readonly ok: true; readonly fixes: Fixes }
  | { readonly ok: false; readonly problems: readonly string[] };

type Line =
  | { readonly ok: true; readonly place: string; readonly fix: Fix }
  | { readonly ok: false; readonly message: string };

/** All problems at once, each with its line. Fields that `dead-letters list --json` writes besides are not looked at. */
export function readFixes(text: string): ReadFixes {
  const fixes = new Map<string, Fix>();
  const lines = new Map<string, number>();
  const problems: string[] = [];
  for (const [index, content] of text.split('\n').entries()) {
    if (content.trim() === '') continue;
    const number = index + 1;
    const line = readLine(content);
    if (!line.ok) {
      problems.push(`line ${number}: ${line.message}`);
      continue;
    }
    const before = lines.get(line.place);
    if (before === undefined) {
      fixes.set(line.place, line.fix);
      lines.set(line.place, number);
    } else problems.push(`line ${number}: the place of line ${before} again; write one line for each place`);
  }
  return problems.length === 0 ? { ok: true, fixes } : { ok: false, problems };
}

function readLine(content: string): Line {
  let line: unknown;
  try {
    line = JSON.parse(content);
  } catch (error) {
    return refuse(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof line !== 'object' || line === null || Array.isArray(line)) {
    return refuse('not an object; write {"place": "…", "body": …}');
  }
  const { place, headers, ...rest } = line as Readonly<Record<string, unknown>>;
  if (typeof place !== 'string') return refuse('no "place"; "tidemark dead-letters list" shows it');
  const body = readBody(rest);
  if (!isHeaders(headers)) return refuse('"headers" must be an object of texts; null takes one away');
  if (body === undefined && Object.keys(headers ?? {}).length === 0) {
    return refuse('no "body"; write the corrected message as an object, or as text');
  }
  return { ok: true, place, fix: { body, headers: headers ?? {} } };
}

function readBody({ body, body_base64: packed }: Readonly<Record<string, unknown>>): Uint8Array | undefined {
  if (body !== undefined && body !== null) {
    return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  }
  // As `list --json` writes what is no text; it is none yet, and will be refused again.
  return typeof packed === 'string' ? Buffer.from(packed, 'base64') : undefined;
}

function isHeaders(headers: unknown): headers is Fix['headers'] | null | undefined {
  if (headers === undefined || headers === null) return true;
  if (typeof headers !== 'object' || Array.isArray(headers)) return false;
  return Object.values(headers).every((value) => value === null || typeof value === 'string');
}

const refuse = (message: string): Line => ({ ok: false, message });
