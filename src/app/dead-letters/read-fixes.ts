// The file of `dead-letters replay --fixed-with`: one JSON object a line, the place of a dead letter and what its
// message should have been.
import { Buffer } from 'node:buffer';

/** Corrected bodies by place. */
export type Fixes = ReadonlyMap<string, Uint8Array>;

export type ReadFixes =
  | { readonly ok: true; readonly fixes: Fixes }
  | { readonly ok: false; readonly problems: readonly string[] };

type Line =
  | { readonly ok: true; readonly place: string; readonly body: Uint8Array }
  | { readonly ok: false; readonly message: string };

/** All problems at once, each with its line. Fields that `dead-letters list --json` writes besides are not looked at. */
export function readFixes(text: string): ReadFixes {
  const fixes = new Map<string, Uint8Array>();
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
      fixes.set(line.place, line.body);
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
  const { place, body, body_base64: packed } = line as Readonly<Record<string, unknown>>;
  if (typeof place !== 'string') return refuse('no "place"; "tidemark dead-letters list" shows it');
  if (body !== undefined && body !== null) {
    return { ok: true, place, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) };
  }
  // As `list --json` writes what is no text; it is none yet, and will be refused again.
  if (typeof packed === 'string') return { ok: true, place, body: Buffer.from(packed, 'base64') };
  return refuse('no "body"; write the corrected message as an object, or as text');
}

const refuse = (message: string): Line => ({ ok: false, message });
