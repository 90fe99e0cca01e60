// Guards everything that recurses over a client's JSON: JSON.parse itself does not recurse, JSON.stringify does.

/** True when `value` nests arrays and objects more than `limit` deep. Looks no deeper than that itself. */
export function exceedsDepth(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (exceedsDepth(item, limit - 1)) return true;
    return false;
  }
  // Own keys only: the value comes from JSON.parse, so there is nothing enumerable above it.
  for (const key in value) {
    const child = (value as Record<string, unknown>)[key];
    if (typeof child === 'object' && child !== null && exceedsDepth(child, limit - 1)) return true;
  }
  return false;
}
