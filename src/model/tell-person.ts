// A person in one line: who it is, how to reach them, and why they stand out.
import type { Person } from './signal.ts';

/** Such as `Ann Lee (ann@acme.com): active on 20 of 28 days, owner`. */
export function tellPerson({ name, email, reasons }: Person): string {
  const reach = email === null || email === name ? '' : ` (${email})`;
  return `${name}${reach}: ${reasons.join(', ')}`;
}
