// The parts of an address that give access: a receiver's error, or Node's own, may repeat them.

/** Whether the address has a user name or a password in it; false for what is no address. */
export const hasUserInfo = (url: string): boolean => {
  const parsed = parse(url);
  return parsed !== undefined && (parsed.username !== '' || parsed.password !== '');
};

/** Shorter path segments are words of a route, longer ones may be a token, as in the hooks of chat systems. */
const SHORTEST_TOKEN = 16;
/** Blotting out every `1` because of `?v=1` would leave nothing to read. */
const SHORTEST_VALUE = 4;

/** What is to be blotted out of any text about a request to `url`: the longest first. Empty for a plain address. */
export function urlSecrets(url: string): readonly string[] {
  const parsed = parse(url);
  if (parsed === undefined) return [];
  const { username, password, search, searchParams, pathname } = parsed;
  const tokens = pathname.split('/').filter((segment) => segment.length >= SHORTEST_TOKEN);
  const values = [...searchParams.values()].filter((value) => value.length >= SHORTEST_VALUE);
  const secret = [username, password, search.slice(1), ...values, ...tokens];
  const found = secret.flatMap((text) => [text, decode(text)]).filter((text) => text !== '');
  const whole = found.length === 0 ? [] : [url, parsed.href];
  return [...new Set([...whole, ...found])].toSorted((a, b) => b.length - a.length);
}

function parse(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
