// A dead letter as somebody has corrected it: another body, other headers, or both.
import { Buffer, isUtf8 } from 'node:buffer';
import type { WholeDeadLetter } from '../../store/dead-letters/read-dead-letters.ts';
import type { Fix } from './read-fixes.ts';

/** Of a CloudEvent in binary mode, over HTTP and in Kafka. */
const ATTRIBUTE = /^ce[-_]/;
/** Only the beginning of the body was kept. */
const CUT = 'cut';

/** What has another body is whole again, whatever was kept. */
export function correctLetter(letter: WholeDeadLetter, fix: Fix | undefined): WholeDeadLetter {
  if (fix === undefined) return letter;
  const body = fix.body === undefined ? letter.body : Buffer.from(fix.body);
  const isWholeEvent = fix.body !== undefined && holdsCloudEvent(body);
  const headers = Object.entries({ ...letter.headers, ...fix.headers }).filter(
    ([name, value]) =>
      value !== null &&
      !(fix.body !== undefined && name === CUT) &&
      // The event stands in the body now: what its headers were would speak over it, and their type is not its.
      !(isWholeEvent && (ATTRIBUTE.test(name) || name === 'content-type')),
  );
  const hasNone = letter.headers === undefined && headers.length === 0;
  return {
    ...letter,
    body,
    headers: hasNone ? undefined : (Object.fromEntries(headers) as Record<string, string>),
  };
}

function holdsCloudEvent(body: Buffer): boolean {
  if (!isUtf8(body)) return false;
  try {
    const parsed: unknown = JSON.parse(body.toString());
    return typeof parsed === 'object' && parsed !== null && 'specversion' in parsed;
  } catch {
    return false;
  }
}
