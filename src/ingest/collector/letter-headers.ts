// What a dead letter of the collector keeps of its request besides the body, to be read again as then. No header that
// opens doors, such as Authorization.
import type { IncomingHttpHeaders } from 'node:http';

/** The path, the content type, and the attributes of a CloudEvent, which may stand in headers alone. */
export function letterHeaders(path: string, headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const kept: Record<string, string> = { path };
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string' && (name === 'content-type' || name.startsWith('ce-'))) kept[name] = value;
  }
  return kept;
}
