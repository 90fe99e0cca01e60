// Asks the global set-up for a server's address. A server that cannot be started fails the test, it never skips it.
import { inject } from 'vitest';

export async function askForService(name: 'kafka' | 'redis'): Promise<string> {
  const response = await fetch(`${inject('servicesUrl')}/${name}`);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}
