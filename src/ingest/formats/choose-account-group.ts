// Which of PostHog's group types is the account. One list for all projects, and not "the only type that an event has":
// of a project with companies and channels, an event that names a channel alone would found an account of its own.
import type { WireObject } from '../wire-object.ts';

/** The first that an event has counts. */
const ACCOUNT_GROUPS = [
  'company',
  'organization',
  'organisation',
  'org',
  'account',
  'customer',
  'workspace',
  'team',
  'tenant',
  'business',
];

export const isAccountGroup = (type: unknown): boolean =>
  typeof type === 'string' && ACCOUNT_GROUPS.includes(type.toLowerCase());

/** The key of the account among `$groups`, as it was sent; undefined when none of them is one. */
export function chooseAccountGroup(groups: WireObject): unknown {
  const names = Object.keys(groups).filter((name) => groups[name] !== undefined && groups[name] !== null);
  const byRank = ACCOUNT_GROUPS.map((type) => names.find((name) => name.toLowerCase() === type));
  const name = byRank.find((found) => found !== undefined);
  return name === undefined ? undefined : groups[name];
}
