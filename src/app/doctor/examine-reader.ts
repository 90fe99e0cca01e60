// The port of the embedded engine that data teams read at: does it answer? Its password is not tried.
import type { Finding } from './finding.ts';

/** `url` without credentials. Never rejects for what it finds. */
export async function examineReader(url: string, patienceMs: number): Promise<Finding> {
  const check = 'readers';
  const todo =
    'start "tidemark up" anew, or give readers another port: "reader" in tidemark.yaml, docs/configuration.md';
  try {
    const answer = await fetch(`${url}/ping`, { signal: AbortSignal.timeout(patienceMs) });
    if (answer.ok) return { check, status: 'ok', found: `${url} answers` };
    return { check, status: 'warn', found: `${url} answers with ${answer.status}`, todo };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const found = `${url} does not answer: ${cause instanceof Error ? cause.message : String(cause)}`;
    return { check, status: 'warn', found, todo };
  }
}
