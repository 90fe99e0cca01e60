// The logic of §4: unknown is null.
import type { Outcome } from './look.ts';

/** False if one is false, else unknown if one is. */
export const allOf = (parts: readonly Outcome[]): Outcome =>
  parts.includes(false) ? false : parts.includes(null) ? null : true;

/** True if one is true, else unknown if one is. */
export const anyOf = (parts: readonly Outcome[]): Outcome =>
  parts.includes(true) ? true : parts.includes(null) ? null : false;

/** Mirrors any. */
export function noneOf(parts: readonly Outcome[]): Outcome {
  const any = anyOf(parts);
  return any === null ? null : !any;
}

/** True with n true, false when true and unknown together are fewer than n, else unknown. */
export function atLeast(n: number, parts: readonly Outcome[]): Outcome {
  const yes = parts.filter((part) => part === true).length;
  const perhaps = parts.filter((part) => part === null).length;
  return yes >= n ? true : yes + perhaps < n ? false : null;
}
